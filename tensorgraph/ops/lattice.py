"""How filters and windows lie on the trailing axes of an image (floor 2). Plain NumPy; imports the errors only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.errors import ArgumentError

__all__ = ["Layout", "last", "paddings", "per_axis", "places", "windows_of"]

Array = np.ndarray[Any, Any]
Pairs = tuple[tuple[int, int], ...]


class Layout(NamedTuple):
    """How a filter lies on an image: one entry for each axis of the image."""

    stride: tuple[int, ...]
    padding: Pairs
    dilation: tuple[int, ...]
    groups: int


def windows_of(x: Array, kernel: tuple[int, ...], layout: Layout) -> Array:
    """A view of the last axes of x as (…, grid, kernel): what a kernel of that shape sees at each of its places."""
    k = len(kernel)
    extent = tuple((n - 1) * d + 1 for n, d in zip(kernel, layout.dilation, strict=True))
    views = np.lib.stride_tricks.sliding_window_view(x, extent, axis=tuple(range(-k, 0)))
    steps = *(slice(None, None, s) for s in layout.stride), *(slice(None, None, d) for d in layout.dilation)
    seen: Array = views[last(steps)]
    return seen


def last(index: tuple[Any, ...]) -> Any:
    """An index of the last axes."""
    return (Ellipsis, *index)


def places(
    kernel: tuple[int, ...], grid: tuple[int, ...], layout: Layout
) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
    """For each element of the kernel, where it lies on the padded image, over all places of the grid."""
    for offset in itertools.product(*map(range, kernel)):
        yield (
            offset,
            tuple(
                slice(k * d, k * d + (n - 1) * s + 1, s)
                for k, n, s, d in zip(offset, grid, layout.stride, layout.dilation, strict=True)
            ),
        )


def per_axis(name: str, parameter: str, value: Any, count: int, least: int) -> tuple[int, ...]:
    """An integer for each axis, from one for all or a sequence."""
    values = (value,) * count if isinstance(value, int | np.integer) else value
    if (
        not isinstance(values, tuple | list)
        or len(values) != count
        or any(isinstance(v, bool) or not isinstance(v, int | np.integer) or v < least for v in values)
    ):
        message = f"{name}: {parameter} is an integer from {least} on, or one for each of {count} axes, got {value!r}"
        raise ArgumentError(message)
    return tuple(map(int, values))


def paddings(padding: Any, kernel: tuple[int, ...], stride: Any, dilation: tuple[int, ...]) -> Pairs:
    """The padding before and after each axis."""
    if isinstance(padding, str):
        if padding not in {"same", "valid"} or (padding == "same" and set(np.ravel(stride).tolist()) != {1}):
            message = f'conv: padding is "valid", or "same" with stride 1, or numbers; got {padding!r} with {stride=}'
            raise ArgumentError(message)
        spare = [(n - 1) * d if padding == "same" else 0 for n, d in zip(kernel, dilation, strict=True)]
        return tuple((s // 2, s - s // 2) for s in spare)
    if isinstance(padding, tuple | list) and padding and all(isinstance(p, tuple | list) for p in padding):
        if len(padding) != len(kernel):
            message = f"conv: expected a pair of paddings for each of {len(kernel)} axes, got {padding!r}"
            raise ArgumentError(message)
        first, second = zip(*(per_axis("conv", "padding", pair, 2, 0) for pair in padding), strict=True)
        return tuple(zip(first, second, strict=True))
    return tuple((p, p) for p in per_axis("conv", "padding", padding, len(kernel), 0))
