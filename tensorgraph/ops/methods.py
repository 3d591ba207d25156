"""Methods of Tensor that follow from no card, or not from its name alone (floor 2); bound by `operators.py`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.tensor import Tensor, as_array
from tensorgraph.errors import MutationError
from tensorgraph.ops import interchange
from tensorgraph.ops.at import At
from tensorgraph.ops.choosing import compress
from tensorgraph.ops.indexing import BASIC, getitem, read
from tensorgraph.ops.layout import reshape, transpose
from tensorgraph.ops.rounding import floor_divide, remainder
from tensorgraph.ops.writing import write

__all__ = ["METHODS"]

_basic = getitem.function
_all_basic = BASIC.issuperset


def _getitem(self: Tensor, index: Any, /) -> Tensor:
    """The elements that an index names; integers, slices, None, ..., integer and boolean arrays, as in NumPy."""
    kind = type(index)
    if kind in BASIC or (kind is tuple and _all_basic(map(type, index))):
        return _basic(self, index)
    return read(self, index)


def _spread(function: Callable[..., Any], *, none: bool) -> Callable[..., Any]:
    """A method that also takes its tuple as separate arguments; `none` says whether it may be left out."""

    @functools.wraps(function)
    def method(self: Tensor, /, *items: Any, **keywords: Any) -> Any:
        if len(items) == 1 and type(items[0]) is not int and (items[0] is None or isinstance(items[0], Iterable)):
            (items,) = items
        elif not items and (keywords or none):
            return function(self, **keywords)
        return function(self, items, **keywords)

    return method


def _compress(self: Tensor, condition: Any, axis: int | None = None, out: None = None) -> Tensor:
    """The slices along an axis where a condition holds; see `tg.compress`."""
    return compress.function(condition, self, axis, out)  # type: ignore[no-any-return]


def _contains(self: Tensor, value: Any) -> bool:
    return bool((as_array(self) == as_array(value)).any())


def _divmod(self: Tensor, other: Any) -> tuple[Tensor, Tensor]:
    return floor_divide.function(self, other), remainder.function(self, other)


def _rdivmod(self: Tensor, other: Any) -> tuple[Tensor, Tensor]:
    return floor_divide.function(other, self), remainder.function(other, self)


def _fill(self: Tensor, value: Any) -> None:
    """Write one value everywhere, into a tensor that stands in no graph, as `t[...] = value` does."""
    self[...] = value


def _put(self: Tensor, indices: Any, values: Any, mode: Any = "raise") -> None:
    """Write values at places of the ravelled tensor, if it stands in no graph; else see `t.ravel().at[i].set(v)`."""
    data = as_array(self).copy()
    np.put(data, as_array(indices), as_array(values), mode)
    self[...] = data


def _resize(self: Tensor, *new_shape: Any, refcheck: bool = True) -> None:  # noqa: ARG001 - ndarray's signature
    """Refused: ndarray.resize changes the shape in place."""
    message = (
        f"{describe(self)} cannot change its shape in place; tg.resize(t, shape) gives a tensor that repeats the "
        "elements of t, tg.pad one with zeros around them"
    )
    raise MutationError(message)


def _in_place_order(name: str) -> Any:
    def refuse(self: Tensor, *_: Any, **__: Any) -> None:
        message = f"ndarray.{name} works in place, and {describe(self)} cannot change; tg.{name}(t) gives a new tensor"
        raise MutationError(message)

    refuse.__name__ = name
    refuse.__doc__ = f"Refused: ndarray.{name} changes the order in place; `tg.{name}(t)` gives a new tensor."
    return refuse


def _tobytes(self: Tensor, order: Any = "C") -> bytes:
    """The elements as raw bytes."""
    return as_array(self).tobytes(order)


METHODS: dict[str, Any] = {
    "__array_namespace__": interchange.array_namespace,
    "__contains__": _contains,
    "__divmod__": _divmod,
    "__dlpack__": interchange.dlpack,
    "__dlpack_device__": interchange.dlpack_device,
    "__getitem__": _getitem,
    "__rdivmod__": _rdivmod,
    "__setitem__": write,
    "at": property(At, doc="Index it to name a place, as in t.at[i].set(v): a changed copy."),
    "compress": _compress,
    "device": property(interchange.device),
    "fill": _fill,
    "partition": _in_place_order("partition"),
    "put": _put,
    "resize": _resize,
    "reshape": _spread(reshape.function, none=False),
    "sort": _in_place_order("sort"),
    "to_device": interchange.to_device,
    "tobytes": _tobytes,
    "transpose": _spread(transpose.function, none=True),
}
"""By name: functions and properties."""
