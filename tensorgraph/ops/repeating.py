"""Cards: elements repeated, and their transposes, which add up (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import linear, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops import batched_indices
from tensorgraph.ops.accumulation import sum_at
from tensorgraph.ops.creation import zeros_like
from tensorgraph.ops.forwards import accumulator
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand

__all__ = ["add_repeated", "add_tiled", "repeat", "resize", "tile"]

_COUNTS = np.array([2, 0, 1])


# Linear in x, but the family `linear` has one operand, and the counts are a second one.
@primitive(
    batch=batched_indices.repeat,
    vjps=(lambda g, z, x, repeats, axis: add_repeated(g, repeats, shape=x.shape, axis=axis), None),
    jvps=(lambda dx, z, x, repeats, axis: repeat(dx, repeats, axis=axis), None),
    cases=(
        case((2, 3), np.array(2)),
        case((2, 3), np.array(2), axis=0),
        case((2, 3), _COUNTS, axis=-1),
        case((3,), _COUNTS),
        case((), np.array([3])),
        case((2, 3), np.array(0), axis=1),
    ),
)
def repeat(x: Operand, repeats: Operand, /, axis: int | None = None) -> Any:
    """Each element `repeats` times, or each its own number of times, along an axis or of the ravelled x.

    >>> import tensorgraph as tg
    >>> tg.repeat([1.0, 2.0, 3.0], [2, 0, 1])
    tensor([1., 1., 3.])
    """
    counts = np.asarray(repeats)
    return np.repeat(x, counts if counts.size else counts.astype(np.intp), axis)


@primitive(
    batch=batched_indices.add_repeated,
    vjps=(lambda g, z, x, repeats, shape, axis: repeat(g, repeats, axis=axis), None),
    jvps=(lambda dx, z, x, repeats, shape, axis: add_repeated(dx, repeats, shape=shape, axis=axis), None),
    public=False,
    cases=(case((6,), np.array(2), shape=(3,), axis=0), case((2, 3), _COUNTS, shape=(2, 3), axis=1)),
)
def add_repeated(x: Operand, repeats: Operand, /, shape: Any, axis: int | None = None) -> Any:
    """The sums over what `repeat` has made of each element of an array of the given shape."""
    x, repeats = np.asarray(x), np.asarray(repeats)
    lead, length, trail = (1, math.prod(shape), 1) if axis is None else _around(shape, axis)
    if repeats.size == 1:
        return _sum_over(x.reshape(lead, length, int(repeats.reshape(())), trail), 2).reshape(shape)
    places = np.repeat(np.arange(length), repeats)
    return sum_at((lead, length, trail), (slice(None), places), x.reshape(lead, -1, trail)).reshape(shape)


def _around(shape: tuple[int, ...], axis: int) -> tuple[int, int, int]:
    """The number of elements before, along and behind an axis."""
    axis %= len(shape)
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])


def _sum_over(x: np.ndarray[Any, Any], axis: int) -> Any:
    """The sum over one axis; slice by slice if it is short and little lies behind it, where NumPy's is slow."""
    dtype = accumulator(x.dtype)
    if x.shape[axis] == 1:
        return x.squeeze(axis)
    if not 0 < x.shape[axis] <= SHORT or math.prod(x.shape[axis + 1 :]) > LONG:
        return x.sum(axis=axis, dtype=dtype).astype(x.dtype, copy=False)
    first, *others = np.moveaxis(x, axis, 0)
    total = first.astype(dtype)
    for other in others:
        total += other
    return total.astype(x.dtype, copy=False)


SHORT, LONG = 8, 64


