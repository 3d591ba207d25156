"""Elements inserted, deleted and cut off (floor 2): rearrangements by `take`, `concatenate` and slices."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import describe
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, AxisError, DtypeError, IndexingError
from tensorgraph.ops.borders import slab
from tensorgraph.ops.casting import astype
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.layout import broadcast_to, moveaxis, reshape
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["delete", "ediff1d", "insert", "trim_zeros"]


@composition()
def insert(x: Operand, /, obj: Any, values: Any, axis: int | None = None) -> Any:
    """x with `values` put in before the indices `obj` along an axis, or into the ravelled x without one.

    `obj` is an integer, a slice, a sequence of integers or a mask, all counted in the old x. The values broadcast and
    take the dtype of x; values of a higher kind raise `DtypeError`.

    >>> import tensorgraph as tg
    >>> tg.insert([1.0, 2.0, 3.0], [1, 3], 0.0)
    tensor([1., 0., 2., 3., 0.])
    """
    x, axis = _line(x, axis)
    values = as_operand(values)
    if "biufc".index(values.dtype.kind) > "biufc".index(x.dtype.kind) and {values.dtype.kind, x.dtype.kind} != {
        "i",
        "u",
    }:
        message = (
            f"insert: {describe(values)} does not fit into {describe(x)} without a loss; convert one of them by astype"
        )
        raise DtypeError(message)
    values = astype(values, x.dtype)
    if values.ndim < x.ndim:
        values = reshape(values, shape=(1,) * (x.ndim - values.ndim) + values.shape)
    n = x.shape[axis]
    places, scalar = _places(obj, n)
    if scalar:
        values = moveaxis(values, 0, axis) if x.ndim else values
    if places.size == 1:
        places = np.repeat(places, values.shape[axis])
    count = places.size
    values = broadcast_to(values, shape=(*x.shape[:axis], count, *x.shape[axis + 1 :]))
    # The stable order says which value comes first where several go before the same element.
    order = np.argsort(places, kind="stable")
    places = places[order]
    if (order[1:] < order[:-1]).any():
        values = take(values, order, axis=axis)
    cuts, starts = np.unique(places, return_index=True)
    if len(cuts) <= FEW_CUTS:
        bounds = [0, *cuts.tolist(), n], [*starts.tolist(), count]
        pieces = [x[slab(axis, start, stop)] for start, stop in itertools.pairwise(bounds[0])]
        blocks = [values[slab(axis, start, stop)] for start, stop in itertools.pairwise(bounds[1])]
        return concatenate([part for pair in itertools.zip_longest(pieces, blocks) for part in pair][:-1], axis=axis)
    fresh = np.zeros(n + count, np.bool_)
    fresh[places + np.arange(count)] = True
    source = np.where(fresh, n - 1 + np.cumsum(fresh), np.cumsum(~fresh) - 1)
    return take(concatenate((x, values), axis=axis), source, axis=axis)


FEW_CUTS = 16
"""Up to so many places, it is faster to join slices than to take elements."""


@composition()
def delete(x: Operand, /, obj: Any, axis: int | None = None) -> Any:
    """x without the indices `obj` along an axis, or the ravelled x without them.

    `obj` is an integer, a slice, a sequence of integers or a mask.

    >>> import tensorgraph as tg
    >>> tg.delete([1, 2, 3, 4], [0, -1])
    tensor([2, 3])
    """
    x, axis = _line(x, axis)
    n = x.shape[axis]
    obj = value_of(obj)
    if not isinstance(obj, slice):
        index = np.asarray(obj)
        if index.dtype == np.bool_ and index.shape != (n,) and index.ndim:
            message = f"delete: expected a mask of length {n}, got shape {index.shape}"
            raise IndexingError(message)
        obj = (
            index if index.dtype == np.bool_ else index.astype(np.intp, casting="same_kind" if index.size else "unsafe")
        )
    kept = np.ones(n, np.bool_)
    try:
        kept[obj] = False
    except IndexError as error:
        message = f"delete: {error}"
        raise IndexingError(message) from error
    return take(x, np.flatnonzero(kept), axis=axis)


@composition()
def trim_zeros(x: Operand, /, trim: str = "fb", axis: Any = None) -> Any:
    """x without the zeros at its front ("f") and back ("b"), along all axes or those given.

    >>> import tensorgraph as tg
    >>> tg.trim_zeros([0, 0, 1, 0, 2, 0])
    tensor([1, 0, 2])
    """
    trim = trim.lower()
    if trim not in {"f", "b", "fb", "bf"}:
        message = f"trim_zeros: expected trim 'f', 'b' or 'fb', got {trim!r}"
        raise ArgumentError(message)
    x = as_operand(x)
    axes = range(x.ndim) if axis is None else [_fixed(x, a) for a in (axis if isinstance(axis, tuple) else (axis,))]
    index = [slice(None)] * x.ndim
    for a, where in enumerate(np.nonzero(value_of(x))):
        if a in axes and where.size:
            index[a] = slice(int(where.min()) if "f" in trim else None, int(where.max()) + 1 if "b" in trim else None)
        elif a in axes:
            index[a] = slice(0, 0)
    return x[tuple(index)]


@composition()
def ediff1d(x: Operand, /, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours in the ravelled x, with `to_begin` before and `to_end` behind them.

    >>> import tensorgraph as tg
    >>> tg.ediff1d([1, 4, 9], to_begin=0)
    tensor([0, 3, 5])
    """
    line = reshape(x, shape=(-1,))
    ends = [None if end is None else reshape(as_operand(end), shape=(-1,)) for end in (to_begin, to_end)]
    for name, end in zip(("to_begin", "to_end"), ends, strict=True):
        if end is not None and not np.can_cast(end.dtype, line.dtype, "same_kind"):
            message = f"ediff1d: {name} of dtype {end.dtype} does not fit among differences of dtype {line.dtype}"
            raise DtypeError(message)
    parts = (ends[0], line[1:] - line[:-1], ends[1])
    return concatenate([astype(part, line.dtype) for part in parts if part is not None])


def _line(x: Any, axis: int | None) -> tuple[Any, int]:
    """What is edited, and along which axis."""
    x = as_operand(x)
    if axis is None:
        return reshape(x, shape=(-1,)), 0
    return x, _fixed(x, axis)


def _fixed(x: Any, axis: int) -> int:
    if not -x.ndim <= axis < x.ndim:
        message = f"axis {axis} is out of bounds for shape {x.shape}"
        raise AxisError(message)
    return int(axis % x.ndim)


def _places(obj: Any, n: int) -> tuple[Any, bool]:
    """The indices that `obj` means, none negative, and whether it was a scalar."""
    if isinstance(obj, slice):
        return np.arange(*obj.indices(n)), False
    index = np.asarray(value_of(obj))
    if index.ndim > 1:
        message = f"insert: expected an integer or a sequence of integers, got shape {index.shape}"
        raise ArgumentError(message)
    places = (
        np.flatnonzero(index)
        if index.dtype == np.bool_
        else index.astype(np.intp, casting="same_kind" if index.size else "unsafe").ravel()
    )
    if places.size and not (-n <= places.min() and places.max() <= n):
        message = f"insert: an index of {places.tolist()} is out of bounds for length {n}"
        raise IndexingError(message)
    return np.where(places < 0, places + n, places), index.ndim == 0
