"""Cards: questions about elements, whose answers are booleans, counts and places: no gradient (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import constant, general
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops import batched
from tensorgraph.ops.comparison import isnan, logical_and, logical_not, logical_or
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.keywords import mask_of, refuse_out
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand, value_of

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argwhere",
    "count_nonzero",
    "digitize",
    "flatnonzero",
    "isin",
    "nanargmax",
    "nanargmin",
    "nonzero",
    "searchsorted",
]

_CASES = (
    case((2, 3)),
    case((2, 3), axis=0),
    case((2, 3), axis=-1, keepdims=True),
    case((2, 3, 4), axis=(0, 2)),
    case((0, 2), axis=1),
    case(()),
)
_PLACES = (case((2, 3)), case((2, 3), axis=0), case((2, 3), axis=-1, keepdims=True), case((4,)), case(()))


def _general_all(
    x: Operand, /, axis: Any = None, out: None = None, keepdims: bool = False, *, where: Any = True
) -> Any:
    refuse_out("all", out)
    if where is not True:
        x = logical_or(x, logical_not(mask_of("all", where, x)))
    return all(x, axis=axis, keepdims=keepdims)


@general(_general_all)
@constant(batch=along_axis(), cases=_CASES)
def all(x: Operand, /, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements along axes are true (not zero), of those that the mask `where` leaves in."""
    return np.all(x, axis, keepdims=keepdims)


def _general_any(
    x: Operand, /, axis: Any = None, out: None = None, keepdims: bool = False, *, where: Any = True
) -> Any:
    refuse_out("any", out)
    if where is not True:
        x = logical_and(x, mask_of("any", where, x))
    return any(x, axis=axis, keepdims=keepdims)


@general(_general_any)
@constant(batch=along_axis(), cases=_CASES)
def any(x: Operand, /, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether an element along axes is true (not zero), of those that the mask `where` leaves in."""
    return np.any(x, axis, keepdims=keepdims)


@constant(batch=along_axis(), cases=_CASES)
def count_nonzero(x: Operand, /, axis: Any = None, *, keepdims: bool = False) -> Any:
    """How many elements along axes are not zero.

    >>> import tensorgraph as tg
    >>> tg.count_nonzero([[0, 1], [2, 3]], axis=0)
    tensor([1, 2])
    """
    return np.count_nonzero(x, axis, keepdims=keepdims)


def _general_argmax(x: Operand, /, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    refuse_out("argmax", out)
    return argmax(x, axis=axis, keepdims=keepdims)


@general(_general_argmax)
@constant(batch=batched.argument, distinct=True, cases=_PLACES)
def argmax(x: Operand, /, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The place of the largest element along an axis, the first of several; without axis, in the ravelled array.

    >>> import tensorgraph as tg
    >>> tg.argmax([[1, 5], [7, 2]], axis=1)
    tensor([1, 0])
    """
    return np.argmax(x, axis, keepdims=keepdims)


def _general_argmin(x: Operand, /, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    refuse_out("argmin", out)
    return argmin(x, axis=axis, keepdims=keepdims)


@general(_general_argmin)
@constant(batch=batched.argument, distinct=True, cases=_PLACES)
def argmin(x: Operand, /, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The place of the smallest element along an axis, the first of several; without axis, in the ravelled array."""
    return np.argmin(x, axis, keepdims=keepdims)


@composition()
def nanargmax(x: Operand, /, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    """As `argmax`, past NaN. Raises `ShapeError`, a ValueError, where there is nothing else."""
    refuse_out("nanargmax", out)
    _refuse_all_nan("nanargmax", x, axis)
    return argmax(choose(isnan(x), -np.inf, x), axis=axis, keepdims=keepdims)


@composition()
def nanargmin(x: Operand, /, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
    """As `argmin`, past NaN. Raises `ShapeError`, a ValueError, where there is nothing else."""
    refuse_out("nanargmin", out)
    _refuse_all_nan("nanargmin", x, axis)
    return argmin(choose(isnan(x), np.inf, x), axis=axis, keepdims=keepdims)


def _refuse_all_nan(name: str, x: Any, axis: Any) -> None:
    if np.isnan(value_of(x)).all(axis=axis).any():
        message = f"{name}: a row has no element but NaN, so none is the extreme"
        raise ShapeError(message)


@composition()
def nonzero(x: Operand, /) -> Any:
    """The places of the elements that are not zero: one tensor of indices per axis."""
    x = as_operand(x)
    places = argwhere(x)
    return tuple(places[:, i] for i in range(x.ndim))


@constant(cases=(case((2, 3)), case((0,)), case((4,))))
def argwhere(x: Operand, /) -> Any:
    """The places of the elements that are not zero, one row of indices for each."""
    return np.argwhere(x)


@constant(cases=(case((2, 3)), case((0,))))
def flatnonzero(x: Operand, /) -> Any:
    """The places, in the ravelled array, of the elements that are not zero."""
    return np.flatnonzero(x)


def _general_searchsorted(x: Operand, v: Operand, /, side: str = "left", sorter: Any = None) -> Any:
    return searchsorted(x if sorter is None else take(x, sorter), v, side=side)


@general(_general_searchsorted)
@constant(cases=(case(np.array([0.5, 1.5]), (2, 3)), case(np.array([0.5, 1.5]), (), side="right")))
def searchsorted(x: Operand, v: Operand, /, side: str = "left") -> Any:
    """Where elements v would have to be put into the sorted x: before equal ones (`side="left"`) or behind ("right").

    `sorter` is the permutation that sorts x, if x is not sorted.

    >>> import tensorgraph as tg
    >>> tg.searchsorted([1.0, 2.0, 3.0], [2.0, 2.5])
    tensor([1, 2])
    """
    return np.searchsorted(x, v, side)  # type: ignore[call-overload]


@constant(cases=(case((2, 3), np.array([-0.5, 0.5])), case((2, 3), np.array([0.5, -0.5]), right=True)))
def digitize(x: Operand, bins: Operand, /, right: bool = False) -> Any:
    """The number of the bin, between increasing or decreasing edges, that each element falls into."""
    return np.digitize(x, bins, right)


@constant(cases=(case((2, 3), np.array([0.5, 1.0])), case((3,), np.array([0.5]), invert=True)))
def isin(
    x: Operand, elements: Operand, /, assume_unique: bool = False, invert: bool = False, *, kind: Any = None
) -> Any:
    """Whether each element is among the given ones."""
    return np.isin(x, elements, assume_unique, invert, kind=kind)
