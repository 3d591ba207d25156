"""Cards: borders of a constant and of copied elements, and what undoes them (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.families import linear, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.forwards import accumulator

__all__ = ["Pairs", "add_copied", "pad_constant", "pad_copied", "slab"]

Pairs = tuple[tuple[int, int], ...]
"""The widths before and after, per axis."""
_NONE = (0, 0)


# Linear for value=0 only; a tangent is padded with zeros whatever the value.
@primitive(
    vjps=(lambda g, z, x, pairs, value: g[_inside(pairs, x.shape)],),
    jvps=(lambda dx, z, x, pairs, value: pad_constant(dx, pairs=pairs),),
    batch=lambda op, xs, lead, size, pairs, value: op(xs[0], pairs=(_NONE, *pairs), value=value),
    reads_values=False,
    public=False,
    cases=(
        case((2, 3), pairs=((1, 0), (2, 1))),
        case((2,), pairs=((0, 2),), value=1.5),
        case((), pairs=()),
        case((0, 2), pairs=((1, 1), (0, 0))),
    ),
)
def pad_constant(x: Operand, /, pairs: Pairs, value: complex = 0) -> Any:
    """x in the middle of a larger array filled with one number; `pairs` are the widths before and after, per axis."""
    x = np.asarray(x)
    out = np.empty([before + n + after for n, (before, after) in zip(x.shape, pairs, strict=True)], x.dtype)
    out[_inside(pairs, x.shape)] = x
    for axis, (n, (before, after)) in enumerate(zip(x.shape, pairs, strict=True)):
        if before:
            out[slab(axis, 0, before)] = value
        if after:
            out[slab(axis, before + n, before + n + after)] = value
    return out


def slab(axis: int, start: int, stop: int) -> tuple[slice, ...]:
    """The index of a range along one axis."""
    return (*(slice(None),) * axis, slice(start, stop))


def _inside(pairs: Pairs, shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(before, before + n) for (before, _), n in zip(pairs, shape, strict=True))


@linear(
    batch=lambda op, xs, lead, size, pairs, mode: op(xs[0], pairs=(_NONE, *pairs), mode=mode),
    transpose=lambda g, x, pairs, mode: add_copied(g, shape=x.shape, pairs=pairs, mode=mode),
    public=False,
    cases=(
        case((2, 3), pairs=((1, 0), (2, 1)), mode="edge"),
        case((2, 3), pairs=((5, 0), (0, 4)), mode="reflect"),
        case((2, 3), pairs=((1, 4), (0, 0)), mode="symmetric"),
        case((2, 3), pairs=((3, 0), (2, 5)), mode="wrap"),
        case((1, 3), pairs=((2, 1), (0, 1)), mode="reflect"),
    ),
)
def pad_copied(x: Operand, /, pairs: Pairs, mode: str) -> Any:
    """x with a border of copies of its elements; `pairs` are the widths before and after, per axis."""
    return np.pad(x, pairs, mode)  # type: ignore[call-overload]


@linear(
    batch=lambda op, xs, lead, size, shape, pairs, mode: op(
        xs[0], shape=(size, *shape), pairs=(_NONE, *pairs), mode=mode
    ),
    transpose=lambda g, x, shape, pairs, mode: pad_copied(g, pairs=pairs, mode=mode),
    public=False,
    cases=(case((3, 6), shape=(2, 3), pairs=((1, 0), (2, 1)), mode="edge"),),
)
def add_copied(x: Operand, /, shape: Any, pairs: Pairs, mode: str) -> Any:
    """What lies inside the border of x, with each copy of the border added to its original."""
    total = np.array(x, accumulator(x.dtype))
    for axis in range(len(shape)):
        n, (before, after) = shape[axis], pairs[axis]
        if not before and not after:
            continue
        inside = total[slab(axis, before, before + n)]
        originals = np.pad(np.arange(n), (before, after), mode)  # type: ignore[call-overload]
        for copy in (*range(before), *range(before + n, before + n + after)):
            inside[slab(axis, originals[copy], originals[copy] + 1)] += total[slab(axis, copy, copy + 1)]
        total = inside
    return total.astype(x.dtype)
