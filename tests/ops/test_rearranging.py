"""The order of elements along axes."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import AxisError, ShapeError

X = np.random.default_rng(10).normal(size=(2, 3, 4))


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (), [1]])
def test_flip(alike, axis):
    alike(lambda xp, x: xp.flip(x, axis if not isinstance(axis, list) else tuple(axis)), X)
    assert tg.flip(X, axis).shape == X.shape


@pytest.mark.parametrize("name", ["flipud", "fliplr"])
def test_up_and_left(alike, name):
    alike(lambda xp, x: getattr(xp, name)(x), X)
    with pytest.raises(ShapeError, match="at least"):
        getattr(tg, name)(1.0)


@pytest.mark.parametrize("k", [-5, -1, 0, 1, 2, 3, 4])
@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (-1, 0), (2, 1)])
def test_rot90(alike, k, axes):
    alike(lambda xp, x: xp.rot90(x, k, axes), X, dtypes=(float,))


def test_rot90_refuses():
    for axes in ((0, 0), (0, 3), (1,)):
        with pytest.raises(ValueError, match=r"(?i)axes"):
            tg.rot90(X, 1, axes)


@pytest.mark.parametrize(
    ("shift", "axis"),
    [
        (1, None),
        (-7, None),
        (2, 0),
        (-1, -1),
        ((1, 2), (0, 2)),
        (1, (0, 1)),
        ([1, 2], [1, 1]),
        ((1, 2), 0),
        (np.int64(3), 1),
    ],
)
def test_roll(alike, shift, axis):
    alike(lambda xp, x: xp.roll(x, shift, axis), X, dtypes=(float, int))


def test_roll_keeps_its_shift():
    x = tg.tensor(X, requires_grad=True)
    shift = [1, 0]
    y = tg.roll(x, shift, (0, 1))
    shift[0] = 0
    w = np.random.default_rng(0).normal(size=X.shape)
    y.backward(w)
    np.testing.assert_array_equal(x.grad.numpy(), np.roll(w, -1, 0))
    with pytest.raises(AxisError):
        tg.roll(X, 1, 3)
