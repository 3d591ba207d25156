"""Quantiles: every method, weights, NaN, and gradients in the elements and in q."""

import warnings

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, AxisError, MutationError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(13)
CONTINUOUS = ["linear", "weibull", "hazen", "median_unbiased", "normal_unbiased", "interpolated_inverted_cdf"]
STEPS = ["lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "closest_observation"]
LEVELS = [0, 0.0, 0.25, 0.5, 0.7, 1.0, [0.1, 0.35, 0.6], np.linspace(0, 1, 21), [[0.2, 0.4], [0.6, 0.8]]]


@pytest.mark.parametrize("method", CONTINUOUS + STEPS)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10, 11])
def test_values_are_numpys(method, n):
    x = RNG.normal(size=(n, 3))
    holed = np.where(RNG.random(x.shape) < 0.2, np.nan, x)
    for q in LEVELS:
        for keywords in ({"axis": 0}, {"axis": None, "keepdims": True}, {"axis": (1, 0)}):
            for name, data in (("quantile", x), ("quantile", holed), ("nanquantile", holed)):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    want = getattr(np, name)(data, q, method=method, **keywords)
                    got = getattr(tg, name)(data, q, method=method, **keywords)
                np.testing.assert_allclose(got.numpy(), want, rtol=1e-12, err_msg=f"{name} {q} {keywords}")
                assert got.shape == np.shape(want)


@pytest.mark.parametrize("method", CONTINUOUS + STEPS)
def test_gradients_in_the_elements(method):
    x = RNG.permutation(20).reshape(4, 5) * 0.8
    check_grads(lambda x: tg.quantile(x, [0.2, 0.37, 0.9], axis=1, method=method), (x,))


@pytest.mark.parametrize("method", CONTINUOUS)
def test_gradients_in_q(method):
    x = RNG.permutation(20).reshape(4, 5) * 0.8
    check_grads(lambda x, q: tg.percentile(x, q, axis=1, method=method), (x, np.array([33.0, 64.0])))


def test_steps_have_no_gradient_in_q():
    assert tg.grad(lambda q: tg.quantile([1.0, 2.0, 4.0], q, method="nearest"))(0.3).item() == 0


@pytest.mark.parametrize("name", ["median", "nanmedian"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), [0, 1]])
def test_median(name, axis):
    x = RNG.normal(size=(3, 4, 5))
    for keepdims in (False, True):
        want = getattr(np, name)(x, axis=axis if not isinstance(axis, list) else tuple(axis), keepdims=keepdims)
        np.testing.assert_allclose(getattr(tg, name)(x, axis=axis, keepdims=keepdims).numpy(), want, rtol=1e-14)
    check_grads(lambda x: getattr(tg, name)(x, axis=axis), (RNG.permutation(60).reshape(3, 4, 5) * 0.8,))


@pytest.mark.parametrize("name", ["nanmedian", "nanquantile", "nanpercentile"])
def test_gradients_past_nan(name):
    arguments = () if name == "nanmedian" else (0.3,)
    x = RNG.permutation(20).reshape(4, 5) * 0.8

    def f(x):
        return getattr(tg, name)(tg.where(np.eye(4, 5) > 0, np.nan, x), *arguments, axis=0)

    check_grads(f, (x,))


def test_a_row_of_nan_alone_warns_as_in_numpy():
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        assert np.isnan(tg.nanmedian([np.nan, np.nan]).item())


@pytest.mark.parametrize("q", [0, 0.2, 0.5, 1, [0.1, 0.9]])
def test_weights(q):
    x = RNG.normal(size=(3, 4, 5))
    weights = RNG.integers(0, 4, size=(3, 4, 5)) + (np.arange(3) == 0)[:, None, None]
    for w, axis in ((weights, 0), ([1.0, 0.0, 2.0, 3.0], 1), (weights, None), (weights, (0, 2))):
        keywords = {"axis": axis, "weights": w, "method": "inverted_cdf"}
        np.testing.assert_array_equal(tg.quantile(x, q, **keywords).numpy(), np.quantile(x, q, **keywords))
    check_grads(
        lambda x: tg.quantile(x, q, weights=weights, method="inverted_cdf"),
        (RNG.permutation(60).reshape(3, 4, 5) * 0.8,),
    )


def test_dtypes():
    for dtype in (np.float32, np.int64, np.uint8):
        x = np.arange(10).astype(dtype)
        for method in CONTINUOUS + STEPS:
            for q in (0.3, np.float64(0.3), [0.2, 0.4]):
                got, want = tg.quantile(x, q, method=method), np.quantile(x, q, method=method)
                np.testing.assert_allclose(got.numpy(), want, rtol=1e-6)
                if q == 0.3 and type(q) is float:
                    assert got.dtype == want.dtype
    assert tg.grad(lambda x: tg.quantile(x, 0.3))(tg.tensor([1.0, 2.0], dtype="float32")).dtype == np.float32


def test_numpy_calls_arrive_here():
    x = tg.tensor([3.0, 1.0, 2.0], requires_grad=True)
    for z in (np.median(x), np.quantile(x, q=0.3), np.percentile(x, 30, axis=0), np.nanmedian(x)):
        assert isinstance(z, tg.Tensor)
        assert z.requires_grad


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda x: tg.quantile(x, 2.0), ArgumentError, "between 0 and 1"),
        (lambda x: tg.percentile(x, -1), ArgumentError, "between 0 and 100"),
        (lambda x: tg.quantile(x, 0.5, method="best"), ArgumentError, "unknown method 'best'"),
        (lambda x: tg.quantile(x * 1j, 0.5), ArgumentError, "no order"),
        (lambda x: tg.quantile(x, 0.5, weights=x), ArgumentError, "inverted_cdf"),
        (lambda x: tg.quantile(x, 0.5, weights=-x - 9, method="inverted_cdf"), ArgumentError, "negative"),
        (
            lambda x: tg.quantile(x, 0.5, weights=[1.0], method="inverted_cdf"),
            ArgumentError,
            "expected weights of shape",
        ),
        (lambda x: tg.median(x, axis=2), AxisError, "axis=2"),
        (lambda x: tg.median(x, out=x), MutationError, "out="),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call(RNG.normal(size=(2, 3)))
