"""Averages and what leaves NaN out: NumPy's values, gradients past NaN, weights with gradients."""

import warnings

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, MutationError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(17)
X = RNG.normal(size=(3, 4, 5))
HOLED = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
HOLED[:, :2] = X[:, :2]
MASK = RNG.random(X.shape) < 0.8
MASK[:, :2] = True
PAST_NAN = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"]
WITH_INITIAL = {"nansum", "nanprod", "nanmax", "nanmin"}


@pytest.mark.parametrize("name", PAST_NAN)
@pytest.mark.parametrize(
    "keywords",
    [{}, {"axis": 0}, {"axis": (0, 2), "keepdims": True}, {"axis": 1, "where": MASK}, {"axis": 1, "initial": 0.3}],
)
def test_past_nan(name, keywords):
    if "initial" in keywords and name not in WITH_INITIAL:
        pytest.skip("has no initial=")
    if "where" in keywords and name in {"nanmax", "nanmin"}:
        keywords = keywords | {"initial": 0.3}
    f = getattr(tg, name)
    np.testing.assert_allclose(f(HOLED, **keywords).numpy(), getattr(np, name)(HOLED, **keywords), rtol=1e-12)
    check_grads(lambda x: f(tg.where(np.isnan(HOLED), np.nan, x), **keywords), (X,))


@pytest.mark.parametrize("name", PAST_NAN)
def test_a_row_of_nan_alone(name):
    x = np.full((2, 3), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(getattr(tg, name)(x, axis=1).numpy(), getattr(np, name)(x, axis=1))
    if name in {"nanmax", "nanmin"}:
        with pytest.warns(RuntimeWarning, match="All-NaN slice"):
            getattr(tg, name)(x)


@pytest.mark.parametrize("name", PAST_NAN)
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_dtypes(name, dtype):
    x = (X * 10).astype(dtype)
    got, want = getattr(tg, name)(x, axis=0), getattr(np, name)(x, axis=0)
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-4)


@pytest.mark.parametrize(
    "keywords",
    [
        {"axis": 0, "weights": [1.0, 2.0, 3.0]},
        {"weights": np.abs(X)},
        {"axis": (2, 0), "weights": RNG.uniform(size=(5, 3))},
        {"axis": 1, "keepdims": True},
        {"axis": 1, "keepdims": True, "weights": [1, 2, 3, 4]},
    ],
)
def test_average(keywords):
    np.testing.assert_allclose(tg.average(X, **keywords).numpy(), np.average(X, **keywords), rtol=1e-13)
    pairs = zip(tg.average(X, returned=True, **keywords), np.average(X, returned=True, **keywords), strict=True)
    for got, want in pairs:
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-13)
    check_grads(lambda x: tg.average(x, **keywords), (X,))


def test_weights_of_an_average_have_a_gradient():
    check_grads(lambda x, w: tg.average(x, axis=0, weights=w), (X, np.array([1.0, 2.0, 3.0])))


def test_errors_teach():
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        tg.average([1.0, 2.0], weights=[1.0, -1.0])
    with pytest.raises(ArgumentError, match="expected weights of shape"):
        tg.average(X, axis=0, weights=[1.0, 2.0])
    with pytest.raises(MutationError, match="out="):
        tg.nanmean(X, out=X)


def test_ptp():
    np.testing.assert_array_equal(tg.ptp(X, axis=(0, 1)).numpy(), np.ptp(X, axis=(0, 1)))
    check_grads(lambda x: tg.ptp(x, axis=1, keepdims=True), (RNG.permutation(20).reshape(4, 5) * 0.8,))
