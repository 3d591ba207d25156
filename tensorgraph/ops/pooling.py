"""Cards and compositions: the largest or the average element of each window (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.families import linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops import batched_layers
from tensorgraph.ops.forwards import accumulator
from tensorgraph.ops.lattice import Layout, last, per_axis, places, windows_of

__all__ = ["avg_pool", "max_pool", "overlap_add", "windows"]


@linear(
    batch=as_it_is(),
    transpose=lambda g, x, size, stride: overlap_add(g, size=size, stride=stride, shape=x.shape),
    latex=r"\operatorname{windows}({x})",
    public=False,
    cases=(
        case((5,), size=(2,), stride=(1,)),
        case((2, 5, 6), size=(2, 3), stride=(3, 2)),
        case((0, 4), size=(2,), stride=(2,)),
    ),
)
def windows(x: Operand, /, size: tuple[int, ...], stride: tuple[int, ...]) -> Any:
    """The windows of the last axes of x, as (…, grid, size): a view."""
    return windows_of(x, size, _layout(stride))


@linear(
    batch=batched_layers.overlap_add,
    transpose=lambda g, x, size, stride, shape: windows(g, size=size, stride=stride),
    latex=r"\operatorname{windows}^{\top}({x})",
    public=False,
    cases=(
        case((4, 2), size=(2,), stride=(1,), shape=(5,)),
        case((2, 2, 2, 2, 3), size=(2, 3), stride=(3, 2), shape=(2, 5, 6)),
    ),
)
def overlap_add(x: Operand, /, size: tuple[int, ...], stride: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """The transpose of `windows`: each element of the image is the sum of what the windows have at its place."""
    k = len(size)
    z = np.zeros(shape, accumulator(x.dtype))
    for offset, place in places(size, x.shape[-2 * k : -k], _layout(stride)):
        z[last(place)] += x[last(offset)]
    return z.astype(x.dtype, copy=False)


def _layout(stride: tuple[int, ...]) -> Layout:
    return Layout(stride, ((0, 0),) * len(stride), (1,) * len(stride), 1)


@composition()
def max_pool(x: Operand, /, size: Any, stride: Any = None) -> Any:
    """The largest element of each window of the trailing axes; where several are equal they share the gradient.

    `size` has one length per pooled axis (an integer pools the last axis); `stride`, by default the size, is an integer
    or one per axis. Windows lie within x: `ShapeError` if not even one does.

    >>> import tensorgraph as tg
    >>> tg.nn.max_pool([[1.0, 5.0, 2.0, 3.0], [4.0, 0.0, 6.0, 7.0]], (2, 2))
    tensor([[5., 7.]])
    """
    seen, axes = _windowed("max_pool", x, size, stride)
    return seen.max(axis=axes)


@composition()
def avg_pool(x: Operand, /, size: Any, stride: Any = None) -> Any:
    """The average of each window of the trailing axes, with `size` and `stride` as in `max_pool`.

    >>> import tensorgraph as tg
    >>> tg.nn.avg_pool([1.0, 5.0, 2.0, 4.0], 2)
    tensor([3., 3.])
    """
    seen, axes = _windowed("avg_pool", x, size, stride)
    return seen.mean(axis=axes)


def _windowed(name: str, x: Any, size: Any, stride: Any) -> tuple[Any, tuple[int, ...]]:
    count = len(size) if isinstance(size, tuple | list) else 1
    sizes = per_axis(name, "size", size, count, 1)
    strides = sizes if stride is None else per_axis(name, "stride", stride, count, 1)
    if x.ndim < count or any(n < s for n, s in zip(x.shape[x.ndim - count :], sizes, strict=True)):
        message = f"{name}: no window of size {sizes} fits the last {count} axes of {kind(x)}"
        raise ShapeError(message)
    return windows(x, size=sizes, stride=strides), tuple(range(-count, 0))
