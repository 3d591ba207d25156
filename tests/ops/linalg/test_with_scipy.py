"""Square roots, triangular, banded and Sylvester systems, which SciPy computes."""

import sys

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, MissingExtraError, ShapeError
from tensorgraph.testing import check_grads

scipy_linalg = pytest.importorskip("scipy.linalg")
RNG = np.random.default_rng(67)
A = RNG.normal(size=(4, 4)) + 4 * np.eye(4)
COMPLEX = pytest.mark.parametrize("phase", [0, 0.3j])


@COMPLEX
def test_sqrtm(phase):
    x = A + phase * A.T
    np.testing.assert_allclose(tg.linalg.sqrtm(x).numpy(), scipy_linalg.sqrtm(x), rtol=1e-12)
    check_grads(tg.linalg.sqrtm, (x,))


@COMPLEX
@pytest.mark.parametrize("columns", [(), (2,)])
@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"lower": True},
        {"trans": "T"},
        {"trans": 1, "lower": True},
        {"trans": 2, "unit_diagonal": True},
        {"trans": "C"},
    ],
)
def test_solve_triangular(phase, columns, keywords):
    a, b = A + phase * A.T, RNG.normal(size=(4, *columns))
    want = scipy_linalg.solve_triangular(a, b, **keywords)
    np.testing.assert_allclose(tg.linalg.solve_triangular(a, b, **keywords).numpy(), want, rtol=1e-12)
    check_grads(lambda a, b: tg.linalg.solve_triangular(a, b, **keywords), (a, b), order=1)


def test_solve_triangular_to_the_second_order():
    check_grads(tg.linalg.solve_triangular, (A[:2, :2], RNG.normal(size=2)))


@COMPLEX
@pytest.mark.parametrize(("low", "high"), [(1, 1), (0, 2), (2, 0), (2, 1)])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_solve_banded(phase, low, high, columns):
    bands, b = RNG.normal(size=(low + high + 1, 5)) * (1 + phase), RNG.normal(size=(5, *columns))
    bands[high] += 4
    want = scipy_linalg.solve_banded((low, high), bands, b)
    np.testing.assert_allclose(tg.linalg.solve_banded((low, high), bands, b).numpy(), want, rtol=1e-12)
    check_grads(lambda m, b: tg.linalg.solve_banded((low, high), m, b), (bands, b), order=1)


def test_solve_banded_to_the_second_order():
    bands = RNG.normal(size=(3, 4))
    bands[1] += 4
    check_grads(lambda m, b: tg.linalg.solve_banded((1, 1), m, b), (bands, RNG.normal(size=4)))


@pytest.mark.parametrize("phases", [(0, 0, 0), (1j, 0, 0), (0, 1j, 0), (0, 0, 1j), (1j, 1j, 1j)])
def test_solve_sylvester(phases):
    """Of a complex A and a real B with complex eigenvalues, SciPy's own answer is wrong."""
    a, b, q = (
        A[:3, :3] + phases[0],
        np.array([[1.0, 0.4], [-0.3, 1.2]]) + phases[1],
        RNG.normal(size=(3, 2)) + phases[2],
    )
    x = tg.linalg.solve_sylvester(a, b, q).numpy()
    np.testing.assert_allclose(a @ x + x @ b, q, atol=1e-12)
    check_grads(tg.linalg.solve_sylvester, (a, b, q), order=1)


def test_solve_sylvester_to_the_second_order():
    check_grads(tg.linalg.solve_sylvester, (A[:2, :2], A[2:, 2:], RNG.normal(size=(2, 2))))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.linalg.sqrtm(np.ones((2, 3))), ShapeError, "square"),
        (lambda: tg.linalg.sqrtm(np.ones((2, 2, 2))), ShapeError, "one matrix"),
        (lambda: tg.linalg.solve_triangular(A, np.ones(3)), ArgumentError, "right-hand sides of 4 rows"),
        (lambda: tg.linalg.solve_triangular(A, np.ones(4), trans=3), ArgumentError, "trans=3"),
        (lambda: tg.linalg.solve_banded((1, 1), np.ones((2, 4)), np.ones(4)), ShapeError, r"shape \(3, n\)"),
        (lambda: tg.linalg.solve_sylvester(A, A, np.ones((4, 3))), ShapeError, "Q of shape"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.linalg", None)
    with pytest.raises(MissingExtraError, match="scipy"):
        tg.linalg.sqrtm(np.eye(2))
