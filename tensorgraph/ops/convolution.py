"""Cards: convolution of neural networks over any number of axes, and its two transposes (floor 2).

The three are one trilinear form Σ y · conv(x, w) seen from its three sides, so each is bilinear and its transposes are
the other two: no further rule is needed at any order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.families import bilinear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops import batched_layers
from tensorgraph.ops.forwards import accumulator, inexact
from tensorgraph.ops.lattice import Layout, last, paddings, per_axis, places, windows_of

__all__ = ["conv", "convolution", "filter_gradient", "image_gradient"]

Array = np.ndarray[Any, Any]

LAYOUT_2D = Layout((2, 1), ((1, 0), (2, 1)), (1, 2), 1)
GROUPED = Layout((2,), ((1, 1),), (1,), 2)
PLAIN = Layout((1,), ((0, 0),), (1,), 1)


@composition()
def conv(
    x: Operand,
    w: Operand,
    /,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Convolution of images x (n, channels, …) with filters w (f, channels/groups, …) over all trailing axes.

    y_nfp = bias_f + Σ_ck x_(n, c, stride · p + dilation · k − padding) w_fck, as neural networks have it: the filter is
    not turned over. `stride` and `dilation` are an integer or one per axis; `padding` too, or a pair (before, after)
    per axis, "valid" (none) or "same" (the result has the images' extent; stride 1 only). Every group of filters sees
    its own group of channels.

    Raises `ShapeError` if the filters do not fit the images, `ArgumentError` for numbers without meaning.

    >>> import tensorgraph as tg
    >>> tg.nn.conv([[[1.0, 2.0, 4.0, 8.0]]], [[[1.0, -1.0]]], stride=2)
    tensor([[[-1., -4.]]])
    """
    k = w.ndim - 2
    dilations = per_axis("conv", "dilation", dilation, k, 1)
    layout = Layout(
        per_axis("conv", "stride", stride, k, 1), paddings(padding, w.shape[2:], stride, dilations), dilations, groups
    )
    if type(groups) is not int or groups < 1:
        message = f"conv: groups is a positive integer, got {groups!r}"
        raise ArgumentError(message)
    y = convolution(x, w, layout=layout)
    if bias is None:
        return y
    if not hasattr(bias, "shape"):
        bias = np.asarray(bias)
    if bias.shape != (w.shape[0],):
        message = f"conv: expected a bias of shape ({w.shape[0]},), one for each filter of {kind(w)}, got {kind(bias)}"
        raise ShapeError(message)
    return y + bias.reshape((-1,) + (1,) * k)


