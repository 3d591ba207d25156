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
_PRECISE = {"e": np.float64, "f": np.float64, "F": np.complex128}


def names_once(index: tuple[Any, ...]) -> bool:
    """Whether an index can name no element twice; it takes an integer array to do so."""
    return not any(isinstance(item, np.ndarray) and item.dtype.kind != "b" for item in index)


def places_of(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """The places in the ravelled array that an index names."""
    return np.arange(math.prod(shape)).reshape(shape)[index]


def sum_at(shape: tuple[int, ...], index: tuple[Any, ...], x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Zeros of the given shape, with x added wherever an index names an element, as often as it does.

    Dense sums go through `bincount`, several times faster than `add.at` and in double precision; sparse ones need
    memory for the result alone.
    """
    if names_once(index):
        out = np.zeros(shape, x.dtype)
        out[index] = x
        return out
    size = math.prod(shape)
    if x.size > FEW and size < SPARSE * x.size and x.dtype.char in "efdFD":
        return _dense(size, places_of(shape, index), x).reshape(shape)
    total = np.zeros(shape, _PRECISE.get(x.dtype.char, x.dtype))
    np.add.at(total, index, x)
    return total.astype(x.dtype, copy=False)


def _dense(size: int, places: np.ndarray[Any, Any], x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    x = np.broadcast_to(x, places.shape).ravel()
    places = places.ravel()
    if x.dtype.kind != "c":
        return np.bincount(places, x, size).astype(x.dtype, copy=False)
    out = np.empty(size, x.dtype)
    out.real, out.imag = (np.bincount(places, part, size) for part in (x.real, x.imag))
    return out
