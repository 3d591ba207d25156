"""Cards: arrays joined along an axis (floor 2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.families import general, jointly, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import DtypeError, ShapeError
from tensorgraph.ops import batched
from tensorgraph.ops.dimensions import atleast_1d, atleast_2d, atleast_3d
from tensorgraph.ops.keywords import refuse_out
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["append", "block", "column_stack", "concatenate", "dstack", "hstack", "stack", "vstack"]


def _concatenate(
    xs: Sequence[Any], /, axis: Any = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Any:
    refuse_out("concatenate", out)
    return concatenate(xs, axis=axis, dtype=dtype, casting=casting)


def _parts(g: Any, xs: Sequence[Any], axis: int | None, *_: Any) -> Callable[[int], Any]:
    """The pieces of g that came from the operands."""
    if axis is None:
        ends = list(itertools.accumulate([x.size for x in xs], initial=0))
        return lambda i: reshape(g[ends[i] : ends[i + 1]], shape=xs[i].shape)
    ends = list(itertools.accumulate([x.shape[axis] for x in xs], initial=0))
    whole = (slice(None),) * (axis % g.ndim)
    return lambda i: g[(*whole, slice(ends[i], ends[i + 1]))]


@general(_concatenate)
@linear(
    batch=batched.concatenate,
    variadic=True,
    transpose=jointly(_parts),
    cases=(
        case([(2, 3), (1, 3)]),
        case([(2, 1), (2, 3), (2, 2)], axis=-1),
        case([(2, 1), (3,)], axis=None),
        case([(0, 2), (3, 2)]),
        case([(4,)]),
    ),
)
def concatenate(xs: Sequence[Any], /, axis: Any = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays joined along an axis that they have, or flat with axis=None; all other lengths must agree.

    `dtype` is the result's, by default the one to which all promote.

    >>> import tensorgraph as tg
    >>> tg.concat([[1, 2], [3]])
    tensor([1, 2, 3])
    """
    return np.concatenate(xs, axis, dtype=dtype, casting=casting)  # type: ignore[call-overload]


def _stack(
    xs: Sequence[Any], /, axis: Any = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Any:
    refuse_out("stack", out)
    return stack(xs, axis=axis, dtype=dtype, casting=casting)


@general(_stack)
@linear(
    batch=batched.stack,
    variadic=True,
    transpose=lambda g, xs, i, axis, dtype, casting: g[(slice(None),) * (axis % g.ndim) + (i,)],
    cases=(
        case([(2, 3), (2, 3)]),
        case([(2, 3), (2, 3), (2, 3)], axis=1),
        case([(3,), (3,)], axis=-1),
        case([(), ()]),
        case([(0,), (0,)]),
    ),
)
def stack(xs: Sequence[Any], /, axis: Any = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays of one shape joined along a new axis.

    >>> import tensorgraph as tg
    >>> tg.stack([[1, 2], [3, 4]], axis=1)
    tensor([[1, 3],
            [2, 4]])
    """
    return np.stack(xs, axis, dtype=dtype, casting=casting)  # type: ignore[call-overload]


@composition()
def hstack(xs: Sequence[Any], /, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays joined side by side: along the second axis, or the first if they have one only."""
    xs = [atleast_1d(x) for x in _sequence("hstack", xs)]
    return concatenate(xs, axis=0 if xs and xs[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@composition(numpy=np.vstack)
def vstack(xs: Sequence[Any], /, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays joined one below the other, along the first axis; those with one axis are rows."""
    return concatenate([atleast_2d(x) for x in _sequence("vstack", xs)], axis=0, dtype=dtype, casting=casting)


@composition()
def dstack(xs: Sequence[Any], /) -> Any:
    """Arrays joined one behind the other, along the third axis, which those with fewer axes get."""
    return concatenate([atleast_3d(x) for x in _sequence("dstack", xs)], axis=2)


@composition()
def column_stack(xs: Sequence[Any], /) -> Any:
    """Vectors as the columns of a matrix; matrices are joined as they are.

    >>> import tensorgraph as tg
    >>> tg.column_stack(([1, 2], [3, 4]))
    tensor([[1, 3],
            [2, 4]])
    """
    columns = [x if x.ndim >= 2 else reshape(x, shape=(-1, 1)) for x in map(as_operand, _sequence("column_stack", xs))]
    return concatenate(columns, axis=1)


@composition()
def append(x: Operand, values: Operand, /, axis: int | None = None) -> Any:
    """`values` behind x along an axis, or both flat without one.

    >>> import tensorgraph as tg
    >>> tg.append([1, 2], [[3, 4]])
    tensor([1, 2, 3, 4])
    """
    return concatenate((as_operand(x), as_operand(values)), axis=axis)


@composition(lift=False)
def block(arrays: Any) -> Any:
    """An array of nested lists of blocks: the innermost are joined along the last axis, the next along the one before.

    >>> import tensorgraph as tg
    >>> tg.block([[tg.ones((1, 1)), tg.zeros((1, 2))], [tg.zeros((2, 1)), tg.ones((2, 2))]]).shape
    (3, 3)
    """
    depth = _depth(arrays)
    level = [arrays]
    levels = [level]
    for _ in range(depth):
        level = [item for items in level for item in items]
        levels.append(level)
    ndim = max([depth, *(np.ndim(value_of(x)) for x in level)])
    parts = [_with_ndim(x, ndim) for x in level]
    for axis, groups in zip(range(-1, -depth - 1, -1), reversed(levels[:-1]), strict=True):
        rest = iter(parts)
        parts = [concatenate([next(rest) for _ in group], axis=axis) for group in groups]
    return parts[0]


def _depth(xs: Any) -> int:
    """How deep lists are nested, which must be the same everywhere."""
    level, depth = [xs], 0
    while any(isinstance(x, list) for x in level):
        if not all(isinstance(x, list) and x for x in level):
            message = (
                f"block: expected lists, none empty, nested equally deep everywhere; at depth {depth} some are not"
            )
            raise ShapeError(message)
        level, depth = [item for items in level for item in items], depth + 1
    return depth


def _with_ndim(x: Any, ndim: int) -> Any:
    x = as_operand(x)
    return reshape(x, shape=(1,) * (ndim - x.ndim) + x.shape) if x.ndim < ndim else x


def _sequence(name: str, xs: Any) -> Any:
    """What holds the operands: a list or tuple of arrays, or an array with them along its first axis."""
    if isinstance(xs, str | bytes) or not hasattr(xs, "__iter__"):
        message = f"{name}: expected a sequence of arrays, got {kind(xs)}"
        raise DtypeError(message)
    return xs
