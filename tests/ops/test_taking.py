"""Elements taken by arrays of indices: keywords, dtypes, errors."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.recording import ALL, recording
from tensorgraph.errors import AxisError, DtypeError, IndexingError, MutationError

X = np.random.default_rng(12).normal(size=(3, 4))
MANY = np.random.default_rng(13).integers(0, 3, (40, 20))


@pytest.mark.parametrize("axis", [None, 0, 1, -2])
@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
@pytest.mark.parametrize("indices", [0, [2, 0, 2], [[1], [-1]], MANY, np.zeros((0, 2), int)], ids=np.shape)
def test_take(alike, axis, mode, indices):
    indices = np.asarray(indices) if mode == "raise" else 3 * np.asarray(indices) - 1
    alike(lambda xp, x: xp.take(x, indices, axis=axis, mode=mode), X, dtypes=(float, np.float32, int))


def test_take_forms():
    t = tg.tensor(X)
    assert t.take([1, 2]).tolist() == np.take(t, indices=[1, 2]).tolist() == X.take([1, 2]).tolist()
    assert tg.take(X, tg.tensor([1]), 0).tolist() == X.take([1], 0).tolist()
    with pytest.raises(MutationError, match="out="):
        t.take([0], 0, np.empty((1, 4)))
    with pytest.raises(IndexingError, match="take"):
        tg.take(X, [3], axis=0)
    with pytest.raises(DtypeError, match="take"):
        tg.take(X, [0.5])
    with pytest.raises(AxisError):
        tg.take(X, [0], axis=2)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_take_along_axis_sorts(alike, axis):
    order = X.argsort(axis=axis)
    alike(lambda xp, x: xp.take_along_axis(x, order, axis=axis), X)
    np.testing.assert_array_equal(tg.take_along_axis(X, order, axis).numpy(), np.sort(X, axis))


def test_take_along_axis_forms(alike):
    alike(lambda xp, x: xp.take_along_axis(x, np.array([[1, 1, 0]]), axis=-1), X)
    alike(
        lambda xp, x: (
            xp.take_along_axis(x, MANY, axis=None) if MANY.ndim == 1 else xp.take_along_axis(x, MANY[0], axis=None)
        ),
        X,
    )
    alike(lambda xp, x: xp.take_along_axis(x, np.array([[2]]), axis=0), X[:, :1])
    with pytest.raises(ValueError, match="take_along_axis"):
        tg.take_along_axis(X, [0], axis=0)


@pytest.mark.parametrize(
    "function",
    [tg.take, lambda x, i: x[i], lambda x, i: x[i, 1], lambda x, i: tg.take_along_axis(x, tg.reshape(i, (2, 1)), 0)],
    ids=["take", "getitem", "mixed", "take_along_axis"],
)
def test_indices_in_a_graph_are_operands(function):
    """So that a replay with other indices reads and adds at the others."""
    index = tg.tensor([1, 1])
    with recording(ALL):
        node = function(tg.tensor(X), index)
    inputs = {id(t) for step in (node, *node.inputs) for t in step.inputs}
    assert id(index) in inputs