@bilinear(
    batch=batched_layers.convolution,
    transposes=(
        lambda g, x, w, layout: image_gradient(g, w, layout=layout, shape=x.shape),
        lambda g, x, w, layout: filter_gradient(x, g, layout=layout, shape=w.shape),
    ),
    latex=r"{x} \star {w}",
    signature="(n,c,…),(f,c/groups,…)->(n,f,…)",
    public=False,
    cases=(
        case((2, 3, 5), (4, 3, 2), layout=PLAIN),
        case((2, 4, 6), (6, 2, 3), layout=GROUPED),
        case((2, 2, 5, 4), (3, 2, 2, 3), layout=LAYOUT_2D),
        case((0, 2, 4), (3, 2, 2), layout=PLAIN),
    ),
)
def convolution(x: Operand, w: Operand, /, layout: Layout) -> Any:
    """The card behind `tg.nn.conv`: y_nfp = Σ_ck x_(n, c, stride·p + dilation·k − padding) w_fck."""
    x, w = inexact(x), inexact(w)
    check(x, w, layout)
    dtype = np.result_type(x, w)
    windows = windows_of(_padded(x, layout).astype(accumulator(dtype), copy=False), w.shape[2:], layout)
    n, grid = x.shape[0], windows.shape[2 : x.ndim]
    columns = _by_group(windows, layout, x.ndim)
    filters = w.reshape(layout.groups, w.shape[0] // layout.groups, -1)
    y = np.matmul(columns, filters.swapaxes(1, 2))
    return _joined(y, n, grid).astype(dtype, copy=False)


@bilinear(
    batch=batched_layers.image_gradient,
    transposes=(
        lambda g, y, w, layout, shape: convolution(g, w, layout=layout),
        lambda g, y, w, layout, shape: filter_gradient(g, y, layout=layout, shape=w.shape),
    ),
    latex=r"{y} \star^{\top} {w}",
    signature="(n,f,…),(f,c/groups,…)->(n,c,…)",
    public=False,
    cases=(
        case((2, 4, 4), (4, 3, 2), layout=PLAIN, shape=(2, 3, 5)),
        case((2, 6, 3), (6, 2, 3), layout=GROUPED, shape=(2, 4, 6)),
        case((2, 3, 3, 3), (3, 2, 2, 3), layout=LAYOUT_2D, shape=(2, 2, 5, 4)),
    ),
)
def image_gradient(y: Operand, w: Operand, /, layout: Layout, shape: tuple[int, ...]) -> Any:
    """What `convolution` pulls back to its image of the given shape; also called transposed convolution."""
    y, w = inexact(y), inexact(w)
    dtype = np.result_type(y, w)
    filters = w.reshape(layout.groups, w.shape[0] // layout.groups, -1)
    columns = np.matmul(_rows(y.astype(accumulator(dtype), copy=False), layout), filters)
    # (groups, n · grid, c/groups · kernel) back to (n, channels, grid, kernel)
    grid, kernel = y.shape[2:], w.shape[2:]
    spread = columns.reshape(layout.groups, shape[0], *grid, w.shape[1], *kernel)
    spread = np.moveaxis(spread, (0, len(grid) + 2), (1, 2)).reshape(shape[0], shape[1], *grid, *kernel)
    ends = [n + lo + hi for n, (lo, hi) in zip(shape[2:], layout.padding, strict=True)]
    image = np.zeros((*shape[:2], *ends), spread.dtype)
    for offset, place in places(kernel, grid, layout):
        image[last(place)] += spread[last(offset)]
    inner = tuple(slice(lo, lo + n) for n, (lo, _) in zip(shape[2:], layout.padding, strict=True))
    return image[last(inner)].astype(dtype)


@bilinear(
    batch=batched_layers.filter_gradient,
    transposes=(
        lambda g, x, y, layout, shape: image_gradient(y, g, layout=layout, shape=x.shape),
        lambda g, x, y, layout, shape: convolution(x, g, layout=layout),
    ),
    latex=r"{x} \star {y}",
    signature="(n,c,…),(n,f,…)->(f,c/groups,…)",
    public=False,
    cases=(
        case((2, 3, 5), (2, 4, 4), layout=PLAIN, shape=(4, 3, 2)),
        case((2, 4, 6), (2, 6, 3), layout=GROUPED, shape=(6, 2, 3)),
        case((2, 2, 5, 4), (2, 3, 3, 3), layout=LAYOUT_2D, shape=(3, 2, 2, 3)),
    ),
)
def filter_gradient(x: Operand, y: Operand, /, layout: Layout, shape: tuple[int, ...]) -> Any:
    """What `convolution` pulls back to its filters of the given shape."""
    x, y = inexact(x), inexact(y)
    dtype = np.result_type(x, y)
    wide = accumulator(dtype)
    columns = _by_group(windows_of(_padded(x, layout).astype(wide, copy=False), shape[2:], layout), layout, x.ndim)
    filters = np.matmul(_rows(y, layout).swapaxes(1, 2), columns)
    return filters.reshape(shape).astype(dtype, copy=False)


def _padded(x: Array, layout: Layout) -> Array:
    return np.pad(x, ((0, 0), (0, 0), *layout.padding)) if any(map(any, layout.padding)) else x


def _by_group(windows: Array, layout: Layout, ndim: int) -> Array:
    """(n, channels, grid, kernel) as (groups, n · grid, c/groups · kernel)."""
    n, channels = windows.shape[:2]
    grid, kernel = windows.shape[2:ndim], windows.shape[ndim:]
    split = windows.reshape(n, layout.groups, channels // layout.groups, *grid, *kernel)
    turned = np.moveaxis(split, (1, 2), (0, ndim))
    return turned.reshape(layout.groups, n * math.prod(grid), channels // layout.groups * math.prod(kernel))


def _rows(y: Array, layout: Layout) -> Array:
    """(n, filters, grid) as (groups, n · grid, filters/groups)."""
    n, filters = y.shape[:2]
    split = y.reshape(n, layout.groups, filters // layout.groups, math.prod(y.shape[2:]))
    return split.transpose(1, 0, 3, 2).reshape(layout.groups, -1, filters // layout.groups)


def _joined(y: Array, n: int, grid: tuple[int, ...]) -> Array:
    """(groups, n · grid, filters/groups) as (n, filters, grid)."""
    split = y.reshape(y.shape[0], n, math.prod(grid), y.shape[2])
    return split.transpose(1, 0, 3, 2).reshape(n, y.shape[0] * y.shape[2], *grid)


def check(x: Array, w: Array, layout: Layout) -> None:
    """Raise `ShapeError` unless a bank of filters w fits the images x."""
    got = f"got images {kind(x)} and filters {kind(w)}"
    if x.ndim < 3 or x.ndim != w.ndim:
        message = f"conv: expected images (n, channels, …) and filters (f, channels/groups, …), equal in axes; {got}"
        raise ShapeError(message)
    if x.shape[1] != w.shape[1] * layout.groups or w.shape[0] % layout.groups:
        message = (
            f"conv: with groups={layout.groups} images have {layout.groups} times the channels of filters, "
            f"and the number of filters is a multiple of {layout.groups}; {got}"
        )
        raise ShapeError(message)
    extents = zip(x.shape[2:], w.shape[2:], layout.padding, layout.dilation, strict=True)
    for axis, (n, k, (lo, hi), d) in enumerate(extents, start=2):
        if k < 1 or n + lo + hi < (k - 1) * d + 1:
            message = f"conv: axis {axis}, padded by {lo} and {hi}, is too short for a filter dilated by {d}; {got}"
            raise ShapeError(message)
