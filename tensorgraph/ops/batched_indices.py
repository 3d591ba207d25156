"""Batching rules of the cards that read and write at indices (floor 2).

The form of a rule is explained in `core/batching.py`. NumPy puts the axes that the arrays of an index make where these
stand, or in front of all others if a slice, None or ... stands between two of them; `_Layout` tells which.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.core.batching import everywhere, shape_of, shifted, widened
from tensorgraph.core.op import Op

__all__ = [
    "add_along_axis",
    "add_repeated",
    "add_taken",
    "embed",
    "gather",
    "getitem",
    "repeat",
    "scatter_add",
    "take",
    "take_along_axis",
    "write",
]

Lead = Sequence[bool]
_ALL = slice(None)


def getitem(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, index: Any) -> Any:  # noqa: ARG001
    """The same index for every example."""
    return op(xs[0], index=(_ALL, *(index if type(index) is tuple else (index,))))


def embed(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: Any, index: Any) -> Any:  # noqa: ARG001
    """The same place for every example."""
    return op(xs[0], shape=(size, *shape), index=(_ALL, *(index if type(index) is tuple else (index,))))


class _Layout(NamedTuple):
    """Where the axes of an index's arrays stand in x[index]: `width` of them, from axis `place` on."""

    place: int
    width: int
    ndim: int
    apart: bool


def _layout(pattern: Sequence[Any], arrays: Sequence[tuple[int, bool]], ndim: int) -> _Layout:
    """The layout of x[index] for an x of `ndim` axes; `arrays` are told by their ranks and whether they are masks."""
    ranks = iter(arrays)
    count, used = 0, 0
    kinds: list[str] = []
    for item in pattern:
        if type(item) is str:
            rank, is_mask = next(ranks)
            count = max(count, 1 if is_mask else rank)
            used += rank if is_mask else 1
            kinds.append("array")
        elif type(item) is int:
            used += 1
            kinds.append("array")
        elif item is None:
            kinds.append("one")
        elif item is Ellipsis:
            kinds.append("rest")
        else:
            used += 1
            kinds.append("one")
    rest = ndim - used
    ranks_of = {"one": 1, "rest": rest, "array": 0}
    where = [i for i, k in enumerate(kinds) if k == "array"]
    apart = bool(where) and "".join(kinds[where[0] : where[-1] + 1]) != "array" * len(where)
    place = 0 if apart or not where else sum(ranks_of[k] for k in kinds[: where[0]])
    return _Layout(place, count, count + sum(ranks_of[k] for k in kinds) + (0 if "rest" in kinds else rest), apart)


def gather(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, pattern: tuple[Any, ...]) -> Any:
    """The same index for every example, or one for each."""
    x, arrays = xs[0], xs[1:]
    plan = _plan(arrays, lead, pattern, len(shape_of(x)) - lead[0])
    if plan is None:
        return NotImplemented
    layout, wide = plan
    if not any(lead[1:]):
        z = op((x, *arrays), pattern=(_ALL, *pattern))
        return _moved(z, layout.width, 0) if layout.apart else z
    if not lead[0]:
        return _moved(op((x, *wide), pattern=pattern), layout.place, 0)
    z = op((x, _numbers(size, layout.width), *wide), pattern=("array", *pattern))
    return _shifted_block(z, 1, layout.place + 1, layout.width)


def scatter_add(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: Any, pattern: tuple[Any, ...]) -> Any:
    """The transpose of `gather`: the values are laid out as that would give them."""
    y, arrays = xs[0], xs[1:]
    plan = _plan(arrays, lead, pattern, len(shape))
    if plan is None:
        return NotImplemented
    layout, wide = plan
    if len(shape_of(y)) - lead[0] != layout.ndim:
        return NotImplemented
    y = everywhere(y, is_led=lead[0], size=size)
    if not any(lead[1:]):
        y = _moved(y, 0, layout.width) if layout.apart else y
        return op((y, *arrays), shape=(size, *shape), pattern=(_ALL, *pattern))
    y = _shifted_block(y, layout.place + 1, 1, layout.width)
    return op((y, _numbers(size, layout.width), *wide), shape=(size, *shape), pattern=("array", *pattern))


def write(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, pattern: tuple[Any, ...]) -> Any:
    """For at_set and its like, where all examples share the index."""
    x, y, *arrays = xs
    if any(lead[2:]):
        return NotImplemented
    x = everywhere(x, is_led=lead[0], size=size)
    plan = _plan(arrays, lead[1:], pattern, len(shape_of(x)) - 1)
    if plan is None or plan[0].apart or (lead[1] and len(shape_of(y)) - 1 > plan[0].ndim):
        return NotImplemented
    ndim = plan[0].ndim
    return op((x, widened(y, ndim) if lead[1] else y, *arrays), pattern=(_ALL, *pattern))


