"""Elements chosen by conditions and numbers."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError
from tensorgraph.testing import check_grads

X = np.random.default_rng(20).normal(size=(3, 4))
Y = np.random.default_rng(21).normal(size=(3, 4))


def test_select(alike):
    conditions = [X < -0.5, Y[0] > 0.3, np.array(True)]
    alike(lambda xp, x, y: xp.select(conditions, [x, y, y[0]], 7), X, Y)
    alike(lambda xp, x, y: xp.select(conditions[:2], [x, 2 * y]), X, Y)
    check_grads(lambda x, d: tg.select([X < 0], [x], default=d), (X, 1.5))
    assert tg.select([[True, False]], [[1, 2]], 0).dtype == int
    with pytest.raises(ArgumentError, match="as many conditions"):
        tg.select([X < 0], [X, X])
    with pytest.raises(DtypeError, match="boolean"):
        tg.select([X], [X])


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
def test_choose(alike, mode):
    number = np.array([[0, 1, 2, 0], [2, 2, 1, 1], [0, 0, 0, 1]]) * (1 if mode == "raise" else 3) - (mode != "raise")
    alike(lambda xp, x, y: xp.choose(number, [x, y, y[0]], mode=mode), X, Y, dtypes=(float, np.float32))
    assert tg.tensor([0, 1]).choose([[5, 6], [7, 8]]).tolist() == [5, 8]
    with pytest.raises(IndexingError, match="from 0 to 1"):
        tg.choose([2], [X[0], Y[0]])
    with pytest.raises(DtypeError, match="integers"):
        tg.choose([0.5], [X, Y])


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("condition", [[True, False, True], [0, 1], [], [False]], ids=repr)
def test_compress(alike, axis, condition):
    condition = np.array(condition, dtype=bool if not condition else None)
    alike(lambda xp, x: xp.compress(condition, x, axis=axis), X)
    assert tg.tensor(X).compress(condition, axis).tolist() == X.compress(condition, axis).tolist()


def test_compress_refuses():
    with pytest.raises(IndexingError, match="beyond"):
        tg.compress([0, 0, 0, 0, 1], X, axis=0)
    assert tg.compress([1, 0, 0, 0, 0], X, axis=0).shape == (1, 4)
    with pytest.raises(ShapeError, match="one axis"):
        tg.compress(X > 0, X)


def test_extract(alike):
    alike(lambda xp, x: xp.extract(X > 0, x), X)
    alike(lambda xp, x: xp.extract((X > 0).astype(int), x), X)


@pytest.mark.parametrize("x", [X, X[0], np.array(0.7)], ids=np.shape)
def test_piecewise(alike, x):
    def f(xp, x):
        return xp.piecewise(
            x, [X > 0.2, X < -0.2] if x.ndim == 2 else [x > 0.2, x < -0.2], [xp.sin, lambda t: t * t, 3.0]
        )

    alike(f, x, dtypes=(float, np.float32), order=2)
    alike(lambda xp, x: xp.piecewise(x, [x > 0], [lambda t, k, p: k * t**p], 2, p=3), x, dtypes=(float,))


def test_forms_of_conditions(alike):
    pieces = [lambda t: t * t, lambda t: -t]
    alike(lambda xp, x: xp.piecewise(x, x > 0, pieces), X[0], dtypes=(float,))
    alike(lambda xp, x: xp.piecewise(x, np.array([X[0] > 0, X[0] <= 0]), pieces), X[0], dtypes=(float,))
    alike(lambda xp, x: xp.piecewise(x, (X[0] > 0).tolist(), pieces), X[0], dtypes=(float,))
    alike(lambda xp, x: xp.piecewise(x, [True, False], pieces), np.array(0.5), dtypes=(float,))
    alike(lambda xp, x: xp.piecewise(x, True, pieces), np.array(0.5), dtypes=(float,))


def test_piecewise_refuses():
    with pytest.raises(ArgumentError, match="expected 1 or 2 functions"):
        tg.piecewise(X, [X > 0], [1, 2, 3])


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_put_along_axis(axis):
    indices = np.array([5, 0]) if axis is None else X.argmax(axis, keepdims=True)
    for values in (9.0, np.full(indices.shape, 8.0)):
        expected = X.copy()
        np.put_along_axis(expected, indices, values, axis)
        assert tg.put_along_axis(X, indices, values, axis).tolist() == expected.tolist()
        check_grads(lambda x, v: tg.put_along_axis(x, indices, v, axis), (X, np.asarray(values)), order=1)
    with pytest.raises(ShapeError, match="axes"):
        tg.put_along_axis(X, [0], 1.0, axis=0)
