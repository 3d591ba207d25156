"""Running sums and products: exact at zeros, the Array API's names, halves, NaN."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, MutationError
from tensorgraph.ops.recurrence import recurrence
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(11)


@pytest.mark.parametrize("x", [[2.0, 0.0, 3.0, 0.0, 1.5], [0.0, 0.0], [0.0], [1e200, 1e-200, 1e90]])
def test_cumprod_at_zeros_and_at_the_ends_of_the_range(x):
    """The gradient of Π_{j≤k} x_j is a sum of products of the others: here made of Python's exact fractions."""
    from fractions import Fraction

    want = []
    for i in range(len(x)):
        slope = Fraction(0)
        for k in range(i, len(x)):
            product = Fraction(1)
            for j in range(k + 1):
                product *= 1 if j == i else Fraction(x[j])
            slope += product
        want.append(float(slope))
    got = tg.grad(lambda x: tg.cumprod(x).sum())(tg.tensor(x)).numpy()
    np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-300)


def test_cumprod_at_zeros_to_the_third_order():
    x = np.array([0.7, 0.0, -1.2, 0.0, 1.5])
    weights = np.array([1.0, 2.0, -0.5, 3.0, 0.3])

    def third(x):
        first = tg.grad(lambda x: (tg.cumprod(x) * weights).sum())
        return tg.grad(lambda x: tg.grad(lambda x: first(x)[3])(x)[1])(x)

    sympy = pytest.importorskip("sympy")
    s = sympy.symbols("x:5")
    whole = sum(sympy.Float(w) * sympy.prod(s[: k + 1]) for k, w in enumerate(weights))
    want = [float(sympy.diff(whole, s[3], s[1], a).subs(dict(zip(s, x, strict=True)))) for a in s]
    np.testing.assert_allclose(third(tg.tensor(x)).numpy(), want, rtol=1e-14)


@pytest.mark.parametrize("shape", [(1000,), (40, 60), (3, 100)])
def test_recurrence_by_doubling_and_by_steps(shape):
    b, a = RNG.normal(size=shape), RNG.normal(size=shape)
    want = b.copy()
    for i in range(1, shape[-1]):
        want[..., i] += a[..., i] * want[..., i - 1]
    np.testing.assert_allclose(recurrence(b, a, axis=-1), want, rtol=1e-10, atol=1e-10 * np.abs(want).max())


def test_recurrence_whose_products_leave_the_range():
    b, a = np.zeros(200), np.full(200, 1e10)
    b[180] = 1
    np.testing.assert_allclose(recurrence(b, a, axis=0)[[100, 180, 190]], [0, 1, 1e100], rtol=1e-14)


def test_long_cumprod_with_a_zero():
    x = RNG.uniform(0.9, 1.1, 300)
    x[100] = 0
    check_grads(tg.cumprod, (x,), inconclusive="return")


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@pytest.mark.parametrize(
    "keywords", [{"axis": 0}, {"axis": -1, "include_initial": True}, {"axis": 1, "dtype": np.float32}]
)
def test_array_api_names(name, keywords):
    if not hasattr(np, name):
        pytest.skip(f"this NumPy has no {name}")
    x = RNG.normal(size=(3, 4))
    got, want = getattr(tg, name)(x, **keywords), getattr(np, name)(x, **keywords)
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-6)
    assert got.dtype == want.dtype
    check_grads(lambda x: getattr(tg, name)(x, **(keywords | {"dtype": None})), (x,))
    with pytest.raises(ArgumentError, match="needs axis="):
        getattr(tg, name)(x)
    with pytest.raises(MutationError, match="out="):
        getattr(tg, name)(x, axis=0, out=x)


def test_integers_promote_as_in_numpy():
    for name in ("cumsum", "cumprod"):
        got, want = (getattr(lib, name)(np.array([1, 2, 3], np.int8)) for lib in (tg, np))
        assert got.dtype == want.dtype


def test_half_precision_is_accumulated_in_single():
    z = tg.cumsum(np.ones(10_000, np.float16))
    assert z.dtype == np.float16
    assert z[-1].item() == 10_000


@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
def test_nan_counts_as_nothing(name):
    x = [2.0, np.nan, 1.5]
    np.testing.assert_array_equal(getattr(tg, name)(x).numpy(), getattr(np, name)(x))
    check_grads(lambda x: getattr(tg, name)(tg.where([True, False, True], x, np.nan)), (np.array([2.0, 7.0, 1.5]),))
