"""Cards: cumulative normal and Student distributions (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.domains import POSITIVE, REALS
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand, case
from tensorgraph.ops import jets
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
    partials=(lambda z, x, order: mills(x, order=order + 1),),
    latex=r"\partial^n \frac{\varphi({x})}{\Phi({x})}",
    formula="diff(sqrt(2 / pi) * exp(-x**2 / 2) / erfc(-x / sqrt(2)), x, order)",
    analytic=False,
    public=False,
    cases=(case((3,), order=2),),
)
def mills(x: Operand, /, order: int = 0) -> Any:
    """A helper of rules: the slope h = φ/Φ of ln Φ, or its derivative of the given order.

    h obeys h′ = −h (x + h), which gives its Taylor coefficients one by one. Far to the left x + h cancels; there
    Φ(x) = φ(x) / K with K = t + 1/(t + 2/(t + 3/(t + …))) and t = −x, hence h = t − K′/K.

    Source: NIST Digital Library of Mathematical Functions, §7.9.
    """
    return jets.derivative(_mills, (order, 0), x)


def _mills(degrees: tuple[int, int], x: Any) -> Any:
    out = np.zeros((degrees[0] + 1, 1, x.size))
    left = x < -4
    if left.any():
        t = jets.variable(-x[left], (degrees[0] + 1, 0), -1.0)
        k = jets.continued_fraction(
            t, lambda n: (jets.constant(np.full(t.shape[2:], float(n)), (degrees[0] + 1, 0)), t)
        )
        slope = k[1:] * np.arange(1, degrees[0] + 2).reshape(-1, 1, 1)
        out[..., left] = t[:-1] - jets.divide(slope, k[:-1])
    right = x[~left]
    h = [math.sqrt(2.0 / math.pi) / scipy_special("erfcx", -ROOT_HALF * right)]
    for n in range(degrees[0]):
        square = sum(h[i] * h[n - i] for i in range(n + 1))
        h.append(-(right * h[n] + (h[n - 1] if n else 0.0) + square) / (n + 1))
    out[..., ~left] = np.where(np.isposinf(right), 0.0, np.stack(h)[:, None])
    return out


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
