"""Cards: exponentials, logarithms and the logistic function (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import ABOVE_MINUS_ONE, POSITIVE, REALS, Domain
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.comparison import equal, where
from tensorgraph.ops.forwards import inexact

__all__ = [
    "difference",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logit",
    "sigmoid",
    "xlog1py",
    "xlogy",
]

LN2 = math.log(2.0)
LN10 = math.log(10.0)


@elementwise(partials=(lambda z, x: z,), latex="e^{{x}}", formula="exp(x)")
def exp(x: Operand, /) -> Any:
    """Exponential, eˣ.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.exp)(0.0)
    tensor(1.)
    """
    return np.exp(x)


@elementwise(partials=(lambda z, x: z * LN2,), latex="2^{{x}}", formula="2**x")
def exp2(x: Operand, /) -> Any:
    """Power of two, 2ˣ."""
    return np.exp2(x)


@elementwise(partials=(lambda z, x: exp(x),), latex="e^{{x}} - 1", formula="exp(x) - 1")
def expm1(x: Operand, /) -> Any:
    """eˣ − 1, accurate near 0.

    >>> import tensorgraph as tg
    >>> tg.expm1(1e-20)
    tensor(1.e-20)
    """
    return np.expm1(x)


@elementwise(partials=(lambda z, x: 1 / x,), domain=POSITIVE, latex=r"\ln({x})", formula="log(x)")
def log(x: Operand, /) -> Any:
    """Natural logarithm, ln x; −∞ at 0 and NaN for negative reals."""
    return np.log(x)


@elementwise(partials=(lambda z, x: 1 / (x * LN2),), domain=POSITIVE, latex=r"\log_2({x})", formula="log(x) / log(2)")
def log2(x: Operand, /) -> Any:
    """Logarithm to base 2."""
    return np.log2(x)


@elementwise(
    partials=(lambda z, x: 1 / (x * LN10),), domain=POSITIVE, latex=r"\log_{10}({x})", formula="log(x) / log(10)"
)
def log10(x: Operand, /) -> Any:
    """Logarithm to base 10."""
    return np.log10(x)


@elementwise(partials=(lambda z, x: 1 / (1 + x),), domain=ABOVE_MINUS_ONE, latex=r"\ln(1 + {x})", formula="log(1 + x)")
def log1p(x: Operand, /) -> Any:
    """ln(1 + x), accurate near 0.

    >>> import tensorgraph as tg
    >>> tg.log1p(1e-20)
    tensor(1.e-20)
    """
    return np.log1p(x)


@elementwise(partials=(lambda z, x: z * (1 - z),), latex=r"\sigma({x})", formula="1 / (1 + exp(-x))")
def sigmoid(x: Operand, /) -> Any:
    """Logistic function, σ(x) = 1 / (1 + e^(−x)), without overflow and with full relative accuracy in both tails.

    >>> import tensorgraph as tg
    >>> tg.sigmoid([-1000.0, 0.0, 1000.0])
    tensor([0. , 0.5, 1. ])
    """
    return _sigmoid(x)


@np.errstate(over="ignore")
def _sigmoid(x: Any) -> Any:
    # e^(-x) = ∞ gives 1 / (1 + ∞) = 0, which is right: only the warning is unwanted.
    z = np.negative(inexact(x))
    if type(z) is not np.ndarray:
        return 1 / (1 + np.exp(z))
    np.exp(z, out=z)
    z += 1
    return np.reciprocal(z, out=z)


@elementwise(
    partials=(1, -1),
    latex="{x} - {y}",
    formula="x - y",
    subgradient="1, −1 also where equal infinities meet",
    public=False,
)
def difference(x: Operand, y: Operand, /) -> Any:
    """A helper of rules: x − y, where equal infinities differ by 0."""
    with np.errstate(invalid="ignore"):
        d = np.asarray(np.subtract(x, y))
    if np.isnan(d).any():
        np.copyto(d, 0, where=np.equal(x, y))
    return d


@elementwise(
    partials=(lambda z, x, y: sigmoid(difference(x, y)), lambda z, x, y: sigmoid(difference(y, x))),
    latex=r"\ln(e^{{x}} + e^{{y}})",
    formula="log(exp(x) + exp(y))",
    analytic=False,
    subgradient="½, ½ at two equal infinities",
)
def logaddexp(x: Operand, y: Operand, /) -> Any:
    """ln(eˣ + eʸ) without overflow; ∂/∂x = σ(x − y).

    >>> import tensorgraph as tg
    >>> tg.logaddexp(1000.0, 1000.0)
    tensor(1000.69314718)
    """
    return np.logaddexp(x, y)


@elementwise(
    partials=(lambda z, x, y: sigmoid(LN2 * difference(x, y)), lambda z, x, y: sigmoid(LN2 * difference(y, x))),
    latex=r"\log_2(2^{{x}} + 2^{{y}})",
    formula="log(2**x + 2**y) / log(2)",
    analytic=False,
    subgradient="½, ½ at two equal infinities",
)
def logaddexp2(x: Operand, y: Operand, /) -> Any:
    """log₂(2ˣ + 2ʸ) without overflow."""
    return np.logaddexp2(x, y)


@elementwise(
    partials=(lambda z, x: 1 / (x * (1 - x)),),
    domain=Domain(0.0, 1.0),
    latex=r"\operatorname{logit}({x})",
    formula="log(x / (1 - x))",
)
def logit(x: Operand, /) -> Any:
    """Log odds, ln(x / (1 − x)), the inverse of `sigmoid`: −∞ at 0, 0 at ½, ∞ at 1, NaN outside.

    >>> import tensorgraph as tg
    >>> tg.special.logit([0.5, 1e-300])
    tensor([   0.       , -690.7755279])
    """
    x = inexact(x)
    # Near ½ the quotient is near 1, and its logarithm would lose the digits that 2x − 1 still has.
    central = np.abs(x - 0.5) < 0.25
    with np.errstate(divide="ignore"):
        return np.where(central, 2 * np.arctanh(np.where(central, 2 * x - 1, 0)), np.log(x) - np.log1p(-x))


@elementwise(
    partials=(lambda z, x, y: log(y), lambda z, x, y: _quotient(x, y)),
    domain=(REALS, POSITIVE),
    latex=r"{x} \ln({y})",
    formula="x * log(y)",
    subgradient="∂/∂y is 0 at x = y = 0",
)
def xlogy(x: Operand, y: Operand, /) -> Any:
    """x ln y, and 0 where x is 0, whatever y.

    >>> import tensorgraph as tg
    >>> tg.special.xlogy(0.0, 0.0)
    tensor(0.)
    """
    return _unless_zero(x, y, np.log)


@elementwise(
    partials=(lambda z, x, y: log1p(y), lambda z, x, y: _quotient(x, 1 + y)),
    domain=(REALS, ABOVE_MINUS_ONE),
    latex=r"{x} \ln(1 + {y})",
    formula="x * log(1 + y)",
    subgradient="∂/∂y is 0 at x = 0, y = −1",
)
def xlog1py(x: Operand, y: Operand, /) -> Any:
    """x ln(1 + y), accurate for small y, and 0 where x is 0, whatever y."""
    return _unless_zero(x, y, np.log1p)


def _unless_zero(x: Any, y: Any, logarithm: Any) -> Any:
    zero = np.equal(x, 0) & ~np.isnan(y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.multiply(x, logarithm(np.where(zero, np.ones_like(y), y)))


def _quotient(x: Any, y: Any) -> Any:
    return x / where(equal(x, 0), where(equal(y, 0), 1, y), y)
