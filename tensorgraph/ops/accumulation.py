"""Sums into places that an index names, some of them more than once: plain NumPy, below the cards (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["names_once", "places_of", "sum_at"]

FEW = 256
"""Up to so many numbers, `add.at` is the fastest way, and single precision holds their sum."""
SPARSE = 8
"""From so many elements of the result for each number added on, it is not worth touching them all."""
SLAB = 8
"""From so many elements for each index on, it is worth asking whether one comes twice."""
LARGE_SLAB = 512
"""From so many on, to add them costs more than the Python around it."""
_PRECISE = {"e": np.float64, "f": np.float64, "F": np.complex128}


def names_once(index: tuple[Any, ...]) -> bool:
    """Whether an index can name no element twice; it takes an integer array to do so."""
    return not any(isinstance(item, np.ndarray) and item.dtype.kind != "b" for item in index)


def places_of(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """The places in the ravelled array that an index names."""
    return np.arange(math.prod(shape)).reshape(shape)[index]


def sum_at(shape: tuple[int, ...], index: tuple[Any, ...], x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Zeros of the given shape, with x added wherever an index names an element, as often as it does."""
    if names_once(index):
        out = np.zeros(shape, x.dtype)
        out[index] = x
        return out
    axis = _only_axis(index)
    if axis is not None and (found := _sum_of_slabs(shape, axis, index[axis], x)) is not None:
        return found
    # Dense sums go through `bincount`, several times faster than `add.at` and in double precision; sparse ones need
    # memory for the result alone.
    size = math.prod(shape)
    if x.size > FEW and size < SPARSE * x.size and x.dtype.char in "efdFD":
        return _dense(size, places_of(shape, index), x).reshape(shape)
    total = np.zeros(shape, _PRECISE.get(x.dtype.char, x.dtype))
    np.add.at(total, index, x)
    return total.astype(x.dtype, copy=False)


def _only_axis(index: tuple[Any, ...]) -> int | None:
    """The axis that an index goes along by an array, if it takes all of the others."""
    *before, last = index
    whole = all(type(item) is slice and item == _ALL for item in before)
    return len(before) if whole and isinstance(last, np.ndarray) else None


_ALL = slice(None)


def _sum_of_slabs(
    shape: tuple[int, ...], axis: int, places: np.ndarray[Any, Any], x: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any] | None:
    """The sum along one axis: at once if no place comes twice, slab by slab if they are large; None if not worth it."""
    n, around, count = shape[axis], places.shape, places.size
    lead, trail = math.prod(shape[:axis]), math.prod(shape[axis + 1 :])
    if lead * trail < SLAB:
        return None
    places = places.ravel()
    if count and not (-n <= places.min() and places.max() < n):
        message = f"an index from {places.min()} to {places.max()} is out of bounds for axis {axis} with size {n}"
        raise IndexError(message)
    places = np.where(places < 0, places + n, places)
    most = np.bincount(places, minlength=n).max(initial=0)
    if most > 1 and lead * trail < LARGE_SLAB:
        return None
    slabs = np.broadcast_to(x, shape[:axis] + around + shape[axis + 1 :]).reshape(lead, count, trail)
    precise = most > FEW or x.dtype == np.float16
    total = np.zeros((lead, n, trail), _PRECISE.get(x.dtype.char, x.dtype) if precise else x.dtype)
    if most <= 1:
        total[:, places] = slabs
    else:
        for k, place in enumerate(places.tolist()):
            total[:, place] += slabs[:, k]
    return total.astype(x.dtype, copy=False).reshape(shape)


def _dense(size: int, places: np.ndarray[Any, Any], x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    x = np.broadcast_to(x, places.shape).ravel()
    places = places.ravel()
    if x.dtype.kind != "c":
        return np.bincount(places, x, size).astype(x.dtype, copy=False)
    out = np.empty(size, x.dtype)
    out.real, out.imag = (np.bincount(places, part, size) for part in (x.real, x.imag))
    return out
