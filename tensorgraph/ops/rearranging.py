"""Cards: the order of elements along axes (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops import batched
from tensorgraph.ops.layout import transpose
from tensorgraph.ops.values import as_operand

__all__ = ["flip", "fliplr", "flipud", "roll", "rot90"]


@linear(
    batch=along_axis(),
    transpose=lambda g, x, axis: flip(g, axis=axis),
    cases=(case((2, 3)), case((2, 3), axis=-1), case((2, 3, 2), axis=(0, 2)), case(()), case((0, 2), axis=0)),
)
def flip(x: Operand, /, axis: Any = None) -> Any:
    """The elements in reverse order along the given axes, or along all."""
    return np.flip(x, axis)


@composition()
def flipud(x: Operand, /) -> Any:
    """The elements in reverse order along the first axis: up becomes down."""
    return flip(_at_least(x, 1, "flipud"), axis=0)


@composition()
def fliplr(x: Operand, /) -> Any:
    """The elements in reverse order along the second axis: left becomes right."""
    return flip(_at_least(x, 2, "fliplr"), axis=1)


def _at_least(x: Any, ndim: int, name: str) -> Any:
    x = as_operand(x)
    if x.ndim < ndim:
        message = f"{name}: expected at least {ndim} axes, got shape {x.shape}"
        raise ShapeError(message)
    return x


@composition()
def rot90(x: Operand, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """The plane of two axes turned by k quarters, from the first axis towards the second.

    >>> import tensorgraph as tg
    >>> tg.rot90([[1, 2], [3, 4]])
    tensor([[2, 4],
            [1, 3]])
    """
    x = as_operand(x)
    # NumPy checks the arguments and finds the shape; the turn itself is a flip and a swap.
    np.rot90(np.broadcast_to(np.empty((), np.bool_), x.shape), k, axes)
    first, second = (axis % x.ndim for axis in axes)
    swapped = list(range(x.ndim))
    swapped[first], swapped[second] = second, first
    match k % 4:
        case 1:
            return transpose(flip(x, axis=second), axes=tuple(swapped))
        case 2:
            return flip(x, axis=(first, second))
        case 3:
            return flip(transpose(x, axes=tuple(swapped)), axis=second)
        case _:
            return x


@linear(
    batch=batched.roll,
    transpose=lambda g, x, shift, axis: roll(
        g, shift=tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis=axis
    ),
    cases=(
        case((2, 3), shift=2),
        case((2, 3), shift=-1, axis=1),
        case((2, 3, 2), shift=(1, -4), axis=(0, -1)),
        case((2, 3), shift=1, axis=(0, 1)),
        case((2, 3), shift=(1, 2), axis=(1, 1)),
        case((0, 3), shift=1, axis=0),
        case((), shift=1),
    ),
)
def roll(x: Operand, /, shift: Any, axis: Any = None) -> Any:
    """The elements moved on by `shift` places along an axis, the last ones coming in first.

    Without an axis the ravelled array is rolled. Tuples of shifts and axes are done one after the other.
    """
    return np.roll(x, shift, axis)
