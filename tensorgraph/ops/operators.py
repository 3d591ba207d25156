"""Binds the operators and the methods of ndarray to Tensor, and the operators to Symbol, each to its card (floor 2).

The operators are Python's own fixed set. The methods follow from the cards: an op or composition that has the name of
an ndarray method is one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tensorgraph.core import protocols  # noqa: F401 - binds NumPy's protocols
from tensorgraph.core.op import COMPOSITIONS, OPS, Op
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor
from tensorgraph.core.wrapper import operator
from tensorgraph.ops import interchange
from tensorgraph.ops.at import At
from tensorgraph.ops.choosing import compress
from tensorgraph.ops.indexing import BASIC, getitem, read

__all__ = ["bind_all"]

UNARY = {"neg": "negative", "pos": "positive", "abs": "abs", "invert": "bitwise_invert"}
REFLECTED = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
}
COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
SPREAD = frozenset({"reshape", "transpose"})
"""Methods that also take their tuple as separate arguments: t.reshape(2, 3), t.transpose(1, 0)."""


def _compress(self: Tensor, condition: Any, axis: int | None = None, out: None = None) -> Tensor:
    """The slices along an axis where a condition holds; see `tg.compress`."""
    return compress.function(condition, self, axis, out)  # type: ignore[no-any-return]


METHODS: dict[str, Any] = {
    "__array_namespace__": interchange.array_namespace,
    "__dlpack__": interchange.dlpack,
    "__dlpack_device__": interchange.dlpack_device,
    "at": property(At, doc="Index it to name a place, as in t.at[i].set(v): a changed copy."),
    "compress": _compress,
    "device": property(interchange.device),
    "to_device": interchange.to_device,
}
"""Attributes that follow from no card, or not from its name alone."""


def bind_all() -> None:
    """Bind everything; called once, when all cards are there."""
    for short, name in UNARY.items():
        _bind(f"__{short}__", OPS[name])
    for short, name in (REFLECTED | COMPARISONS).items():
        _bind(f"__{short}__", OPS[name])
    for short, name in REFLECTED.items():
        _bind(f"__r{short}__", OPS[name], reflected=True)
    for name, function in {n: f.function for n, f in (OPS | COMPOSITIONS).items()}.items():
        if callable(getattr(np.ndarray, name, None)) and not hasattr(Tensor, name):
            setattr(Tensor, name, _spread(function) if name in SPREAD else function)
    for name, method in METHODS.items():
        setattr(Tensor, name, method)
    Tensor.__getitem__ = _getitem  # type: ignore[assignment, method-assign]
    Tensor.T = property(OPS["transpose"].function, doc="All axes in reverse order.")  # type: ignore[attr-defined]
    Tensor.mT = property(OPS["matrix_transpose"].function, doc="The last two axes swapped.")  # type: ignore[attr-defined]
    Tensor.real = property(OPS["real"].function, doc="The real part.")  # type: ignore[attr-defined]
    Tensor.imag = property(OPS["imag"].function, doc="The imaginary part.")  # type: ignore[attr-defined]
    Tensor.conjugate = OPS["conj"].function  # type: ignore[attr-defined]


def _bind(method: str, op: Op[Any], *, reflected: bool = False) -> None:
    setattr(Tensor, method, operator(op, method, reflected=reflected))
    if method not in {"__eq__", "__ne__"}:
        setattr(Symbol, method, (lambda a, b: op(b, a)) if reflected else lambda *xs: op(*xs))


_basic = getitem.function
_all_basic = BASIC.issuperset


def _getitem(self: Tensor, index: Any, /) -> Tensor:
    """The elements that an index names; integers, slices, None, ..., integer and boolean arrays, as in NumPy."""
    kind = type(index)
    if kind in BASIC or (kind is tuple and _all_basic(map(type, index))):
        return _basic(self, index)
    return read(self, index)


def _spread(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def method(self: Tensor, /, *items: Any, **keywords: Any) -> Any:
        if len(items) == 1 and type(items[0]) is not int and (items[0] is None or isinstance(items[0], Iterable)):
            (items,) = items
        elif not items and (keywords or function is OPS["transpose"].function):
            return function(self, **keywords)
        return function(self, items, **keywords)

    return method
