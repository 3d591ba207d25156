"""Order: along all axes, stable, both ways; permutations and partitions."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(41)
X = RNG.permutation(24).reshape(2, 3, 4) * 0.8


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_sort_along_every_axis(axis):
    """HIPS autograd sorts one axis only."""
    np.testing.assert_array_equal(tg.sort(X, axis=axis).numpy(), np.sort(X, axis=axis))
    np.testing.assert_array_equal(tg.argsort(X, axis=axis).numpy(), np.argsort(X, axis=axis))
    np.testing.assert_array_equal(tg.sort(X, axis=axis, descending=True).numpy(), -np.sort(-X, axis=axis))
    for descending in (False, True):
        check_grads(lambda x, d=descending: tg.sort(x, axis=axis, descending=d), (X,))


def test_equal_elements_stay_in_their_order():
    x = [2.0, 1.0, 2.0, 1.0]
    np.testing.assert_array_equal(tg.argsort(x).numpy(), [1, 3, 0, 2])
    np.testing.assert_array_equal(tg.argsort(x, descending=True).numpy(), [0, 2, 1, 3])
    np.testing.assert_array_equal(tg.grad(lambda x: tg.sort(x)[0])(tg.tensor(x)).numpy(), [0, 1, 0, 0])
    np.testing.assert_array_equal(tg.grad(lambda x: tg.sort(x, descending=True)[1])(tg.tensor(x)).numpy(), [0, 0, 1, 0])


@pytest.mark.parametrize("kth", [0, 2, -1, (1, 2), np.array([0, 2])])
def test_partition(kth):
    got = tg.partition(X, kth).numpy()
    np.testing.assert_array_equal(got[..., kth], np.sort(X)[..., kth])
    np.testing.assert_array_equal(np.sort(got), np.sort(X))
    check_grads(lambda x: tg.partition(x, kth), (X,), inconclusive="return")
    places = tg.argpartition(X, kth).numpy()
    np.testing.assert_array_equal(np.take_along_axis(X, places, -1), got)
    assert tg.partition(X, 3, axis=None).shape == (24,)


def test_methods_and_numpy_calls():
    x = tg.tensor(X, requires_grad=True)
    assert np.sort(x, 0).requires_grad
    assert not x.argsort(0).requires_grad
    assert np.sort(x, axis=1).op.name == "sort"
    np.testing.assert_array_equal(np.lexsort((x[0, 0], x[0, 1])).numpy(), np.lexsort((X[0, 0], X[0, 1])))
    np.testing.assert_array_equal(tg.sort_complex([2, 1]).numpy(), np.sort_complex([2, 1]))


def test_errors_teach():
    with pytest.raises(ArgumentError, match="expected kind"):
        tg.sort(X, kind="bogo")
    with pytest.raises(ArgumentError, match="order=None"):
        tg.argsort(X, order="name")
    with pytest.raises(ArgumentError, match="kth takes integers"):
        tg.partition(X, 1.5)
    assert tg.sort(X, kind="stable").shape == tg.sort(X, stable=True).shape == X.shape
