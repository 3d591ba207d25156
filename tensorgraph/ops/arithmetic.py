"""Cards: arithmetic, square and roots, absolute values (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.domains import NONZERO, POSITIVE, REALS
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.comparison import equal, where

__all__ = [
    "abs",
    "add",
    "cbrt",
    "divide",
    "fabs",
    "hypot",
    "multiply",
    "negative",
    "positive",
    "reciprocal",
    "sqrt",
    "square",
    "subtract",
]


@elementwise(partials=(1, 1), latex="{x} + {y}", formula="x + y")
def add(x: Operand, y: Operand, /) -> Any:
    """Sum, x + y."""
    return np.add(x, y)


@elementwise(partials=(1, -1), latex="{x} - {y}", formula="x - y")
def subtract(x: Operand, y: Operand, /) -> Any:
    """Difference, x − y."""
    return np.subtract(x, y)


@elementwise(partials=(lambda z, x, y: y, lambda z, x, y: x), latex=r"{x} \, {y}", formula="x * y")
def multiply(x: Operand, y: Operand, /) -> Any:
    """Product element by element, x · y."""
    return np.multiply(x, y)


@elementwise(
    partials=(lambda z, x, y: reciprocal(y), lambda z, x, y: -z / y),
    domain=(REALS, NONZERO),
    latex=r"\frac{{x}}{{y}}",
    formula="x / y",
)
def divide(x: Operand, y: Operand, /) -> Any:
    """Quotient, x / y; integers give floats."""
    return np.divide(x, y)


@elementwise(partials=(-1,), latex="-{x}", formula="-x")
def negative(x: Operand, /) -> Any:
    """The value with its sign turned, −x."""
    return np.negative(x)


@elementwise(partials=(1,), latex="{x}", formula="x")
def positive(x: Operand, /) -> Any:
    """The value itself, +x."""
    return np.positive(x)


@elementwise(partials=(lambda z, x: -z * z,), domain=NONZERO, latex=r"\frac{1}{{x}}", formula="1 / x")
def reciprocal(x: Operand, /) -> Any:
    """One over x, 1/x; of integers a float, unlike NumPy's truncated integer.

    >>> import tensorgraph as tg
    >>> tg.reciprocal(4)
    tensor(0.25)
    """
    return np.divide(1, x)


@elementwise(partials=(lambda z, x: 2 * x,), latex="{x}^2", formula="x**2")
def square(x: Operand, /) -> Any:
    """The square, x²."""
    return np.square(x)


@elementwise(
    partials=(lambda z, x: 0.5 / z,),
    domain=POSITIVE,
    latex=r"\sqrt{{x}}",
    formula="sqrt(x)",
    subgradient="∞ at 0, as is the limit; norms and std, which contain a root, give 0 there",
)
def sqrt(x: Operand, /) -> Any:
    """The non-negative square root, √x; NaN for negative reals."""
    return np.sqrt(x)


@elementwise(
    partials=(lambda z, x: 1 / (3 * square(z)),),
    domain=NONZERO,
    latex=r"\sqrt[3]{{x}}",
    formula="real_root(x, 3)",
    analytic=False,
)
def cbrt(x: Operand, /) -> Any:
    """The real cube root, ∛x, of negative values too."""
    return np.cbrt(x)


def _over(x: Any, y: Any) -> Any:
    """x / y, and 0 at 0 / 0: the subgradient of a norm at its corner, without a NaN on the way at any order."""
    return x / where(equal(y, 0), 1, y)


@elementwise(
    partials=(_over,),
    domain=NONZERO,
    latex=r"\left|{x}\right|",
    formula="Abs(x)",
    analytic=False,
    subgradient="0 at 0",
    numpy=np.abs,
)
def abs(x: Operand, /) -> Any:
    """Absolute value, |x|; of complex numbers the modulus, whose gradient is |x| / x = x̄ / |x|; 0 at 0."""
    return np.abs(x)


@elementwise(
    partials=(_over,),
    domain=NONZERO,
    latex=r"\left|{x}\right|",
    formula="Abs(x)",
    analytic=False,
    subgradient="0 at 0",
)
def fabs(x: Operand, /) -> Any:
    """Absolute value as a float, |x|; complex operands raise, as in NumPy."""
    return np.fabs(x)


@elementwise(
    partials=(lambda z, x, y: _over(x, z), lambda z, x, y: _over(y, z)),
    domain=(NONZERO, NONZERO),
    latex=r"\sqrt{{x}^2 + {y}^2}",
    formula="sqrt(x**2 + y**2)",
    analytic=False,
    subgradient="0, 0 at (0, 0)",
)
def hypot(x: Operand, y: Operand, /) -> Any:
    """The hypotenuse √(x² + y²), without overflow in between."""
    return np.hypot(x, y)
