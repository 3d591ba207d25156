"""Binds the operators and the methods of ndarray to Tensor, and the operators to Symbol, each to its card (floor 2).

The operators are Python's own fixed set. The methods follow from the cards: an op or composition that has the name of
an ndarray method is one; `methods.py` holds the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core import protocols  # noqa: F401 - binds NumPy's protocols
from tensorgraph.core.op import COMPOSITIONS, OPS, Op
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor
from tensorgraph.core.wrapper import operator
from tensorgraph.ops.methods import METHODS

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
            setattr(Tensor, name, function)
    for name, method in METHODS.items():
        setattr(Tensor, name, method)
    Tensor.T = property(OPS["transpose"].function, doc="All axes in reverse order.")  # type: ignore[attr-defined]
    Tensor.mT = property(OPS["matrix_transpose"].function, doc="The last two axes swapped.")  # type: ignore[attr-defined]
    Tensor.real = property(OPS["real"].function, doc="The real part.")  # type: ignore[attr-defined]
    Tensor.imag = property(OPS["imag"].function, doc="The imaginary part.")  # type: ignore[attr-defined]
    Tensor.conjugate = OPS["conj"].function  # type: ignore[attr-defined]


def _bind(method: str, op: Op[Any], *, reflected: bool = False) -> None:
    setattr(Tensor, method, operator(op, method, reflected=reflected))
    if method not in {"__eq__", "__ne__"}:
        # A lambda, as only functions become methods.
        setattr(Symbol, method, (lambda a, b: op(b, a)) if reflected else lambda *xs: op(*xs))  # noqa: PLW0108
