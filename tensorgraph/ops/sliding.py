"""Cards: all windows of an array, and their transpose, which adds overlapping windows up (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.families import general, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.accumulation import sum_at
from tensorgraph.ops.forwards import accumulator

__all__ = ["add_windows", "sliding_window_view"]

_view = np.lib.stride_tricks.sliding_window_view


def _sliding_window_view(
    x: Operand,
    /,
    window_shape: Any,
    axis: Any = None,
    *,
    subok: bool = False,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    writeable: bool = False,  # noqa: ARG001 - tensors are immutable
) -> Any:
    window = tuple(window_shape) if hasattr(window_shape, "__iter__") else (window_shape,)
    return sliding_window_view(x, window_shape=window, axis=axis)


@general(_sliding_window_view)
@linear(
    batch=lambda op, xs, lead, size, window_shape, axis: op(
        xs[0], window_shape=window_shape, axis=_behind(axis, xs[0].ndim)
    ),
    transpose=lambda g, x, window_shape, axis: add_windows(g, shape=x.shape, window_shape=window_shape, axis=axis),
    numpy=_view,
    cases=(
        case((5,), window_shape=3),
        case((4, 5), window_shape=(2, 3)),
        case((4, 5), window_shape=2, axis=-1),
        case((3, 4, 5), window_shape=(2, 3), axis=(2, 0)),
        case((5,), window_shape=(2, 3), axis=(0, 0)),
    ),
)
def sliding_window_view(x: Operand, /, window_shape: Any, axis: Any = None) -> Any:
    """Every window of the given shape: the result has the axes of the places first, then those of the window.

    >>> import tensorgraph as tg
    >>> tg.sliding_window_view([1, 2, 3, 4], 3)
    tensor([[1, 2, 3],
            [2, 3, 4]])
    """
    return _view(x, window_shape, axis)


@linear(
    batch=lambda op, xs, lead, size, shape, window_shape, axis: op(
        xs[0], shape=(size, *shape), window_shape=window_shape, axis=_behind(axis, len(shape) + 1)
    ),
    transpose=lambda g, x, shape, window_shape, axis: sliding_window_view(g, window_shape=window_shape, axis=axis),
    public=False,
    cases=(
        case((3, 3), shape=(5,), window_shape=(3,)),
        case((3, 4, 4, 2, 3), shape=(3, 5, 6), window_shape=(2, 3), axis=(1, 2)),
    ),
)
def add_windows(x: Operand, /, shape: Any, window_shape: Any, axis: Any = None) -> Any:
    """Zeros of the given shape, with every window of x added where `sliding_window_view` would read it."""
    window = window_shape if isinstance(window_shape, tuple) else (window_shape,)
    axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    places = x.shape[: len(shape)]
    if math.prod(places) < FEW_PLACES:
        return sum_at(
            (math.prod(shape),), (_view(np.arange(math.prod(shape)).reshape(shape), window, axes),), x
        ).reshape(shape)
    total = np.zeros(shape, accumulator(x.dtype))
    for offsets in np.ndindex(window):
        starts = [0] * len(shape)
        for a, offset in zip(axes, offsets, strict=True):
            starts[a] += offset
        total[tuple([slice(start, start + n) for start, n in zip(starts, places, strict=True)])] += x[(..., *offsets)]
    return total.astype(x.dtype, copy=False)


def _behind(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that `axis` means of all but the first of `ndim` axes."""
    if axis is None:
        return tuple(range(1, ndim))
    return tuple([a + 1 if a >= 0 else a for a in (axis if isinstance(axis, tuple) else (axis,))])


FEW_PLACES = 64
"""With fewer places than this, adding one offset at a time is mostly overhead."""
