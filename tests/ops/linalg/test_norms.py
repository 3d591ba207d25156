"""Norms of every order, of vectors and matrices, real and complex, and what they do at 0."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(59)
INF = np.inf
ARRAYS = [RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 3)), RNG.normal(size=(4, 3)) + 1j * RNG.normal(size=(4, 3))]


@pytest.mark.parametrize("x", ARRAYS, ids=["real", "stack", "complex"])
@pytest.mark.parametrize("ord", [None, 2, 1, 0, 3, 0.5, -1, INF, -INF, 1.7])
def test_vectors(x, ord):
    for axis in (0, -1):
        want = np.linalg.norm(x, ord, axis=axis, keepdims=True)
        np.testing.assert_allclose(tg.linalg.norm(x, ord, axis=axis, keepdims=True).numpy(), want, rtol=1e-13)
        check_grads(lambda x, axis=axis: tg.linalg.norm(x, ord, axis=axis), (x,), inconclusive="return")
    if ord is not None:
        for axis in (None, (0, 1), 1):
            want = np.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=True)
            got = tg.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=True)
            np.testing.assert_allclose(got.numpy(), want, rtol=1e-12)


@pytest.mark.parametrize("x", ARRAYS, ids=["real", "stack", "complex"])
@pytest.mark.parametrize("ord", ["fro", "nuc", 2, -2, 1, -1, INF, -INF])
def test_matrices(x, ord):
    want = np.linalg.matrix_norm(x, ord=ord, keepdims=True)
    np.testing.assert_allclose(tg.linalg.matrix_norm(x, ord=ord, keepdims=True).numpy(), want, rtol=1e-13)
    check_grads(lambda x: tg.linalg.matrix_norm(x, ord=ord), (x,))
    axes = (x.ndim - 1, 0)
    want = np.linalg.norm(x, ord, axis=axes)
    np.testing.assert_allclose(tg.linalg.norm(x, ord, axis=axes).numpy(), want, rtol=1e-13)
    check_grads(lambda x: tg.linalg.norm(x, ord, axis=axes, keepdims=True), (x,))
    if x.ndim == 2:
        np.testing.assert_allclose(tg.linalg.norm(x, ord, keepdims=True).numpy(), np.linalg.norm(x, ord, keepdims=True))


def test_the_plain_norm_of_any_array():
    for x in (*ARRAYS, np.float64(-2.0), np.arange(3)):
        np.testing.assert_allclose(tg.linalg.norm(x).numpy(), np.linalg.norm(x), rtol=1e-14)


@pytest.mark.parametrize("ord", [None, 1, 1.5, 2, 3, INF, 0])
def test_the_norm_of_zero(ord):
    """HIPS autograd and MyGrad give NaN."""

    def f(x):
        return tg.linalg.norm(x, ord)

    np.testing.assert_array_equal(tg.grad(f)(tg.tensor([0.0, 0.0])).numpy(), 0)
    assert tg.jvp(f, (np.zeros(2),), (np.ones(2),))[1].item() == 0
    second = tg.grad(lambda x: tg.grad(f)(x).sum())(tg.tensor([0.0, 0.0]))
    assert not np.isnan(second.numpy()).any()


@pytest.mark.parametrize("ord", ["fro", "nuc", 2, 1, INF])
def test_the_norm_of_a_zero_matrix(ord):
    np.testing.assert_array_equal(tg.grad(lambda x: tg.linalg.norm(x, ord))(tg.tensor(np.zeros((2, 2)))).numpy(), 0)


def test_a_zero_among_others():
    for ord in (1, 1.5, 2, 3):
        x = np.array([3.0, 0.0, -4.0])
        g = tg.grad(lambda x, p=ord: tg.linalg.norm(x, p))(tg.tensor(x)).numpy()
        assert g[1] == 0
        check_grads(lambda y, p=ord: tg.linalg.norm(tg.stack([y[0], 0.0, y[1]]), p), (x[[0, 2]],))


def test_gradients_where_powers_would_overflow():
    x = np.array([3e180, 4e180])
    np.testing.assert_allclose(
        tg.grad(lambda x: tg.linalg.norm(x * 1e-180, 3))(tg.tensor(x)).numpy() * 1e180,
        tg.grad(lambda x: tg.linalg.norm(x, 3))(tg.tensor([3.0, 4.0])).numpy(),
        rtol=1e-12,
    )


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, INF, -INF, "fro", "nuc"])
def test_cond(p):
    for x in (RNG.normal(size=(3, 3)), RNG.normal(size=(2, 3, 3)), RNG.normal(size=(3, 3)) + 1j):
        np.testing.assert_allclose(tg.linalg.cond(x, p).numpy(), np.linalg.cond(x, p), rtol=1e-10)
        check_grads(lambda x: tg.linalg.cond(x, p), (x,), order=1)
    assert tg.linalg.cond(np.zeros((2, 2)), p).item() == (0 if p == -2 else INF) or p == -2


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.linalg.norm(ARRAYS[1], 3), ShapeError, "choose axis="),
        (lambda: tg.linalg.norm(ARRAYS[0], 3), ArgumentError, "for a matrix, got ord=3"),
        (lambda: tg.linalg.norm(ARRAYS[0], "bad"), ArgumentError, "got ord='bad'"),
        (lambda: tg.linalg.norm(ARRAYS[0], "fro", axis=0), ArgumentError, "a number as its order"),
        (lambda: tg.linalg.norm(ARRAYS[1], axis=(0, 1, 2)), ShapeError, "one axis"),
        (lambda: tg.linalg.norm(ARRAYS[0], axis=(0, 0)), ShapeError, "axis"),
        (lambda: tg.linalg.matrix_norm(np.ones(2)), ShapeError, "a stack of matrices"),
        (lambda: tg.linalg.cond(np.ones((0, 0))), ShapeError, "empty matrix"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()
