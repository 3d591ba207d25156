"""Inverses, systems, determinants: stacks, complex matrices, singular matrices at every order."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(47)
REAL, COMPLEX = RNG.normal(size=(2, 3, 3)), RNG.normal(size=(2, 3, 3)) + 1j * RNG.normal(size=(2, 3, 3))
BOTH = pytest.mark.parametrize("stack", [REAL, COMPLEX])


@BOTH
def test_values_and_gradients(stack):
    for x in (stack, stack[0]):
        np.testing.assert_allclose(tg.linalg.inv(x).numpy(), np.linalg.inv(x), rtol=1e-13)
        np.testing.assert_allclose(tg.linalg.det(x).numpy(), np.linalg.det(x), rtol=1e-13)
        for got, want in zip(tg.linalg.slogdet(x), np.linalg.slogdet(x), strict=True):
            np.testing.assert_allclose(got.numpy(), want, rtol=1e-13)
            assert got.dtype == np.asarray(want).dtype
        for f in (tg.linalg.inv, tg.linalg.det, tg.linalg.pinv, lambda x: tuple(tg.linalg.slogdet(x))):
            check_grads(f, (x,), inconclusive="return")


@BOTH
@pytest.mark.parametrize("shape", [(3,), (3, 2), (2, 3, 1), (5, 1, 3, 2)])
def test_solve(stack, shape):
    for a in (stack, stack[0]):
        y = RNG.normal(size=shape)
        np.testing.assert_allclose(tg.linalg.solve(a, y).numpy(), np.linalg.solve(a, y), rtol=1e-11)
        check_grads(tg.linalg.solve, (a, y), order=1)


SINGULAR = [
    np.array([[1.0, 2.0], [2.0, 4.0]]),
    np.array([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]]),
    np.ones((3, 3)),
    np.zeros((1, 1)),
    np.zeros((2, 2)),
    np.zeros((4, 4)),
]


@pytest.mark.parametrize("x", SINGULAR, ids=lambda x: f"{len(x)}x{len(x)} of rank {np.linalg.matrix_rank(x)}")
def test_det_of_singular_matrices_to_the_third_order(x):
    """The determinant is a polynomial, so all its derivatives exist; SymPy finds them."""
    sympy = pytest.importorskip("sympy")
    n = len(x)
    symbols = sympy.Matrix(n, n, sympy.symbols(f"x:{n * n}"))
    whole = symbols.det(method="berkowitz")
    at = dict(zip(symbols, x.ravel(), strict=True))
    leaf = tg.tensor(x)
    first = [[float(sympy.diff(whole, symbols[i, j]).subs(at)) for j in range(n)] for i in range(n)]
    np.testing.assert_allclose(tg.grad(tg.linalg.det)(leaf).numpy(), first, atol=1e-12)
    if n == 1:
        return
    second = [[float(sympy.diff(whole, symbols[0, 1], symbols[i, j]).subs(at)) for j in range(n)] for i in range(n)]
    np.testing.assert_allclose(tg.grad(lambda x: tg.grad(tg.linalg.det)(x)[0, 1])(leaf).numpy(), second, atol=1e-12)
    if n == 2:
        return
    path = (symbols[0, 1], symbols[1, 0])
    third = [[float(sympy.diff(whole, *path, symbols[i, j]).subs(at)) for j in range(n)] for i in range(n)]
    got = tg.grad(lambda x: tg.grad(lambda x: tg.grad(tg.linalg.det)(x)[0, 1])(x)[1, 0])(leaf).numpy()
    np.testing.assert_allclose(got, third, atol=1e-12)


def test_slogdet_far_from_one():
    x = np.eye(3) * 1e200
    assert tg.linalg.slogdet(x).logabsdet.item() == pytest.approx(3 * 200 * np.log(10))
    np.testing.assert_allclose(tg.grad(lambda x: tg.linalg.slogdet(x)[1])(tg.tensor(x)).numpy(), np.eye(3) * 1e-200)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (2, 4, 3)])
def test_pinv(shape):
    for x in (RNG.normal(size=shape), RNG.normal(size=shape) + 1j * RNG.normal(size=shape)):
        np.testing.assert_allclose(tg.linalg.pinv(x).numpy(), np.linalg.pinv(x), rtol=1e-12, atol=1e-14)
        check_grads(tg.linalg.pinv, (x,))


def test_pinv_where_the_rank_stays():
    """The derivative of the pseudo-inverse of u vᵀ along changes that keep the rank 1."""
    check_grads(lambda u, v: tg.linalg.pinv(tg.outer(u, v)), (RNG.normal(size=4), RNG.normal(size=3)))


def test_singular_systems_raise_as_in_numpy():
    for call in (lambda: tg.linalg.inv(np.zeros((2, 2))), lambda: tg.linalg.solve(np.zeros((2, 2)), np.ones(2))):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            call()
    with pytest.raises(ShapeError, match=r"solve: got float64\[2,2\], float64\[3\]"):
        tg.linalg.solve(np.eye(2), np.ones(3))


def test_numpy_calls_arrive_here():
    x = tg.tensor(REAL[0], requires_grad=True)
    for z in (np.linalg.inv(x), np.linalg.det(x), np.linalg.slogdet(x).logabsdet, np.linalg.solve(x, np.ones(3))):
        assert isinstance(z, tg.Tensor)
        assert z.requires_grad