@linear(
    batch=lambda op, xs, lead, size, reps: _tile_each(op, xs[0], size, _times(xs[0].ndim - 1, reps)),
    transpose=lambda g, x, reps: add_tiled(g, shape=x.shape),
    cases=(
        case((2, 3), reps=2),
        case((2, 3), reps=(3, 1)),
        case((3,), reps=(2, 2)),
        case((2, 1, 2), reps=(2,)),
        case((), reps=(2, 0)),
        case((2,), reps=()),
    ),
)
def tile(x: Operand, /, reps: Any) -> Any:
    """x laid side by side `reps` times along each axis; missing axes come in front.

    >>> import tensorgraph as tg
    >>> tg.tile([1, 2], (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    x = np.asarray(x)
    times = _times(x.ndim, reps)
    lengths = (1,) * (len(times) - x.ndim) + x.shape
    # (n₀, n₁, …) → (1, n₀, 1, n₁, …) → (r₀, n₀, r₁, n₁, …) → (r₀ n₀, r₁ n₁, …)
    thin = x.reshape(tuple([k for n in lengths for k in (1, n)]))
    wide = np.broadcast_to(thin, tuple([k for r, n in zip(times, lengths, strict=True) for k in (r, n)]))
    return wide.reshape(tuple([r * n for r, n in zip(times, lengths, strict=True)]))


def _times(ndim: int, reps: Any) -> tuple[int, ...]:
    """How often along each axis of the result."""
    times = reps if isinstance(reps, tuple) else (reps,)
    if min(times, default=0) < 0:
        message = f"tile: expected reps ≥ 0, got {reps!r}"
        raise ArgumentError(message)
    return (1,) * (ndim - len(times)) + times


def _tile_each(op: Any, x: Any, size: int, times: tuple[int, ...]) -> Any:
    return op(reshape(x, shape=(size, *_padded(x.shape[1:], len(times)))), reps=(1, *times))


@linear(
    batch=lambda op, xs, lead, size, shape: reshape(
        op(xs[0], shape=(size, *_padded(shape, xs[0].ndim - 1))), shape=(size, *shape)
    ),
    transpose=lambda g, x, shape: tile(g, reps=_ratio(x.shape, shape)),
    public=False,
    cases=(case((4, 3), shape=(2, 3)), case((2, 2, 3), shape=(1,)), case((2, 0), shape=())),
)
def add_tiled(x: Operand, /, shape: Any) -> Any:
    """The sum of the tiles of the given shape that x is made of."""
    lengths = _padded(shape, x.ndim)
    blocks = x.reshape([k for pair in zip(_ratio(x.shape, shape), lengths, strict=True) for k in pair])
    if lengths and lengths[-1] > LONG:
        every = tuple(range(0, blocks.ndim, 2))
        return blocks.sum(axis=every, dtype=accumulator(x.dtype)).astype(x.dtype, copy=False).reshape(shape)
    for axis in range(x.ndim):
        blocks = _sum_over(blocks, axis)
    return blocks.reshape(shape)


def _padded(shape: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """A shape with lengths 1 in front."""
    return (1,) * (ndim - len(shape)) + tuple(shape)


def _ratio(whole: tuple[int, ...], tiles: tuple[int, ...]) -> tuple[int, ...]:
    """How many tiles there are along each axis; 1 where they are empty."""
    return tuple([m // n if n else 1 for m, n in zip(whole, _padded(tiles, len(whole)), strict=True)])


@composition()
def resize(x: Operand, /, new_shape: Any) -> Any:
    """The elements of the ravelled x, over and over, until the new shape is full.

    >>> import tensorgraph as tg
    >>> tg.resize([1, 2, 3], (2, 2))
    tensor([[1, 2],
            [3, 1]])
    """
    x = as_operand(x)
    shape = tuple(new_shape) if hasattr(new_shape, "__iter__") else (new_shape,)
    if any(n < 0 for n in shape):
        message = f"resize: expected lengths ≥ 0, got {shape}"
        raise ArgumentError(message)
    if x.size == 0:
        return zeros_like(x, shape=shape)
    return reshape(take(x, np.arange(math.prod(shape)) % x.size), shape=shape)
