"""Histograms, counts and distinct elements: NumPy's values; weights and values have gradients."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(37)
X, W = RNG.normal(size=(5, 8)), RNG.normal(size=(5, 8))
EDGES = [-1.0, 0.0, 0.5, 2.0]


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"bins": 3},
        {"bins": "auto"},
        {"bins": EDGES},
        {"bins": 4, "range": (-1.0, 1.0)},
        {"bins": 4, "density": True},
        {"bins": 4, "weights": W},
        {"bins": EDGES, "weights": W, "density": True},
    ],
)
def test_histogram(keywords):
    for got, want in zip(tg.histogram(X, **keywords), np.histogram(X, **keywords), strict=True):
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-11)
        assert got.dtype == want.dtype


def test_histogram_of_values_on_edges():
    x = [1, 2, 2, 3, 4, 5]
    np.testing.assert_array_equal(tg.histogram(x, [1, 2, 3, 4])[0].numpy(), np.histogram(x, [1, 2, 3, 4])[0])


def test_weights_have_gradients():
    check_grads(lambda w: tg.histogram(X, bins=3, weights=w, density=True)[0], (np.abs(W),))
    places, weights = RNG.integers(0, 6, 10), RNG.normal(size=10)
    np.testing.assert_allclose(tg.bincount(places, weights, 8).numpy(), np.bincount(places, weights, 8))
    np.testing.assert_array_equal(tg.bincount(places).numpy(), np.bincount(places))
    check_grads(lambda w: tg.bincount(places, w, 8), (weights,))
    check_grads(lambda w: tg.bincount(places, w), (weights + 1j,))


def test_errors_teach():
    with pytest.raises(ArgumentError, match="increasing edges"):
        tg.histogram(X, bins=[1.0, 0.0])
    with pytest.raises(ArgumentError, match="know no weights"):
        tg.histogram(X, bins="auto", weights=W)


ROWS = np.array([[3.0, 1, 2], [3, 1, 2], [0, 5, 1]])


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"axis": 0},
        {"axis": 1},
        {"return_index": True, "return_inverse": True, "return_counts": True},
        {"return_inverse": True, "axis": 0},
    ],
)
def test_unique(keywords):
    got, want = tg.unique(ROWS, **keywords), np.unique(ROWS, **keywords)
    for a, b in zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]:
        np.testing.assert_array_equal(a.numpy(), b)


def test_distinct_values_have_gradients():
    check_grads(tg.unique, (RNG.permutation(6) * 0.8,))
    check_grads(tg.unique_values, (RNG.permutation(6).reshape(2, 3) * 0.8,))
    np.testing.assert_array_equal(tg.grad(lambda x: tg.unique(x)[1])(tg.tensor([2.0, 1.0, 2.0])).numpy(), [1, 0, 0])


def test_array_api_forms():
    x = [1.0, np.nan, 1.0, np.nan]
    for name in ("unique_all", "unique_counts", "unique_inverse"):
        got, want = getattr(tg, name)(x), getattr(np, name)(x)
        assert got._fields == want._fields
        for a, b in zip(got, want, strict=True):
            np.testing.assert_array_equal(a.numpy(), b)
    assert tg.unique_inverse([[1, 2], [2, 1]]).inverse_indices.shape == (2, 2)
