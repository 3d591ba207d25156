"""Arrays taken apart."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import AxisError, ShapeError

X = np.random.default_rng(7).normal(size=(4, 6, 2))


@pytest.mark.parametrize("name", ["array_split", "split"])
@pytest.mark.parametrize("cuts", [1, 2, [1, 3], [0, 2, 2, 9], np.array([-1]), ()])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_split(alike, name, cuts, axis):
    alike(lambda xp, x: getattr(xp, name)(x, cuts, axis), X, dtypes=(float,))


def test_unequal_sections(alike):
    alike(lambda xp, x: xp.array_split(x, 4, axis=1), X)
    alike(lambda xp, x: xp.array_split(x, 5), X)
    with pytest.raises(ShapeError, match="no 4 equal pieces"):
        tg.split(X, 4, axis=1)
    for sections in (0, -1):
        with pytest.raises(ShapeError, match=r"sections|section"):
            tg.array_split(X, sections)


@pytest.mark.parametrize("name", ["hsplit", "vsplit", "dsplit"])
def test_named_axes(alike, name):
    alike(lambda xp, x: getattr(xp, name)(x, 2), X)
    with pytest.raises(ShapeError, match="at least"):
        getattr(tg, name)(1.0, 2)


def test_hsplit_of_a_vector(alike):
    alike(lambda xp, x: xp.hsplit(x, [1]), X[:, 0, 0])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_unstack(alike, axis):
    alike(lambda xp, x: xp.unstack(x, axis=axis), X, protocol=hasattr(np, "unstack"))
    with pytest.raises(AxisError, match="out of bounds"):
        tg.unstack(X, axis=3)


def test_split_and_join_is_the_identity_in_the_gradient_too():
    def f(x):
        return tg.concat(tg.array_split(x, 3, axis=1)[::-1], axis=1)

    _, back = tg.vjp(f, X)
    w = np.random.default_rng(8).normal(size=X.shape)
    np.testing.assert_array_equal(back(f(w))[0].numpy(), w)
