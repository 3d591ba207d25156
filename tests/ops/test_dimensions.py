"""At least so many axes, one shape for all, grids."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(5)
ARRAYS = [RNG.normal(size=shape) for shape in [(), (3,), (2, 3), (2, 1, 3), (0, 2)]]


@pytest.mark.parametrize("name", ["atleast_1d", "atleast_2d", "atleast_3d"])
@pytest.mark.parametrize("x", ARRAYS, ids=np.shape)
def test_atleast(alike, name, x):
    alike(lambda xp, x: getattr(xp, name)(x), x)


def test_atleast_of_several_is_a_tuple(alike):
    alike(lambda xp, x, y: xp.atleast_2d(x, y), ARRAYS[0], ARRAYS[1])
    assert tg.atleast_1d() == np.atleast_1d() == ()


def test_broadcast_arrays(alike):
    alike(
        lambda xp, x, y, z: xp.broadcast_arrays(x, y, z),
        RNG.normal(size=(3, 1)),
        RNG.normal(size=4),
        RNG.normal(size=()),
    )
    with pytest.raises(ShapeError, match=r"float64\[3\], float64\[2\]"):
        tg.broadcast_arrays(np.zeros(3), np.zeros(2))


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_meshgrid(alike, indexing, sparse, count):
    lines = [RNG.normal(size=n) for n in (2, 3, 4)[:count]]
    alike(lambda xp, *xs: xp.meshgrid(*xs, indexing=indexing, sparse=sparse), *lines)


def test_meshgrid_refuses():
    with pytest.raises(ArgumentError, match="'xy' or 'ij'"):
        tg.meshgrid([1.0], indexing="yx")
    with pytest.raises(ShapeError, match=r"\(2, 2\)"):
        tg.meshgrid(np.ones((2, 2)), [1.0])


def test_fromfunction_hands_over_tensors():
    found = tg.fromfunction(lambda i, j: tg.sin(i) * j, (3, 2))
    np.testing.assert_array_equal(found.numpy(), np.fromfunction(lambda i, j: np.sin(i) * j, (3, 2)))
