"""Elements repeated."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.ops.repeating import LONG, SHORT

X = np.random.default_rng(17).normal(size=(2, 3))


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("repeats", [0, 1, 3, [2], np.array([3])], ids=repr)
def test_repeat_alike(alike, axis, repeats):
    alike(lambda xp, x: xp.repeat(x, repeats, axis=axis), X)
    alike(lambda xp, x: xp.repeat(x, repeats=repeats, axis=axis), X, dtypes=(float,), grads=False)


@pytest.mark.parametrize(("repeats", "axis"), [([1, 0, 3], 1), ([2, 1], 0), ([0, 1, 2, 3, 0, 1], None), ([0, 0], -2)])
def test_repeat_each_its_own(alike, repeats, axis):
    alike(lambda xp, x: xp.repeat(x, repeats, axis), X)
    assert tg.tensor(X).repeat(repeats, axis).shape == X.repeat(repeats, axis).shape
    assert tg.repeat(X, tg.tensor(repeats), axis=axis).tolist() == X.repeat(repeats, axis).tolist()


def test_repeat_of_many(alike):
    rng = np.random.default_rng(0)
    alike(
        lambda xp, x: xp.repeat(x, rng.permutation(40) * 0 + np.arange(40), axis=0),
        rng.normal(size=(40, 2)),
        dtypes=(float, np.float32),
    )


def test_half_precision_adds_up_in_more():
    x = tg.tensor(np.ones(1, np.float16), requires_grad=True)
    tg.repeat(x, 4000).sum(dtype=np.float32).backward()
    assert x.grad.tolist() == [4000.0]


def test_repeat_refuses():
    with pytest.raises(ShapeError, match="repeat"):
        tg.repeat(X, [1, 2], axis=1)
    with pytest.raises(DtypeError, match="repeat"):
        tg.repeat(X, 1.5)
    assert tg.repeat(np.zeros(0), []).shape == (0,)
    with pytest.raises(ShapeError, match="repeat"):
        tg.repeat(X, -1)


@pytest.mark.parametrize("reps", [0, 1, 2, (2,), (2, 1), (1, 3), (2, 1, 2), (), np.array([2, 2]), (1, 1)], ids=repr)
@pytest.mark.parametrize("shape", [(2, 3), (2,), (), (2, 1, 2)])
def test_tile(alike, reps, shape):
    alike(lambda xp, x: xp.tile(x, reps), np.random.default_rng(1).normal(size=shape), dtypes=(float, int))


@pytest.mark.parametrize("shape", [(3, 2), (2, 3, SHORT), (2, LONG + 1), (LONG + 1, 2), ()])
@pytest.mark.parametrize("reps", [2, SHORT + 1, (2, 1, 3), (1, SHORT, 2)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, float])
def test_cotangents_of_copies_add_up_whichever_way(shape, reps, dtype):
    x = tg.tensor(np.zeros(shape, dtype), requires_grad=True)
    for copies, count in (
        (tg.tile(x, reps), np.prod(reps)),
        (tg.repeat(x, 3), 3),
        (tg.repeat(x, 9, 0) if shape else x, 9),
    ):
        x.grad = None
        copies.backward(np.ones(copies.shape, dtype))
        assert x.grad.dtype == dtype
        assert set(np.ravel(x.grad.numpy())) == {float(count) if copies is not x else 1.0}


@pytest.mark.parametrize("shape", [(2, 2), 5, (7, 3), (0, 2), (), [2, 4]], ids=repr)
def test_resize(alike, shape):
    alike(lambda xp, x: xp.resize(x, shape), X)
    assert tg.resize(np.zeros((0, 2)), (2, 2)).tolist() == np.resize(np.zeros((0, 2)), (2, 2)).tolist()


def test_lengths_below_zero_are_refused():
    for call in (lambda: tg.tile(X, -1), lambda: tg.resize(X, (-1, 2))):
        with pytest.raises(ArgumentError, match="≥ 0"):
            call()
