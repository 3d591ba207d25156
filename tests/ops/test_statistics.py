"""Variance and standard deviation: constants, degrees of freedom, where=, mean=, complex numbers."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, MutationError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(5)
X = RNG.normal(size=(4, 5))
MASK = RNG.random((4, 5)) < 0.7
BOTH = pytest.mark.parametrize("name", ["var", "std"])


@BOTH
@pytest.mark.parametrize("value", [0.0, 5.0, 0.1, -1e-9, 1e12 / 3])
def test_constants_have_no_spread_and_no_gradient(name, value):
    """The mean of equal numbers may be off by a rounding error; their spread is zero all the same."""
    for shape in [(3,), (7, 2), (1001,)]:
        x = tg.tensor(np.full(shape, value), requires_grad=True)
        z = getattr(tg, name)(x, axis=0).sum()
        assert z.item() == 0
        z.backward()
        np.testing.assert_array_equal(x.grad.numpy(), 0)
        tangent = tg.jvp(lambda x: getattr(tg, name)(x, axis=0), (x,), (RNG.normal(size=shape),))[1]
        np.testing.assert_array_equal(tangent.numpy(), 0)


@BOTH
def test_a_constant_row_among_others(name):
    x = X.copy()
    x[1] = 0.1
    slope = tg.grad(lambda x: getattr(tg, name)(x, axis=1).sum())(tg.tensor(x)).numpy()
    np.testing.assert_array_equal(slope[1], 0)
    check_grads(lambda rest: getattr(tg, name)(rest, axis=1), (x[[0, 2, 3]],))
    other = tg.grad(lambda x: getattr(tg, name)(x, axis=1).sum())(tg.tensor(x[[0, 2, 3]])).numpy()
    np.testing.assert_allclose(slope[[0, 2, 3]], other, rtol=1e-15)


def test_the_second_derivative_of_a_constants_variance_exists():
    """The variance is a polynomial: only the standard deviation has a corner."""
    hessian = [tg.grad(lambda x, i=i: tg.grad(tg.var)(x)[i])(tg.tensor([5.0, 5.0])).numpy() for i in range(2)]
    np.testing.assert_allclose(hessian, [[0.5, -0.5], [-0.5, 0.5]])


@BOTH
@pytest.mark.parametrize(
    "keywords", [{"ddof": 1}, {"correction": 1}, {"correction": 0.5, "axis": 0}, {"ddof": 1.5, "axis": (0, 1)}]
)
def test_degrees_of_freedom(name, keywords):
    f = getattr(tg, name)
    np.testing.assert_allclose(f(X, **keywords).numpy(), getattr(np, name)(X, **keywords), rtol=1e-14)
    check_grads(lambda x: f(x, **keywords), (X,))


@BOTH
def test_too_few_degrees_of_freedom_as_in_numpy(name):
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"), np.errstate(all="ignore"):
        want = getattr(np, name)([1.0, 3.0], ddof=2)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"), np.errstate(all="ignore"):
        got = getattr(tg, name)([1.0, 3.0], ddof=2)
    np.testing.assert_array_equal(got.numpy(), want)


@BOTH
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("ddof", [0, 1])
def test_where(name, axis, ddof):
    f = getattr(tg, name)
    np.testing.assert_allclose(
        f(X, axis=axis, where=MASK, ddof=ddof).numpy(),
        getattr(np, name)(X, axis=axis, where=MASK, ddof=ddof),
        rtol=1e-13,
    )
    check_grads(lambda x: f(x, axis=axis, where=MASK, ddof=ddof, keepdims=True), (X,))


@BOTH
def test_where_leaves_constants(name):
    x = np.array([0.1, 0.1, 7.0, 0.1])
    slope = tg.grad(lambda x: getattr(tg, name)(x, where=x < 1))(tg.tensor(x)).numpy()
    np.testing.assert_array_equal(slope, 0)


@BOTH
def test_a_known_mean_has_a_gradient(name):
    f = getattr(tg, name)
    known = X.mean(axis=0, keepdims=True)
    np.testing.assert_allclose(f(X, axis=0, mean=known).numpy(), getattr(np, name)(X, axis=0, mean=known), rtol=1e-14)
    check_grads(lambda x, m: f(x, axis=0, mean=m, ddof=1), (X, known + 0.3))
    whole = tg.grad(lambda x: f(x, axis=0, mean=tg.mean(x, axis=0, keepdims=True)).sum())(tg.tensor(X)).numpy()
    np.testing.assert_allclose(
        whole, tg.grad(lambda x: f(x, axis=0).sum())(tg.tensor(X)).numpy(), rtol=1e-12, atol=1e-15
    )


@BOTH
def test_complex_numbers(name):
    z = X + 1j * X[::-1] ** 2
    f = getattr(tg, name)
    np.testing.assert_allclose(f(z, axis=1, ddof=1).numpy(), getattr(np, name)(z, axis=1, ddof=1), rtol=1e-14)
    assert f(z).dtype == np.float64
    check_grads(lambda z: f(z, axis=1), (z,))
    check_grads(lambda z: f(z, axis=1, where=MASK), (z,))


@BOTH
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64])
def test_dtypes(name, dtype):
    x = (X * 10).astype(dtype)
    f = getattr(tg, name)
    for keywords in ({}, {"where": MASK}, {"mean": x.mean(keepdims=True)}):
        want = getattr(np, name)(x, **keywords)
        assert f(x, **keywords).dtype == want.dtype
        np.testing.assert_allclose(f(x, **keywords).numpy(), want, rtol=2e-3 if dtype == np.float16 else 1e-5)
    assert f(x, dtype=np.float64).dtype == np.float64


@BOTH
def test_errors_teach(name):
    with pytest.raises(ArgumentError, match="two names of one thing"):
        getattr(tg, name)(X, ddof=1, correction=1)
    with pytest.raises(MutationError, match="out="):
        getattr(tg, name)(X, out=np.zeros(()))


@BOTH
def test_as_in_torch(name):
    torch = pytest.importorskip("torch")
    ours, theirs = (
        tg.tensor(X.astype(np.float32), requires_grad=True),
        torch.tensor(X.astype(np.float32), requires_grad=True),
    )
    getattr(tg, name)(ours, axis=1, ddof=1).sum().backward()
    getattr(torch, name)(theirs, dim=1).sum().backward()
    assert ours.grad.dtype == np.float32
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-7)
