"""Questions about elements: constants, as NumPy answers them."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import MutationError, ShapeError

X = np.array([[0.0, 2.0, -1.0], [3.0, 0.0, 2.0]])
MASK = np.array([[True, True, False], [True, False, True]])


@pytest.mark.parametrize("name", ["all", "any", "count_nonzero", "argmax", "argmin"])
@pytest.mark.parametrize("keywords", [{}, {"axis": 0}, {"axis": -1, "keepdims": True}])
def test_as_in_numpy(name, keywords):
    x = tg.tensor(X, requires_grad=True)
    got = getattr(tg, name)(x, **keywords)
    want = getattr(np, name)(X, **keywords)
    np.testing.assert_array_equal(got.numpy(), want)
    assert got.dtype == np.asarray(want).dtype
    assert not got.requires_grad
    assert isinstance(getattr(np, name)(x, **keywords), tg.Tensor)


@pytest.mark.parametrize("name", ["all", "any"])
def test_where(name):
    got = getattr(tg, name)(X, axis=1, where=MASK)
    np.testing.assert_array_equal(got.numpy(), getattr(np, name)(X, axis=1, where=MASK))
    with pytest.raises(MutationError, match="out="):
        getattr(tg, name)(X, out=np.zeros(()))


def test_places():
    for got, want in zip(tg.nonzero(X), np.nonzero(X), strict=True):
        np.testing.assert_array_equal(got.numpy(), want)
    np.testing.assert_array_equal(tg.argwhere(X).numpy(), np.argwhere(X))
    np.testing.assert_array_equal(tg.flatnonzero(X).numpy(), np.flatnonzero(X))
    np.testing.assert_array_equal(tg.isin(X, [0.0, 3.0], invert=True).numpy(), np.isin(X, [0.0, 3.0], invert=True))
    np.testing.assert_array_equal(
        tg.digitize(X, [0.0, 1.0], right=True).numpy(), np.digitize(X, [0.0, 1.0], right=True)
    )


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(side):
    x, order = np.array([3.0, 1.0, 2.0]), [1, 2, 0]
    want = np.searchsorted(x, X, side, sorter=order)
    np.testing.assert_array_equal(tg.searchsorted(x, X, side, sorter=order).numpy(), want)


def test_past_nan():
    x = np.where(X == 3, np.nan, X)
    np.testing.assert_array_equal(tg.nanargmax(x, axis=1).numpy(), np.nanargmax(x, axis=1))
    np.testing.assert_array_equal(tg.nanargmin(x).numpy(), np.nanargmin(x))
    with pytest.raises(ShapeError, match="no element but NaN"):
        tg.nanargmax([np.nan])