def take(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, *static: Any) -> Any:  # noqa: ARG001
    """The same indices for every example, or from the same array."""
    x, indices = xs
    axis, mode = static
    if all(lead):
        return NotImplemented
    ndim = len(shape_of(x)) - lead[0]
    if lead[1]:
        z = op(x, indices, axis=axis, mode=mode)
        return z if axis is None or not ndim else _moved(z, axis % ndim, 0)
    if axis is None:
        return op(_flat(x), indices, axis=1, mode=mode)
    return op(x, indices, axis=shifted(axis, ndim, op), mode=mode) if ndim else NotImplemented


def add_taken(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: Any, axis: int | None, mode: Any) -> Any:
    """The transpose of `take`, where all examples share the indices."""
    x, indices = xs
    if lead[1]:
        return NotImplemented
    if axis is None or not shape:
        return op(x, indices, shape=(size, math.prod(shape)), axis=1, mode=mode).reshape((size, *shape))
    return op(x, indices, shape=(size, *shape), axis=shifted(axis, len(shape), op), mode=mode)


def take_along_axis(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: int | None) -> Any:
    """Lines with their own indices, one more axis of them."""
    x, indices = _both(xs, lead, size)
    if axis is None:
        return op(_flat(x), indices, axis=1)
    return op(x, indices, axis=shifted(axis, x.ndim - 1, op))


def add_along_axis(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: Any, axis: int | None) -> Any:
    """The transpose of `take_along_axis`."""
    x, indices = _both(xs, lead, size)
    if axis is None:
        return op(x, indices, shape=(size, math.prod(shape)), axis=1).reshape((size, *shape))
    return op(x, indices, shape=(size, *shape), axis=shifted(axis, len(shape), op))


def repeat(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: int | None) -> Any:  # noqa: ARG001
    """The same counts for every example."""
    x, repeats = xs
    if lead[1]:
        return NotImplemented
    if axis is None:
        return op(_flat(x), repeats, axis=1)
    return op(x, repeats, axis=shifted(axis, x.ndim - 1, op))


def add_repeated(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: Any, axis: int | None) -> Any:
    """The transpose of `repeat`."""
    x, repeats = xs
    if lead[1]:
        return NotImplemented
    if axis is None:
        return op(x, repeats, shape=(size, math.prod(shape)), axis=1).reshape((size, *shape))
    return op(x, repeats, shape=(size, *shape), axis=shifted(axis, len(shape), op))


def _both(xs: Sequence[Any], lead: Lead, size: int) -> list[Any]:
    return [everywhere(x, is_led=is_led, size=size) for x, is_led in zip(xs, lead, strict=True)]


def _flat(x: Any) -> Any:
    """Each example in one row."""
    return x.reshape((shape_of(x)[0], math.prod(shape_of(x)[1:])))


def _plan(arrays: Sequence[Any], lead: Lead, pattern: tuple[Any, ...], ndim: int) -> tuple[_Layout, list[Any]] | None:
    """The layout, and the arrays with all examples in front; None where it takes one example after the other."""
    led = lead[1:]
    if any(a.dtype.kind == "b" and (is_led or a.ndim == 0 or any(led)) for a, is_led in zip(arrays, led, strict=True)):
        return None
    ranks = [(a.ndim - is_led, a.dtype.kind == "b") for a, is_led in zip(arrays, led, strict=True)]
    layout = _layout(pattern, ranks, ndim)
    return layout, [widened(a, layout.width) if is_led else a for a, is_led in zip(arrays, led, strict=True)]


def _numbers(size: int, count: int) -> Any:
    """The number of each example, as an index beside those of `count` axes."""
    return np.arange(size).reshape((size,) + (1,) * count)


def _moved(z: Any, source: int, destination: int) -> Any:
    """One axis moved."""
    order = [i for i in range(z.ndim) if i != source]
    order.insert(destination, source)
    return z if order == list(range(z.ndim)) else z.transpose(tuple(order))


def _shifted_block(z: Any, source: int, destination: int, count: int) -> Any:
    """`count` neighbouring axes moved, from the axis `source` on to the axis `destination` on."""
    block = list(range(source, source + count))
    order = [i for i in range(z.ndim) if i not in block]
    order[destination:destination] = block
    return z if order == list(range(z.ndim)) else z.transpose(tuple(order))
