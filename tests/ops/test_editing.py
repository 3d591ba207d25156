"""Elements inserted, deleted, cut off; differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, AxisError, DtypeError, IndexingError
from tensorgraph.ops.editing import FEW_CUTS
from tensorgraph.testing import check_grads

X = np.random.default_rng(19).normal(size=(3, 4))


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize(
    "obj", [0, -1, 3, 1, [0, 2], [1, 1, 0], [-1, 0], slice(0, 3, 2), [], [2], np.array([True, False, True])], ids=repr
)
def test_insert(axis, obj):
    if isinstance(obj, np.ndarray) and axis != 0:
        return
    expected = np.insert(X, obj, 7.5, axis)
    found = tg.insert(X, obj, 7.5, axis)
    np.testing.assert_array_equal(found.numpy(), expected)
    np.testing.assert_array_equal(np.insert(tg.tensor(X), obj, 7.5, axis).numpy(), expected)
    check_grads(lambda x, v: tg.insert(x, obj, v, axis), (X, 7.5), order=1, directions=1)


@given(st.lists(st.integers(-4, 4), max_size=6), st.integers(0, 1))
def test_insert_of_several_values(places, axis):
    n = X.shape[axis]
    places = [max(-n, min(n, p)) for p in places]
    count = len(places)
    values = np.arange(float(count * X.shape[1 - axis])).reshape((count, 4) if axis == 0 else (3, count))
    if count != 1:
        np.testing.assert_array_equal(tg.insert(X, places, values, axis).numpy(), np.insert(X, places, values, axis))


@pytest.mark.parametrize("count", [1, FEW_CUTS, FEW_CUTS + 1, 50])
def test_insert_at_many_places(count):
    rng = np.random.default_rng(count)
    x, places, values = rng.normal(size=40), rng.integers(-40, 41, count), rng.normal(size=count)
    np.testing.assert_array_equal(tg.insert(x, places, values).numpy(), np.insert(x, places, values))
    check_grads(lambda x, v: tg.insert(x, places, v), (x, values), order=1)


def test_insert_broadcasts_as_numpy_does():
    for obj, values, axis in [
        (1, [1.0, 2.0, 3.0], 1),
        ([1], [[1.0], [2.0], [3.0]], 1),
        (1, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 1),
        ([1, 2], [1.0, 2.0], 1),
        (2, [1.0, 2.0], None),
        ([2], [1.0, 2.0], None),
        (1, np.ones((2, 4)), 0),
    ]:
        np.testing.assert_array_equal(
            tg.insert(X, obj, values, axis).numpy(), np.insert(X, obj, values, axis), str((obj, axis))
        )
        check_grads(lambda x, v, obj=obj, axis=axis: tg.insert(x, obj, v, axis), (X, np.asarray(values)), order=1)


def test_insert_refuses():
    with pytest.raises(IndexingError, match="out of bounds"):
        tg.insert(X, 4, 1.0, axis=0)
    with pytest.raises(DtypeError, match="astype"):
        tg.insert(np.arange(3), 0, 1.5)
    with pytest.raises(AxisError):
        tg.insert(X, 0, 1.0, axis=2)
    with pytest.raises(ArgumentError, match="sequence"):
        tg.insert(X, [[1]], 1.0, axis=0)
    assert tg.insert(np.float32([1, 2]), 0, 1.5).dtype == np.float32


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize(
    "obj", [0, -1, [0, 2], [1, 1], slice(None, None, 2), slice(2, 0, -1), [], np.array([True, False, True])], ids=repr
)
def test_delete(alike, axis, obj):
    if isinstance(obj, np.ndarray) and axis != 0:
        return
    alike(lambda xp, x: xp.delete(x, obj, axis), X)


def test_delete_refuses():
    for obj in (3, [0, -4]):
        with pytest.raises(IndexingError, match="out of bounds"):
            tg.delete(X, obj, axis=0)
    with pytest.raises(IndexingError, match="mask of length 3"):
        tg.delete(X, [True, False], axis=0)
    assert tg.delete(X, tg.tensor([0]), 0).shape == (2, 4)


@pytest.mark.parametrize("trim", ["f", "b", "fb", "BF"])
@pytest.mark.parametrize("zeros", [(), (0,), (0, 1), (5,), (4, 5), (2,), range(6)])
def test_trim_zeros(alike, trim, zeros):
    x = np.arange(1.0, 7.0)
    x[list(zeros)] = 0.0
    alike(lambda xp, x: xp.trim_zeros(x, trim), x, dtypes=(float, int), grads=False)
    support = np.flatnonzero(x)
    if support.size:
        found = tg.grad(lambda x: tg.trim_zeros(x, trim).sum())(x)
        assert found.sum().item() == tg.trim_zeros(x, trim).size


def test_trim_zeros_of_a_matrix():
    x = np.pad(X, ((1, 2), (0, 1)))
    assert tg.trim_zeros(x).tolist() == X.tolist()
    assert tg.trim_zeros(x, axis=1).shape == (6, 4)
    with pytest.raises(ArgumentError, match="'f', 'b'"):
        tg.trim_zeros(x, "x")


@pytest.mark.parametrize(
    "ends", [{}, {"to_end": 1.0}, {"to_begin": [1.0, 2.0]}, {"to_begin": 1.0, "to_end": [[2.0], [3.0]]}], ids=repr
)
def test_ediff1d(alike, ends):
    alike(lambda xp, x: xp.ediff1d(x, **ends), X, dtypes=(float, np.float32))
    assert tg.ediff1d(np.ones(1)).shape == tg.ediff1d(np.ones(0)).shape == (0,)
    check_grads(lambda x, e: tg.ediff1d(x, to_end=e), (X, 1.5))
    with pytest.raises(DtypeError, match="to_end"):
        tg.ediff1d(np.arange(3), to_end=1.5)
