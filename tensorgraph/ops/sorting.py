"""Cards: elements in order, and the permutations that bring them there (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import constant, general, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.taking import take_along_axis
from tensorgraph.ops.values import as_operand

__all__ = ["argpartition", "argsort", "lexsort", "partition", "sort", "sort_complex"]

_KINDS = {None, "quicksort", "mergesort", "heapsort", "stable"}

_QUICK_FROM = 1 << 10
"""From this size on, NumPy's quick sort and a look for equal elements take less time than its stable sort."""

_CASES = (
    case((2, 3)),
    case((2, 3), axis=0),
    case((2, 3), axis=None),
    case((5,), descending=True),
    case((3, 2), axis=-2, descending=True),
    case((0, 2), axis=0),
    case((1,)),
)


def _checked(name: str, kind: Any, order: Any, stable: Any) -> None:
    if kind not in _KINDS or order is not None or (stable is not None and kind is not None):
        message = (
            f"{name}: expected kind None, 'quicksort', 'mergesort', 'heapsort' or 'stable', not together with stable=, "
            f"and order=None; got kind={kind!r}, order={order!r}, stable={stable!r}"
        )
        raise ArgumentError(message)


def _general_argsort(
    x: Operand,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    order: None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> Any:
    _checked("argsort", kind, order, stable)
    return argsort(x, axis=axis, descending=descending)


@general(_general_argsort)
@constant(batch=along_axis(none="flat"), distinct=True, cases=_CASES)
def argsort(x: Operand, /, axis: int | None = -1, *, descending: bool = False) -> Any:
    """The places of the elements along an axis in ascending (or descending) order; equal ones stay in their order.

    `kind` and `stable` are taken for NumPy's sake: the order is always the stable one.

    >>> import tensorgraph as tg
    >>> tg.argsort([3.0, 1.0, 3.0], descending=True)
    tensor([0, 2, 1])
    """
    x = np.asarray(x)
    flat, along = (x.reshape(-1), 0) if axis is None else (x, axis)
    if not descending:
        return _stable(flat, along)
    return flat.shape[along] - 1 - np.flip(_stable(np.flip(flat, along), along), along)


def _stable(x: np.ndarray[Any, Any], axis: int) -> Any:
    """The stable permutation that sorts; NumPy's quick one is the same where no two elements are equal."""
    if x.size > _QUICK_FROM and x.dtype.itemsize >= 4:
        places = np.argsort(x, axis)
        ordered = np.moveaxis(np.take_along_axis(x, places, axis), axis, 0)
        if (ordered[1:] > ordered[:-1]).all():
            return places
    return np.argsort(x, axis, kind="stable")


def _general_sort(
    x: Operand,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    order: None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> Any:
    _checked("sort", kind, order, stable)
    return sort(x, axis=axis, descending=descending)


def _sort_vjp(g: Any, x: Any, axis: Any, descending: Any) -> Any:
    return put_back(g, argsort(x, axis=axis, descending=descending), shape=x.shape, axis=axis)


@primitive(
    public=False,
    vjps=(lambda g, z, x, places, shape, axis: take_along_axis(g, places, axis=axis), None),
    jvps=(lambda dx, z, x, places, shape, axis: put_back(dx, places, shape=shape, axis=axis), None),
    cases=(
        case((2, 3), np.array([[2, 0, 1], [0, 1, 2]]), shape=(2, 3), axis=1),
        case((6,), np.array([2, 0, 1, 5, 4, 3]), shape=(2, 3), axis=None),
    ),
)
def put_back(x: Operand, places: Operand, /, shape: Any, axis: int | None = -1) -> Any:
    """The elements along an axis put to their places, a permutation: the inverse of `take_along_axis`."""
    z = np.empty(math.prod(shape) if axis is None else shape, np.asarray(x).dtype)
    np.put_along_axis(z, np.asarray(places), np.asarray(x), 0 if axis is None else axis)
    return z.reshape(shape)


@general(_general_sort)
@primitive(
    batch=along_axis(none="flat"),
    vjps=(lambda g, z, x, axis, descending: _sort_vjp(g, x, axis, descending),),
    jvps=(
        lambda dx, z, x, axis, descending: take_along_axis(dx, argsort(x, axis=axis, descending=descending), axis=axis),
    ),
    distinct=True,
    analytic=False,
    subgradient="the order of equal elements is the stable one",
    cases=_CASES,
)
def sort(x: Operand, /, axis: int | None = -1, *, descending: bool = False) -> Any:
    """The elements along an axis in ascending (or descending) order; without axis, of the ravelled array.

    `kind` and `stable` are taken for NumPy's sake; equal elements get gradients in their order.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: tg.sort(x)[0])(tg.tensor([3.0, 1.0, 2.0]))
    tensor([0., 1., 0.])
    """
    z = np.sort(x, axis)
    return np.flip(z, 0 if axis is None else axis) if descending else z


def _general_argpartition(
    x: Operand, /, kth: Any, axis: int | None = -1, kind: str = "introselect", order: None = None
) -> Any:
    if kind != "introselect" or order is not None:
        message = f"argpartition: expected kind='introselect' and order=None, got {kind!r} and {order!r}"
        raise ArgumentError(message)
    return argpartition(x, kth=kth, axis=axis)


@general(_general_argpartition)
@constant(
    distinct=True, cases=(case((5,), kth=(2,)), case((3, 4), kth=(0, 2), axis=0), case((2, 3), kth=(1,), axis=None))
)
def argpartition(x: Operand, /, kth: Any, axis: int | None = -1) -> Any:
    """The places of the elements along an axis, those due at `kth` there, smaller ones before, others behind."""
    return np.argpartition(np.asarray(x), kth, axis)


@composition()
def partition(x: Operand, /, kth: Any, axis: int | None = -1, kind: str = "introselect", order: None = None) -> Any:
    """The elements along an axis, those due at `kth` there, smaller ones before, others behind.

    >>> import tensorgraph as tg
    >>> tg.partition([3.0, 1.0, 2.0], 0)[0]
    tensor(1.)
    """
    x = as_operand(x)
    if kind != "introselect" or order is not None:
        message = f"partition: expected kind='introselect' and order=None, got {kind!r} and {order!r}"
        raise ArgumentError(message)
    if axis is None:
        x, axis = reshape(x, shape=(-1,)), 0
    return take_along_axis(x, argpartition(x, kth=kth, axis=axis), axis=axis)


@composition()
def sort_complex(x: Operand, /) -> Any:
    """The elements along the last axis in ascending order of real, then imaginary parts, as complex numbers."""
    z = sort(x)
    return z if z.dtype.kind == "c" else z.astype(np.complex64 if z.dtype.char in "bhBHe?" else np.result_type(z, 1j))


@constant(variadic=True, distinct=True, cases=(case([(4,), (4,)]), case([(2, 3), (2, 3)], axis=0)))
def lexsort(keys: Any, /, axis: int = -1) -> Any:
    """The places that sort by the last key first, ties by the key before it, and so on."""
    return np.lexsort(keys, axis)
