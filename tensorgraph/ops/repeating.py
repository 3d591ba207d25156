"""Cards: elements repeated, and their transposes, which add up (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops import batched_indices
from tensorgraph.ops.accumulation import sum_at
from tensorgraph.ops.creation import zeros_like
from tensorgraph.ops.layout import alias, broadcast_to, reshape
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand

__all__ = ["add_repeated", "repeat", "resize", "tile"]

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
        each = x.reshape(lead, length, int(repeats.reshape(())), trail)
        return each.sum(axis=2, dtype=np.float32 if x.dtype == np.float16 else x.dtype).astype(x.dtype).reshape(shape)
    places = np.repeat(np.arange(length), repeats)
    return sum_at((lead, length, trail), (slice(None), places), x.reshape(lead, -1, trail)).reshape(shape)


def _around(shape: tuple[int, ...], axis: int) -> tuple[int, int, int]:
    """The number of elements before, along and behind an axis."""
    axis %= len(shape)
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])


@composition()
def tile(x: Operand, /, reps: Any) -> Any:
    """x laid side by side `reps` times along each axis; missing axes come in front.

    >>> import tensorgraph as tg
    >>> tg.tile([1, 2], (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    x = as_operand(x)
    times = [int(r) for r in np.atleast_1d(np.asarray(reps))]
    if min(times, default=0) < 0:
        message = f"tile: expected reps ≥ 0, got {reps!r}"
        raise ArgumentError(message)
    ndim = max(x.ndim, len(times))
    times = [1] * (ndim - len(times)) + times
    lengths = (1,) * (ndim - x.ndim) + x.shape
    if all(r == 1 for r in times):
        return alias(reshape(x, shape=lengths))
    # (n₀, n₁, …) → (1, n₀, 1, n₁, …) → (r₀, n₀, r₁, n₁, …) → (r₀ n₀, r₁ n₁, …)
    thin = reshape(x, shape=tuple([k for n in lengths for k in (1, n)]))
    wide = broadcast_to(thin, shape=tuple([k for r, n in zip(times, lengths, strict=True) for k in (r, n)]))
    return reshape(wide, shape=tuple([r * n for r, n in zip(times, lengths, strict=True)]))


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
