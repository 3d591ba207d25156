"""Functions applied along axes."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import AxisError, ShapeError

X = np.random.default_rng(22).normal(size=(2, 3, 4))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("name", ["sum", "sort", "outer"])
def test_apply_along_axis(alike, axis, name):
    def f(xp, x):
        functions = {"sum": xp.sum, "sort": lambda v: xp.sin(v) * 2, "outer": lambda v: xp.outer(v, v)}
        return xp.apply_along_axis(functions[name], axis, x)

    alike(f, X, dtypes=(float, np.float32), order=2)


def test_apply_along_axis_hands_on_arguments(alike):
    alike(lambda xp, x: xp.apply_along_axis(lambda v, k, p: k * v**p, 0, x, 3.0, p=2), X, dtypes=(float,))
    with pytest.raises(AxisError):
        tg.apply_along_axis(tg.sum, 3, X)
    with pytest.raises(ShapeError, match="never called"):
        tg.apply_along_axis(tg.sum, 0, X[:, :0])


@pytest.mark.parametrize("axes", [0, (0, 2), [-1], (0, 1, 2), ()])
def test_apply_over_axes(alike, axes):
    alike(lambda xp, x: xp.apply_over_axes(xp.sum, x, axes), X)
    with pytest.raises(ShapeError, match="func gave"):
        tg.apply_over_axes(lambda x, axis: x.sum(), X, 0)
