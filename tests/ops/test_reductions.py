"""Sums, products, extremes, logsumexp: the keywords that the cards' cases do not know, and the singular points."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, AxisError, MutationError, ShapeError
from tensorgraph.testing import Verdict, check_grads

RNG = np.random.default_rng(3)
X = RNG.permutation(12).reshape(3, 4) * 0.8 - 4.1
MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, False]])
REDUCTIONS = ["sum", "prod", "mean", "max", "min"]
WITH_INITIAL = ["sum", "prod", "max", "min"]


def gradient(f, x):
    return tg.grad(f)(tg.tensor(x)).numpy()


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1), (-1, 0), ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_where(name, axis, keepdims):
    keywords = {"axis": axis, "keepdims": keepdims, "where": MASK}
    if name in {"max", "min"}:
        keywords["initial"] = 0.3
    if name == "mean" and axis == ():
        keywords["where"] = np.True_
    f = getattr(tg, name)
    np.testing.assert_allclose(f(X, **keywords).numpy(), getattr(np, name)(X, **keywords), rtol=1e-14)
    check_grads(lambda x: f(x, **keywords), (X,))


@pytest.mark.parametrize("name", REDUCTIONS)
def test_where_broadcasts_and_may_be_a_recorded_tensor(name):
    keywords = {"initial": -9.0} if name == "max" else {"initial": 9.0} if name == "min" else {}
    f = getattr(tg, name)
    row = [True, True, False, True]
    want = getattr(np, name)(X, axis=1, where=row, **keywords)
    np.testing.assert_allclose(f(X, axis=1, where=row, **keywords).numpy(), want, rtol=1e-14)
    check_grads(lambda x: f(x, axis=0, where=x > -2.7, **keywords), (X,))


@pytest.mark.parametrize("name", WITH_INITIAL)
def test_initial_has_a_gradient(name):
    f = getattr(tg, name)
    for start in (-7.3, 0.4, 11.0):
        np.testing.assert_allclose(
            f(X, axis=0, initial=start).numpy(), getattr(np, name)(X, axis=0, initial=start), rtol=1e-14
        )
        check_grads(lambda x, s: f(x, axis=0, initial=s, where=MASK), (X, start))


@pytest.mark.parametrize("name", WITH_INITIAL)
def test_initial_of_an_empty_row(name):
    got = getattr(tg, name)(np.zeros((0, 2)), axis=0, initial=5.0)
    np.testing.assert_array_equal(got.numpy(), [5.0, 5.0])
    np.testing.assert_array_equal(
        tg.grad(lambda s: getattr(tg, name)(np.zeros((0, 2)), axis=0, initial=s).sum())(5.0).numpy(), 2.0
    )


def test_initial_takes_the_dtype_of_the_reduction():
    assert tg.sum(np.ones(3, np.float32), initial=np.float64(2)).dtype == np.float32
    assert tg.max(np.arange(3), initial=5.5).item() == np.max(np.arange(3), initial=5.5)


def test_errors_teach():
    x = tg.tensor(X, name="x")
    with pytest.raises(MutationError, match="sum cannot write"):
        tg.sum(x, out=np.zeros(()))
    with pytest.raises(ArgumentError, match="needs initial="):
        tg.max(x, where=MASK)
    with pytest.raises(ShapeError, match=r"where= of a shape that broadcasts to \(3, 4\)"):
        tg.sum(x, where=MASK[:2])
    with pytest.raises(ShapeError, match="where="):
        tg.sum(x, where=MASK[None])
    with pytest.raises(AxisError, match="'x' with axis=2"):
        tg.mean(x, axis=2)
    with pytest.raises(ShapeError, match="zero-size array"):
        tg.max(np.zeros(0))
    with pytest.raises(TypeError, match="surprise"):
        tg.sum(x, surprise=1)


def test_to_integers_flows_no_gradient():
    x = tg.tensor(X, requires_grad=True)
    z = tg.sum(x, dtype=int)
    assert z.dtype == np.int64
    assert not z.requires_grad


def test_max_and_min_share_among_ties():
    np.testing.assert_array_equal(gradient(tg.max, [1.0, 3.0, 3.0]), [0, 0.5, 0.5])
    np.testing.assert_array_equal(gradient(tg.min, [1.0, 1.0, 3.0, 1.0]), [1 / 3, 1 / 3, 0, 1 / 3])
    np.testing.assert_array_equal(
        gradient(lambda x: tg.max(x, axis=0).sum(), [[2.0, 1.0], [2.0, 4.0]]), [[0.5, 0], [0.5, 1]]
    )
    np.testing.assert_array_equal(gradient(lambda x: tg.max(x, initial=3.0), [1.0, 3.0]), [0, 0.5])
    assert tg.jvp(tg.max, (np.array([1.0, 3.0, 3.0]),), (np.array([5.0, 2.0, 4.0]),))[1].item() == 3.0


def test_masked_out_infinities_do_not_tie():
    np.testing.assert_array_equal(
        gradient(lambda x: tg.max(x, where=[True, False], initial=-np.inf), [1.0, 7.0]), [1, 0]
    )


@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_prod_with_zeros_at_every_order(zeros):
    """The derivatives of a product are products of the others: SymPy finds them, zeros included."""
    sympy = pytest.importorskip("sympy")
    x = [0.0] * zeros + [3.0, -2.0, 0.5]
    symbols = sympy.symbols(f"x:{len(x)}")
    product, at = sympy.prod(symbols), dict(zip(symbols, x, strict=True))
    want = [float(sympy.diff(product, a).subs(at)) for a in symbols]
    np.testing.assert_allclose(gradient(tg.prod, x), want, rtol=1e-15)
    slopes = [[float(sympy.diff(product, a, b).subs(at)) for b in symbols] for a in symbols]
    for i, row in enumerate(slopes):
        np.testing.assert_allclose(gradient(lambda x, i=i: tg.grad(tg.prod)(x)[i], x), row, rtol=1e-15)
    third = float(sympy.diff(product, *symbols[:3]).subs(at))
    got = tg.grad(lambda x: tg.grad(lambda x: tg.grad(tg.prod)(x)[0])(x)[1])(tg.tensor(x))[2]
    assert got.item() == pytest.approx(third, rel=1e-15)


def test_prod_of_what_leaves_the_range():
    """The products of the others are representable where the whole product is not."""
    np.testing.assert_allclose(gradient(tg.prod, [1e-200, 1e-200, 1e300]), [1e100, 1e100, 0], rtol=1e-14)
    np.testing.assert_allclose(gradient(tg.prod, [1e200, 1e-310, 1e-250])[1:], [1e-50, 1e-110], rtol=1e-12)


@pytest.mark.parametrize("length", range(8))
def test_prod_in_rows_of_every_length(length):
    x = RNG.uniform(0.5, 2, (2, length, 3))
    x[0, : length // 2, 0] = 0
    report = check_grads(lambda x: tg.prod(x, axis=1), (x,), inconclusive="return")
    assert report.verdict is Verdict.PASS or length < 2
    check = check_grads(
        lambda x: tg.prod(x, axis=(1, 2), keepdims=True), (np.where(x == 0, 1.1, x),), inconclusive="return"
    )
    assert check.verdict is Verdict.PASS or length == 0


def test_logsumexp_at_its_ends():
    inf = np.inf
    assert tg.logsumexp([-inf, -inf]).item() == -inf
    np.testing.assert_array_equal(gradient(tg.logsumexp, [-inf, -inf]), [0, 0])
    np.testing.assert_array_equal(gradient(tg.logsumexp, [-inf, 0.0]), [0, 1])
    assert tg.logsumexp([inf, 0.0]).item() == inf
    assert np.isnan(tg.logsumexp([np.nan, 0.0]).item())
    np.testing.assert_array_equal(tg.logsumexp(np.zeros((2, 0)), axis=1).numpy(), [-inf, -inf])
    np.testing.assert_allclose(tg.logsumexp([0.0, -50.0]).item(), np.log1p(np.exp(-50.0)), rtol=1e-15)
    np.testing.assert_allclose(gradient(tg.logsumexp, [1000.0, 1001.0]).sum(), 1, rtol=1e-12)


@pytest.mark.parametrize(
    "keywords", [{}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}, {"axis": -1, "b": MASK + 0.5}]
)
def test_logsumexp_as_in_scipy(keywords):
    special = pytest.importorskip("scipy.special")
    for x in (X, X + 1j * X[::-1]):
        np.testing.assert_allclose(tg.logsumexp(x, **keywords).numpy(), special.logsumexp(x, **keywords), rtol=1e-14)
        check_grads(lambda x: tg.logsumexp(x, **keywords), (x,))
    signed = {"axis": 1, "b": np.array([1.0, -2.0, 0.0, 0.5]), "return_sign": True}
    for got, want in zip(tg.logsumexp(X, **signed), special.logsumexp(X, **signed), strict=True):
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-13)
    check_grads(lambda x, b: tg.logsumexp(x, b=b, return_sign=True)[0], (X, X[0] + 0.1))


@pytest.mark.parametrize("name", ["sum", "mean", "logsumexp"])
@pytest.mark.parametrize("shape", [(10_000,), (10_000, 2)])
def test_half_precision_is_accumulated_in_single(name, shape):
    x = np.ones(shape, np.float16)
    z = getattr(tg, name)(x, axis=0)
    assert z.dtype == np.float16
    want = getattr(tg, name)(x.astype(np.float64), axis=0).numpy()
    np.testing.assert_allclose(z.numpy().astype(float), want, rtol=1e-3)
    slope = gradient(lambda x: getattr(tg, name)(x, axis=0).sum(), x)
    assert slope.dtype == np.float16


@pytest.mark.parametrize("name", [*REDUCTIONS, "logsumexp"])
def test_numpy_calls_arrive_here(name):
    x = tg.tensor(X, requires_grad=True)
    if name != "logsumexp":
        z = getattr(np, name)(x, axis=0, keepdims=True)
        assert isinstance(z, tg.Tensor)
        assert z.op.name == name
        assert getattr(x, name)(0).shape == (4,)
    assert getattr(tg, name)(x, axis=(0, 1), keepdims=True).shape == (1, 1)


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_in_torch(name, dtype):
    """HIPS autograd gives float64 gradients for max of float32, and NaN for a product with a zero."""
    torch = pytest.importorskip("torch")
    x = X.astype(dtype)
    x[1, 1] = 0
    ours, theirs = tg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    z = getattr(tg, name)(ours, axis=1)
    other = {"max": "amax", "min": "amin"}.get(name, name)
    w = getattr(torch, other)(theirs, dim=1)
    (z * z).sum().backward()
    (w * w).sum().backward()
    assert ours.grad.dtype == dtype
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5 if dtype == np.float32 else 1e-12)
