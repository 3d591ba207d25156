"""Sums at places, in all three ways that they are computed."""

import numpy as np
import pytest

from tensorgraph.ops.accumulation import FEW, SPARSE, names_once, sum_at


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


def test_values_broadcast():
    for size in (4, 2 * FEW):
        found = sum_at((3, size), (np.array([0, 2, 0]),), np.ones(size))
        assert found[:, 0].tolist() == [2.0, 0.0, 1.0]


def test_names_once():
    assert names_once((1, slice(None), None, ..., np.array([True, False])))
    assert not names_once((slice(None), np.array([0])))
