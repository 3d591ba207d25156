"""Sums at places, in all three ways that they are computed."""

import numpy as np
import pytest

from tensorgraph.ops.accumulation import FEW, LARGE_SLAB, SLAB, SPARSE, names_once, sum_at


@pytest.mark.parametrize(
    "dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128, np.int64]
)
@pytest.mark.parametrize("size", [5, 3 * FEW])
@pytest.mark.parametrize("length", [7, 3 * FEW * SPARSE * 2])
@pytest.mark.parametrize("trail", [(), (2,)])
def test_against_a_loop(dtype, size, length, trail):
    rng = np.random.default_rng(size + length)
    index = rng.integers(-length, length, size)
    x = (10 * rng.normal(size=(size, *trail))).astype(dtype)
    found = sum_at((length, *trail), (index,), x)
    exact = np.zeros((length, *trail), np.clongdouble)
    for i, value in zip(index, x, strict=True):
        exact[i] += value
    assert found.dtype == dtype
    tolerance = 4 * np.finfo(dtype).eps if np.dtype(dtype).kind != "i" else 0
    np.testing.assert_allclose(
        found, exact if np.dtype(dtype).kind == "c" else exact.real, rtol=tolerance, atol=100 * tolerance
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex128])
@pytest.mark.parametrize("shape", [(2, 7, 3), (2, 7, 40), (7, SLAB), (3, 7, LARGE_SLAB), (LARGE_SLAB, 7)])
@pytest.mark.parametrize("count", [0, 6, 2 * FEW])
@pytest.mark.parametrize("unique", [True, False])
def test_whole_slabs_along_one_axis(dtype, shape, count, unique):
    axis = shape.index(7)
    rng = np.random.default_rng(count)
    index = (
        rng.permutation(7)[: min(count, 5)] - 3
        if unique
        else rng.integers(-7, 7, count).reshape(-1, max(1, count // 2))
    )
    x = rng.integers(-3, 4, (*shape[:axis], *index.shape, *shape[axis + 1 :])).astype(dtype)
    found = sum_at(shape, (*[slice(None)] * axis, index), x)
    expected = np.zeros(shape, np.clongdouble)
    np.add.at(expected, (*[slice(None)] * axis, index), x)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)
    broadcast = sum_at(shape, (*[slice(None)] * axis, index), np.ones(shape[-1] if axis == 0 else 1, dtype))
    np.testing.assert_array_equal(broadcast.sum(dtype=complex), index.size * np.prod(shape) / 7)


def test_out_of_bounds():
    for index in (np.array([0, 7]), np.array([-8])):
        for trail in (1, 40, 600):
            with pytest.raises(IndexError, match="out of bounds"):
                sum_at((7, trail), (index,), np.ones(trail))


def test_values_broadcast():
    for size in (4, 2 * FEW):
        found = sum_at((3, size), (np.array([0, 2, 0]),), np.ones(size))
        assert found[:, 0].tolist() == [2.0, 0.0, 1.0]


def test_names_once():
    assert names_once((1, slice(None), None, ..., np.array([True, False])))
    assert not names_once((slice(None), np.array([0])))
