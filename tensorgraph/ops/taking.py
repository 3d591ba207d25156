"""Cards: elements taken by arrays of indices, which are operands here, and their transposes (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.families import general, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops import batched_indices
from tensorgraph.ops.accumulation import sum_at
from tensorgraph.ops.keywords import refuse_out

__all__ = ["add_along_axis", "add_taken", "along", "take", "take_along_axis"]


# Linear in x, but the family `linear` has one operand: the indices are a second one, so that a replay reads new ones.


def _take(x: Operand, indices: Operand, /, axis: int | None = None, out: None = None, mode: Any = "raise") -> Any:
    refuse_out("take", out)
    return take(x, indices, axis=axis, mode=mode)


@general(_take)
@primitive(
    batch=batched_indices.take,
    vjps=(
        lambda g, z, x, indices, axis, mode: add_taken(g, indices, shape=x.shape, axis=axis, mode=mode),
        None,
    ),
    jvps=(lambda dx, z, x, indices, axis, mode: take(dx, indices, axis=axis, mode=mode), None),
    cases=(
        case((4, 3), np.array([2, 0, 2])),
        case((4, 3), np.array([[1, -1], [0, 1]]), axis=0),
        case((2, 3, 2), np.array(2), axis=1),
        case((4, 3), np.array([5, -4]), axis=-1, mode="wrap"),
        case((4, 3), np.array([5, -4]), axis=0, mode="clip"),
        case((4,), np.zeros(0, int), axis=0),
        case((), np.array([0, 0])),
    ),
)
def take(x: Operand, indices: Operand, /, axis: int | None = None, mode: Any = "raise") -> Any:
    """The elements of x at integer indices along an axis, or of the ravelled x without one.

    The axis is replaced by the axes of `indices`. What lies outside raises `IndexingError`, or with mode="wrap" is
    counted on from the other end, with mode="clip" is the nearest element (and then negative indices mean the first).

    >>> import tensorgraph as tg
    >>> tg.take([10.0, 20.0, 30.0], [2, 0, 2])
    tensor([30., 10., 30.])
    """
    return np.take(x, indices, axis, mode=mode)


@primitive(
    batch=batched_indices.add_taken,
    vjps=(lambda g, z, x, indices, shape, axis, mode: take(g, indices, axis=axis, mode=mode), None),
    jvps=(lambda dx, z, x, indices, shape, axis, mode: add_taken(dx, indices, shape=shape, axis=axis, mode=mode), None),
    public=False,
    cases=(
        case((3,), np.array([2, 0, 2]), shape=(4, 3)),
        case((2, 2, 3), np.array([[1, -1], [0, 1]]), shape=(4, 3), axis=0),
        case((2, 2), np.array(2), shape=(2, 3, 2), axis=1),
        case((4, 2), np.array([5, -4]), shape=(4, 3), axis=-1, mode="wrap"),
        case((2,), np.array([0, 0]), shape=()),
    ),
)
def add_taken(x: Operand, indices: Operand, /, shape: Any, axis: int | None = None, mode: Any = "raise") -> Any:
    """Zeros of the given shape, with x added where `take` would read: its transpose."""
    x, indices = np.asarray(x), np.asarray(indices)
    length = math.prod(shape) if axis is None or not shape else shape[axis]
    if mode == "wrap":
        indices = indices % length
    elif mode == "clip":
        indices = indices.clip(0, length - 1)
    if axis is None or not shape:
        return sum_at((length,), (indices,), x).reshape(shape)
    return sum_at(shape, (slice(None),) * (axis % len(shape)) + (indices,), x)


@primitive(
    batch=batched_indices.take_along_axis,
    vjps=(lambda g, z, x, indices, axis: add_along_axis(g, indices, shape=x.shape, axis=axis), None),
    jvps=(lambda dx, z, x, indices, axis: take_along_axis(dx, indices, axis=axis), None),
    cases=(
        case((2, 3), np.array([[1, 2, 0, 1], [0, 0, -1, 2]]), axis=1),
        case((2, 3), np.array([[1, 0, 1]]), axis=0),
        case((2, 3), np.array([[1], [2]])),
        case((2, 3), np.array([5, 0, 5]), axis=None),
        case((2, 3), np.zeros((2, 0), int), axis=1),
    ),
)
def take_along_axis(x: Operand, indices: Operand, /, axis: int | None = -1) -> Any:
    """From each line of x along an axis, the elements at that line's own indices, as argsort and argmax give them.

    All axes but that one broadcast; axis=None reads the ravelled x.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([[3.0, 1.0, 2.0]])
    >>> tg.take_along_axis(x, [[1, 2, 0]], axis=1)
    tensor([[1., 2., 3.]])
    """
    return np.take_along_axis(np.asarray(x), np.asarray(indices), axis)


@primitive(
    batch=batched_indices.add_along_axis,
    vjps=(lambda g, z, x, indices, shape, axis: take_along_axis(g, indices, axis=axis), None),
    jvps=(lambda dx, z, x, indices, shape, axis: add_along_axis(dx, indices, shape=shape, axis=axis), None),
    public=False,
    cases=(
        case((2, 4), np.array([[1, 2, 0, 1], [0, 0, -1, 2]]), shape=(2, 3), axis=1),
        case((1, 3), np.array([[1, 0, 1]]), shape=(2, 3), axis=0),
        case((3,), np.array([5, 0, 5]), shape=(2, 3), axis=None),
    ),
)
def add_along_axis(x: Operand, indices: Operand, /, shape: Any, axis: int | None = -1) -> Any:
    """Zeros of the given shape, with x added where `take_along_axis` would read: its transpose."""
    x, indices = np.asarray(x), np.asarray(indices)
    if axis is None:
        return sum_at((math.prod(shape),), (indices,), x).reshape(shape)
    return sum_at(shape, along(shape, indices, axis), x)


def along(shape: tuple[int, ...], indices: np.ndarray[Any, Any], axis: int) -> tuple[Any, ...]:
    """The index by which `take_along_axis` reads: open ranges on all axes but one."""
    index: list[Any] = []
    for place, length in enumerate(shape):
        open_range = np.arange(length).reshape((1,) * place + (-1,) + (1,) * (len(shape) - place - 1))
        index.append(indices if place == axis % len(shape) else open_range)
    return tuple(index)
