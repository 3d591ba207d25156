"""Cards: cumulative normal and Student distributions (floor 2)."""

from __future__ import annotations

import math
from typing import Any

from tensorgraph.core.composition import composition
from tensorgraph.core.domains import POSITIVE, REALS
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.arithmetic import square
from tensorgraph.ops.backend import scipy_special
from tensorgraph.ops.error_function import erfc
from tensorgraph.ops.gamma_function import betaln
from tensorgraph.ops.incomplete_beta import beta_density, betainc_derivative
from tensorgraph.ops.rounding import sign
from tensorgraph.ops.transcendental import exp, log, log1p

__all__ = ["log_ndtr", "mills", "ndtr", "stdtr"]

ROOT_HALF = math.sqrt(0.5)


@composition()
def ndtr(x: Operand, /) -> Any:
    """Cumulative distribution of the standard normal, Φ(x) = ½ erfc(−x/√2).

    >>> import tensorgraph as tg
    >>> tg.special.ndtr(0.0)
    tensor(0.5)
    """
    return 0.5 * erfc(-ROOT_HALF * x)


@elementwise(
    partials=(lambda z, x: mills(x),), latex=r"\ln\Phi({x})", formula="log(erfc(-x / sqrt(2)) / 2)", analytic=False
)
def log_ndtr(x: Operand, /) -> Any:
    """ln Φ(x), accurate in both tails; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.log_ndtr(-1000.0)
    tensor(-500007.82669481)
    """
    return scipy_special("log_ndtr", x)


@elementwise(
    partials=(lambda z, x: -z * (x + z),),
    latex=r"\frac{\varphi({x})}{\Phi({x})}",
    formula="sqrt(2 / pi) * exp(-x**2 / 2) / erfc(-x / sqrt(2))",
    analytic=False,
    public=False,
)
def mills(x: Operand, /) -> Any:
    """A helper of rules: φ(x)/Φ(x), the slope of ln Φ."""
    return math.sqrt(2.0 / math.pi) / scipy_special("erfcx", -ROOT_HALF * x)


@elementwise(
    partials=(lambda z, df, x: _shape_slope(df, x), lambda z, df, x: _density(df, x)),
    domain=(POSITIVE, REALS.without(0.0)),
    latex="F_{{df}}({x})",
    analytic=False,
)
def stdtr(df: Operand, x: Operand, /) -> Any:
    """Cumulative distribution of Student's t with `df` > 0 degrees of freedom; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.stdtr(1.0, 1.0)
    tensor(0.75)
    """
    return scipy_special("stdtr", df, x)


def _density(df: Any, x: Any) -> Any:
    return exp(-(df + 1) / 2 * log1p(square(x) / df) - betaln(0.5, df / 2) - 0.5 * log(df))


def _shape_slope(df: Any, x: Any) -> Any:
    # F = ½ + ½ sgn(x) I_y(½, df/2) with y = x²/(df + x²).
    total = df + square(x)
    y = square(x) / total
    bent = betainc_derivative(0.5, df / 2, y, orders=(0, 1)) / 2
    # The density at y is singular at 0 as y^(−½), which the factor dy/d df = −y/total takes away.
    moved = beta_density(1.5, df / 2, y) * exp(betaln(1.5, df / 2) - betaln(0.5, df / 2)) / total
    return sign(x) / 2 * (bent - moved)
