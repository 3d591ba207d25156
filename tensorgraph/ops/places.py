"""Indices made of indices (floor 2): open grids, places in the ravelled array and back; integers, without gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.rounding import floor_divide, remainder
from tensorgraph.ops.searching import nonzero
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["ix_", "ravel_multi_index", "unravel_index"]


@composition()
def ix_(*xs: Any) -> Any:
    """Indices along each axis, shaped so that together they name a whole grid; masks stand for the places where they hold.

    >>> import tensorgraph as tg
    >>> x = tg.reshape(tg.arange(6), (2, 3))
    >>> x[tg.ix_([0, 1], [0, 2])]
    tensor([[0, 2],
            [3, 5]])
    """
    lines = []
    for axis, x in enumerate(map(as_operand, xs)):
        if x.ndim != 1:
            message = f"ix_: expected arrays of one axis, got shape {x.shape}"
            raise ShapeError(message)
        (line,) = nonzero(x) if x.dtype == np.bool_ else (x if x.size else np.zeros(0, np.intp),)
        lines.append(reshape(line, shape=(1,) * axis + (-1,) + (1,) * (len(xs) - axis - 1)))
    return tuple(lines)


@composition()
def unravel_index(indices: Operand, /, shape: Any, order: str = "C") -> Any:
    """From places in a ravelled array of the given shape to an index along each axis, as a tuple.

    >>> import tensorgraph as tg
    >>> i, j = tg.unravel_index([5, 2], (2, 3))
    >>> i, j
    (tensor([1, 0]), tensor([2, 2]))
    """
    lengths = _lengths("unravel_index", shape, order)
    rest = _integers("unravel_index", indices)
    _inside("unravel_index", rest, math.prod(lengths))
    parts = []
    for n in lengths[::-1] if order == "C" else lengths:
        parts.append(remainder(rest, max(n, 1)))
        rest = floor_divide(rest, max(n, 1))
    return tuple(parts[::-1] if order == "C" else parts)


@composition(lift=False)
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> Any:
    """From an index along each axis to places in the ravelled array of the given shape.

    Indices outside raise, or with mode="wrap" are counted on from the other end, with "clip" mean the nearest element; a
    tuple of modes has one for each axis.

    >>> import tensorgraph as tg
    >>> tg.ravel_multi_index(([1, 0], [2, 2]), (2, 3))
    tensor([5, 2])
    """
    lengths = _lengths("ravel_multi_index", dims, order)
    parts = [_integers("ravel_multi_index", part) for part in multi_index]
    modes = (mode,) * len(lengths) if isinstance(mode, str) else tuple(mode)
    if not len(parts) == len(lengths) == len(modes):
        message = f"ravel_multi_index: expected {len(lengths)} indices and modes, got {len(parts)} and {len(modes)}"
        raise ArgumentError(message)
    place: Any = 0
    axes = range(len(lengths))
    for axis in axes if order == "C" else reversed(axes):
        n, part = lengths[axis], parts[axis]
        match modes[axis]:
            case "raise":
                _inside("ravel_multi_index", part, n)
            case "wrap":
                part = remainder(part, n)
            case "clip":
                part = minimum(maximum(part, 0), n - 1)
            case other:
                message = f"ravel_multi_index: expected mode 'raise', 'wrap' or 'clip', got {other!r}"
                raise ArgumentError(message)
        place = place * n + part
    return place


def _lengths(name: str, shape: Any, order: str) -> tuple[int, ...]:
    if order not in {"C", "F"}:
        message = f"{name}: expected order 'C' or 'F', got {order!r}"
        raise ArgumentError(message)
    return tuple(int(n) for n in shape) if hasattr(shape, "__iter__") else (int(shape),)


def _integers(name: str, x: Any) -> Any:
    x = as_operand(x)
    if x.dtype.kind not in "iu":
        if x.size:
            message = f"{name}: expected integers, got {x.dtype}"
            raise DtypeError(message)
        x = np.zeros(x.shape, np.intp)
    return x


def _inside(name: str, x: Any, n: int) -> None:
    value = value_of(x)
    if value.size and not (value.min() >= 0 and value.max() < n):
        message = f"{name}: an index from {value.min()} to {value.max()} is out of bounds for size {n}"
        raise IndexingError(message)
