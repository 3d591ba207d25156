"""Cards: an index read, and its transpose, which writes (floor 2).

    getitem(x, index) = x[index]          scatter_add(g, shape, index): zeros of that shape, out[index] += g

Each is the transpose of the other, so that any order of derivative is one of the two. An element that an index names
twice is read twice, and gets the sum of both cotangents.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.families import linear
from tensorgraph.core.op import Operand, case

__all__ = ["getitem", "scatter_add"]

_ROWS = np.array([[2, 0], [2, 1]])
_MASK = np.array([[True, False, True], [False, True, True]])
for _array in (_ROWS, _MASK):
    _array.flags.writeable = False

_INDICES = (
    case((4, 3), index=1),
    case((4,), index=-1),
    case((4, 3), index=slice(1, None, 2)),
    case((4, 3), index=(slice(None, None, -1), 2)),
    case((4, 3), index=(Ellipsis, None, 1)),
    case((), index=()),
    case((), index=None),
    case((3, 2), index=_ROWS),
    case((3, 3), index=(_ROWS, _ROWS)),
    case((3, 4, 3), index=(_ROWS, slice(1, 3), _ROWS)),
    case((3, 4, 3), index=(0, slice(None), _ROWS)),
    case((2, 3), index=_MASK),
    case((2, 3, 2), index=(_MASK, 1)),
    case((0, 3), index=slice(None)),
)


@linear(
    transpose=lambda g, x, index: scatter_add(g, shape=x.shape, index=index),
    public=False,
    latex=r"{x}_{[\cdot]}",
    cases=_INDICES,
)
def getitem(x: Operand, /, index: Any) -> Any:
    """The elements that an index names: integers, slices, None, ..., integer and boolean arrays, as in NumPy."""
    # The Ellipsis makes a 0-d view of one element, where NumPy would otherwise copy it into a scalar.
    return x[index, ...] if type(index) is int else x[index]


@linear(
    transpose=lambda g, x, shape, index: getitem(g, index=index),
    public=False,
    latex=r"{x}_{[\cdot]}^{\mathsf T}",
    cases=(
        case((3,), shape=(4, 3), index=1),
        case((2, 3), shape=(4, 3), index=slice(1, None, 2)),
        case((2, 2, 2), shape=(3, 2), index=_ROWS),
        case((4,), shape=(2, 3), index=_MASK),
    ),
)
def scatter_add(x: Operand, /, shape: Any, index: Any) -> Any:
    """Zeros of the given shape, with x added at an index: the transpose of reading at that index."""
    x = np.asarray(x)
    if names_once(index):
        out = np.zeros(shape, x.dtype)
        out[index] = x
        return out
    return sum_at(shape, index, x)


def names_once(index: Any) -> bool:
    """Whether an index can name no element twice; it takes an integer array to do so."""
    for item in index if type(index) is tuple else (index,):
        if type(item) is np.ndarray and item.dtype.kind != "b":
            return False
    return True


def sum_at(shape: tuple[int, ...], index: Any, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Zeros of the given shape, with x added wherever an index names an element, as often as it does.

    Dense sums go through `bincount`, several times faster than `add.at` and in double precision; sparse ones need memory
    for the result alone.
    """
    size = math.prod(shape)
    if x.size > FEW and size < SPARSE * x.size and x.dtype.char in "efdFD":
        places = np.arange(size).reshape(shape)[index]
        x = np.broadcast_to(x, places.shape).ravel()
        places = places.ravel()
        if x.dtype.kind == "c":
            out = np.empty(size, x.dtype)
            out.real, out.imag = (np.bincount(places, part, size) for part in (x.real, x.imag))
        else:
            out = np.bincount(places, x, size).astype(x.dtype, copy=False)
        return out.reshape(shape)
    precise = np.result_type(x.dtype, _PRECISE.get(x.dtype.char, x.dtype) if x.size > FEW else x.dtype)
    total = np.zeros(shape, np.float32 if precise == np.float16 else precise)
    np.add.at(total, index, x)
    return total.astype(x.dtype, copy=False)


FEW = 256
"""Up to so many numbers, `add.at` is the fastest way, and single precision holds their sum."""
SPARSE = 8
"""From so many elements of the result for each number added on, it is not worth touching them all."""
_PRECISE = {"e": np.float64, "f": np.float64, "F": np.complex128}
