"""Elements chosen by conditions and by numbers (floor 2): compositions of `where`, `gather` and `at_set`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError
from tensorgraph.ops.comparison import equal, logical_not, where
from tensorgraph.ops.creation import zeros_like
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.indexing import ARRAY, gather
from tensorgraph.ops.keywords import refuse_out
from tensorgraph.ops.layout import broadcast_to, reshape
from tensorgraph.ops.rounding import remainder
from tensorgraph.ops.taking import along
from tensorgraph.ops.updates import at_set
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["choose", "compress", "extract", "piecewise", "put_along_axis", "select"]


@composition(lift=False)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Element by element, the choice that belongs to the first condition that holds, else `default`; all broadcast.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([-2.0, 0.5, 3.0])
    >>> tg.select([x < 0, x < 1], [-x, x * x], default=9.0)
    tensor([2.  , 0.25, 9.  ])
    """
    conditions, choices = list(map(as_operand, condlist)), list(map(as_operand, choicelist))
    if len(conditions) != len(choices) or not conditions:
        message = (
            f"select: expected as many conditions as choices, at least one, got {len(conditions)} and {len(choices)}"
        )
        raise ArgumentError(message)
    if wrong := [c.dtype for c in conditions if c.dtype != np.bool_]:
        message = f"select: conditions are boolean, got {wrong[0]}"
        raise DtypeError(message)
    chosen = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        chosen = where(condition, choice, chosen)
    dtype = np.result_type(*map(value_of, choices), value_of(default))
    shape = np.broadcast_shapes(*(x.shape for x in (*conditions, *choices)))
    return broadcast_to(chosen.astype(dtype), shape=shape)


@composition()
def choose(x: Operand, /, choices: Any, out: None = None, mode: str = "raise") -> Any:
    """Element by element, the choice whose number stands in x; all broadcast.

    Numbers without a choice raise `IndexingError`, or with mode="wrap" are counted on from the start, with "clip" mean
    the first or the last choice.

    >>> import tensorgraph as tg
    >>> tg.choose([1, 0, 1], [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    tensor([10.,  2., 30.])
    """
    refuse_out("choose", out)
    x = as_operand(x)
    choices = [as_operand(c) for c in choices]
    if x.dtype.kind not in "biu" or not choices:
        message = f"choose: expected integers and at least one choice, got {x.dtype} and {len(choices)}"
        raise DtypeError(message)
    n = len(choices)
    if mode == "wrap":
        x = remainder(x, n)
    elif mode == "clip":
        x = minimum(maximum(x, 0), n - 1)
    elif mode != "raise":
        message = f"choose: expected mode 'raise', 'wrap' or 'clip', got {mode!r}"
        raise ArgumentError(message)
    elif x.size and not (value_of(x).min() >= 0 and value_of(x).max() < n):
        message = f"choose: expected numbers from 0 to {n - 1}, got {value_of(x).min()} to {value_of(x).max()}"
        raise IndexingError(message)
    chosen = choices[-1]
    for number in range(n - 2, -1, -1):
        chosen = where(equal(x, number), choices[number], chosen)
    shape = np.broadcast_shapes(x.shape, *(c.shape for c in choices))
    return broadcast_to(chosen.astype(np.result_type(*map(value_of, choices))), shape=shape)


@composition()
def compress(condition: Operand, x: Operand, /, axis: int | None = None, out: None = None) -> Any:
    """The slices of x along an axis where a condition holds, or elements of the ravelled x without one.

    The condition is a vector, which may be shorter than the axis.

    >>> import tensorgraph as tg
    >>> tg.compress([False, True], [[1, 2], [3, 4], [5, 6]], axis=0)
    tensor([[3, 4]])
    """
    refuse_out("compress", out)
    x, mask = as_operand(x), as_operand(condition)
    if axis is None:
        x, axis = reshape(x, shape=(-1,)), 0
    if mask.ndim != 1:
        message = f"compress: expected a condition of one axis, got shape {mask.shape}"
        raise ShapeError(message)
    if mask.dtype != np.bool_:
        mask = logical_not(equal(mask, 0))
    whole = (slice(None),) * (axis % max(x.ndim, 1))
    n = x.shape[axis]
    if mask.shape[0] > n and value_of(mask)[n:].any():
        message = f"compress: the condition holds beyond the length {n} of axis {axis}"
        raise IndexingError(message)
    return gather((x[(*whole, slice(0, mask.shape[0]))], mask[:n]), pattern=(*whole, ARRAY))


@composition()
def extract(condition: Operand, x: Operand, /) -> Any:
    """The elements of x where a condition of the same size holds, in one axis.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([[1.0, -2.0], [-3.0, 4.0]])
    >>> tg.extract(x > 0, x)
    tensor([1., 4.])
    """
    return compress(reshape(as_operand(condition), shape=(-1,)), x)


@composition(lift=False)
def piecewise(x: Operand, /, condlist: Any, funclist: Sequence[Any], *args: Any, **keywords: Any) -> Any:
    """A function given piece by piece: where `condlist[i]` holds, `funclist[i]` of the elements there, or its value.

    Where several conditions hold the last one counts; where none does, one function more than conditions is meant for
    it, else the result is 0. `args` and `keywords` go to every function.

    >>> import tensorgraph as tg
    >>> tg.piecewise(tg.tensor([-1.0, 4.0]), [[True, False], [False, True]], [lambda x: -x, tg.sqrt])
    tensor([1., 2.])
    """
    x = as_operand(x)
    conditions = _conditions(x, condlist)
    extra = len(funclist) - len(conditions)
    if extra == 1:
        held = conditions[0]
        for condition in conditions[1:]:
            held = held | condition
        conditions.append(logical_not(held))
    elif extra:
        message = f"piecewise: expected {len(conditions)} or {len(conditions) + 1} functions, got {len(funclist)}"
        raise ArgumentError(message)
    result = zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result = at_set((result, function, condition), pattern=(ARRAY,))
        elif value_of(condition).any():
            values = function(gather((x, condition), pattern=(ARRAY,)), *args, **keywords)
            result = at_set((result, values, condition), pattern=(ARRAY,))
    return result


def _conditions(x: Any, condlist: Any) -> list[Any]:
    """The masks, from a list of them (or an array with one in each row) or from a single one."""
    single = not isinstance(condlist, list | tuple) and np.ndim(value_of(condlist)) == 0
    if not single and x.ndim and len(condlist):
        first = condlist[0]
        single = not isinstance(first, list | tuple) and np.ndim(value_of(first)) == 0
    masks = [as_operand(c) for c in ([condlist] if single else condlist)]
    return [mask if mask.dtype == np.bool_ else logical_not(equal(mask, 0)) for mask in masks]


@composition(numpy=None)
def put_along_axis(x: Operand, indices: Operand, values: Operand, /, axis: int | None = -1) -> Any:
    """A copy of x with values at each line's own indices along an axis; NumPy's writes in place.

    >>> import tensorgraph as tg
    >>> tg.put_along_axis([[1.0, 2.0], [3.0, 4.0]], [[1], [0]], 9.0, axis=1)
    tensor([[1., 9.],
            [9., 4.]])
    """
    x, indices = as_operand(x), as_operand(indices)
    if axis is None:
        flat = at_set((reshape(x, shape=(-1,)), values, indices), pattern=(ARRAY,))
        return reshape(flat, shape=x.shape)
    if indices.ndim != x.ndim:
        message = f"put_along_axis: expected indices of {x.ndim} axes, got shape {indices.shape}"
        raise ShapeError(message)
    return at_set((x, values, *along(x.shape, indices, axis)), pattern=(ARRAY,) * x.ndim)
