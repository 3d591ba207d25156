"""What users may hand to an op, brought into the few forms that forwards and rules know (floor 1).

An operand becomes a Tensor, an ndarray of numbers or a Python/NumPy scalar (Python scalars stay as they are: they are
weak, as in NEP 50). Static parameters with a conventional name (`axis`, `shape`, `dtype` …) take one hashable
form, so that what the graph keeps of them cannot change.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch
from tensorgraph.core.describe import kind
from tensorgraph.core.op import Op
from tensorgraph.core.reading import NUMERIC
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor, as_array
from tensorgraph.errors import ArgumentError, CoercionError, DtypeError, TensorgraphError

__all__ = ["GUESTS", "NORMALISERS", "freeze", "lift", "lift_all", "lift_or_decline", "own"]

SCALARS = frozenset((bool, int, float, complex))
GUESTS = frozenset((Batch, Symbol))
"""Operands that no forward computes on: `core/batching.py` hosts them."""


def lift(x: Any, op: Op[Any]) -> Any:
    """An operand that is not a Tensor: a scalar as it is, anything else as a numeric ndarray."""
    kind_of_x = type(x)
    if kind_of_x in SCALARS:
        return x
    if (kind_of_x is np.ndarray or isinstance(x, np.generic)) and x.dtype.kind in NUMERIC and x.dtype.isnative:
        return x
    if isinstance(x, Tensor):
        return x
    if x is None or isinstance(x, str | bytes | dict | set):
        message = f"{op.name}: expected an array, a Tensor or a number, got {kind(x)}"
        raise DtypeError(message)
    try:
        return as_array(x)
    except CoercionError:
        raise
    except TensorgraphError as error:
        message = f"{op.name}: {error}"
        raise type(error)(message) from None


def lift_or_decline(x: Any, op: Op[Any]) -> Any:
    """As `lift`, for operators: NotImplemented for what is no array, so that Python asks the other operand."""
    if isinstance(x, bool | int | float | complex | np.ndarray | np.generic | list | tuple):
        return lift(x, op)
    return as_array(x) if hasattr(x, "__array__") and not hasattr(x, "__array_priority__") else NotImplemented


def lift_all(xs: Any, op: Op[Any]) -> tuple[tuple[Any, ...], list[Any], bool | None]:
    """The operands of a variadic op, their values, and whether one requires a gradient (None: there is a guest)."""
    if type(xs) is not tuple and type(xs) is not list and (not isinstance(xs, Iterable) or isinstance(xs, str | bytes)):
        message = f"{op.name}: expected a sequence of arrays, got {kind(xs)}"
        raise DtypeError(message)
    operands = tuple([x if type(x) is Tensor or type(x) in GUESTS else lift(x, op) for x in xs])
    values = [x._data if type(x) is Tensor else x for x in operands]
    tracked = False
    for x in operands:
        if type(x) is Tensor:
            tracked = tracked or x._requires
        elif type(x) in GUESTS:
            return operands, values, None
    return operands, values, tracked


def freeze(x: Any) -> Any:
    """What the graph keeps of an operand: a private copy of an array that somebody else could write to."""
    if type(x) is not np.ndarray:
        return x
    if not x.flags.writeable and x.base is None:
        return x
    frozen = x.copy()
    frozen.flags.writeable = False
    return frozen


def own(data: np.ndarray[Any, Any], *values: Any) -> np.ndarray[Any, Any]:
    """A result that is no view of a constant operand, which somebody else could write to."""
    return data.copy() if data.base is not None or any(data is value for value in values) else data


def _fix_axis(axis: Any, op: Op[Any], parameter: str = "axis") -> Any:
    if type(axis) is tuple and _all_integers(map(type, axis)):
        return axis
    if isinstance(axis, Tensor | np.ndarray):
        axis = axis.tolist()
    if isinstance(axis, Iterable) and not isinstance(axis, str | bytes):
        return tuple(_integer(a, parameter, op) for a in axis)
    return _integer(axis, parameter, op)


def _fix_kth(kth: Any, op: Op[Any]) -> Any:
    return tuple(_integer(k, "kth", op) for k in np.ravel(kth))


def _fix_shape(shape: Any, op: Op[Any]) -> Any:
    if type(shape) is tuple and _all_integers(map(type, shape)):
        return shape
    if isinstance(shape, Iterable) and not isinstance(shape, str | bytes):
        return tuple(_integer(n, "shape", op) for n in shape)
    return (_integer(shape, "shape", op),)


def _fix_dtype(dtype: Any, op: Op[Any]) -> np.dtype[Any]:
    try:
        fixed: np.dtype[Any] = np.dtype(dtype).newbyteorder("=")
    except TypeError as error:
        message = f"{op.name}: dtype={dtype!r} is no dtype"
        raise DtypeError(message) from error
    if fixed.kind not in NUMERIC:
        message = f"{op.name}: expected a numeric dtype, got {fixed}"
        raise DtypeError(message)
    return fixed


def _integer(value: Any, parameter: str, op: Op[Any]) -> int:
    try:
        return operator.index(value)
    except TypeError:
        message = f"{op.name}: {parameter} takes integers, got {value!r}"
        raise ArgumentError(message) from None


_NONE = type(None)
_all_integers = frozenset((int,)).issuperset

NORMALISERS: dict[str, tuple[frozenset[type], Callable[[Any, Op[Any]], Any]]] = {
    "axis": (frozenset((int, _NONE)), _fix_axis),
    "axes": (frozenset((_NONE,)), _fix_axis),
    "shape": (frozenset(()), _fix_shape),
    "reps": (frozenset((int,)), lambda reps, op: _fix_axis(reps, op, "reps")),
    "shift": (frozenset((int,)), lambda shift, op: _fix_axis(shift, op, "shift")),
    "window_shape": (frozenset((int,)), _fix_shape),
    "dtype": (frozenset((_NONE,)), _fix_dtype),
    "kth": (frozenset((int,)), _fix_kth),
}
"""By the name of a static parameter: the types that need no fixing, and the fixer."""
