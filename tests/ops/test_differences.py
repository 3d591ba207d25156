"""Differences, slopes of samples, the trapezoidal rule: NumPy's values, gradients in samples, steps and coordinates."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, AxisError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(19)
X = RNG.normal(size=(4, 5))
ROWS, COLUMNS = np.sort(RNG.normal(size=4)), np.sort(RNG.normal(size=5))


@pytest.mark.parametrize(
    "keywords",
    [{}, {"n": 2}, {"n": 0}, {"n": 3, "axis": 0}, {"axis": 0, "prepend": 1.0, "append": X[:2]}, {"prepend": 0}],
)
def test_diff(keywords):
    """HIPS autograd has no rule for diff with prepend=."""
    np.testing.assert_array_equal(tg.diff(X, **keywords).numpy(), np.diff(X, **keywords))
    check_grads(lambda x: tg.diff(x, **keywords), (X,))


def test_what_is_joined_to_a_diff_has_a_gradient():
    check_grads(lambda x, p, a: tg.diff(x, prepend=p, append=a), (X, np.array(0.5), X[:, :1]))


def test_diff_of_booleans_and_unsigned_integers():
    for x in (X > 0, np.array([3, 1, 2], np.uint8)):
        got = tg.diff(x)
        assert got.dtype == x.dtype
        np.testing.assert_array_equal(got.numpy(), np.diff(x))


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize(
    ("spacing", "axis"),
    [
        ((), None),
        ((2.0,), None),
        ((2.0, 0.5), None),
        ((ROWS, COLUMNS), None),
        ((ROWS, 0.3), None),
        ((COLUMNS,), 1),
        ((), (1, 0)),
    ],
)
def test_gradient(spacing, axis, edge_order):
    got = tg.gradient(X, *spacing, axis=axis, edge_order=edge_order)
    want = np.gradient(X, *spacing, axis=axis, edge_order=edge_order)
    for a, b in zip(got, want, strict=True) if isinstance(got, tuple) else [(got, want)]:
        np.testing.assert_allclose(a.numpy(), b, rtol=1e-11, atol=1e-12)
    check_grads(lambda x, *s: tg.gradient(x, *s, axis=axis, edge_order=edge_order), (X, *spacing))


def test_gradient_of_three_samples_of_integers_and_of_floats():
    """HIPS autograd fails at length 3."""
    for x in (np.array([1, 4, 9]), np.array([1, 4, 9], np.float32)):
        got, want = tg.gradient(x), np.gradient(x)
        assert got.dtype == want.dtype
        np.testing.assert_array_equal(got.numpy(), want)
    check_grads(tg.gradient, (np.array([1.0, 4.0, 9.0]),))


@pytest.mark.parametrize("keywords", [{}, {"dx": 0.5, "axis": 0}, {"x": COLUMNS}, {"x": ROWS, "axis": 0}, {"x": X * 2}])
def test_trapezoid(keywords):
    np.testing.assert_allclose(tg.trapezoid(X, **keywords).numpy(), np.trapezoid(X, **keywords), rtol=1e-13, atol=1e-14)
    check_grads(lambda y: tg.trapezoid(y, **keywords), (X,))
    if "x" in keywords:
        axis = keywords.get("axis", -1)
        check_grads(lambda y, x: tg.trapezoid(y, x, axis=axis), (X, keywords["x"]))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.diff(1.0), ShapeError, "at least one axis"),
        (lambda: tg.diff(X, n=-1), ArgumentError, "n of at least 0"),
        (lambda: tg.diff(X, axis=4), AxisError, "axis=4"),
        (lambda: tg.gradient(X, 1.0, 2.0, 3.0), ArgumentError, "one spacing for each of 2 axes"),
        (lambda: tg.gradient(X, edge_order=3), ArgumentError, "edge_order 1 or 2"),
        (lambda: tg.gradient([1.0]), ShapeError, "has 1 samples"),
        (lambda: tg.gradient(X, COLUMNS, axis=0), ShapeError, "expected 4 coordinates"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()
