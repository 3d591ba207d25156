"""Diagonals and triangles."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DtypeError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(16)
X = RNG.normal(size=(3, 4, 2))


def equal(found, expected):
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(found.numpy(), expected)


def test_identities():
    for arguments in ((3,), (2, 3), (3, 2, 1), (2, 2, -1, int), (0,)):
        equal(tg.eye(*arguments), np.eye(*arguments))
    equal(tg.eye(3, k=-2, dtype=np.float32), np.eye(3, k=-2, dtype=np.float32))
    equal(tg.identity(2, int), np.identity(2, int))
    equal(tg.tri(3, 4, 1, np.int8), np.tri(3, 4, 1, np.int8))


@pytest.mark.parametrize("name", ["tril", "triu"])
@pytest.mark.parametrize("k", [-5, -1, 0, 2])
def test_triangles(alike, name, k):
    alike(lambda xp, x: getattr(xp, name)(x, k), X)
    alike(lambda xp, x: getattr(xp, name)(x, k=k), X[:, 0, 0])


@pytest.mark.parametrize("offset", [-4, -1, 0, 1])
@pytest.mark.parametrize(("axis1", "axis2"), [(0, 1), (1, 0), (-1, 1)])
def test_diagonal(alike, offset, axis1, axis2):
    alike(lambda xp, x: xp.diagonal(x, offset, axis1, axis2), X)
    assert tg.tensor(X).diagonal(offset, axis1, axis2).shape == X.diagonal(offset, axis1, axis2).shape


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_diag(alike, k):
    alike(lambda xp, x: xp.diag(x, k), X[:, 0, 0])
    alike(lambda xp, x: xp.diag(x, k=k), X[:, :, 0])
    alike(lambda xp, x: xp.diagflat(x, k), X[:2, :, 0])
    with pytest.raises(ShapeError, match="vector or a matrix"):
        tg.diag(X)


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (7, 3), (3, 3, 3)])
@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("values", [5.0, [1.0, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]])
def test_fill_diagonal(shape, wrap, values):
    x = RNG.normal(size=shape)
    expected = x.copy()
    np.fill_diagonal(expected, values, wrap)
    equal(tg.fill_diagonal(x, values, wrap=wrap), expected)
    check_grads(lambda x, v: tg.fill_diagonal(x, v, wrap=wrap), (x, np.asarray(values)), order=1)


def test_fill_diagonal_refuses():
    with pytest.raises(DtypeError):
        tg.fill_diagonal(np.eye(2, dtype=int), 0.5)
    with pytest.raises(ValueError, match="2-d"):
        tg.fill_diagonal(np.ones(3), 0.5)
