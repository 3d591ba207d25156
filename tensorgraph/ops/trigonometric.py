"""Cards: trigonometric and hyperbolic functions and their inverses (floor 2).

Rules take 1 − x², which cancels near ±1, as the product (1 − x)(1 + x), and avoid squares that overflow: √(1 + x²) is
the cosh of arsinh x. On a branch cut the sign of a zero says which side is meant, and 1 + x loses it (0 + −0 = 0),
while x − (−1) keeps it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import ABOVE_ONE, NONZERO, REALS, UNIT, Domain
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.arithmetic import sqrt

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "degrees",
    "over_square_norm",
    "radians",
    "sin",
    "sinh",
    "tan",
    "tanh",
]


@elementwise(partials=(lambda z, x: cos(x),), latex=r"\sin({x})", formula="sin(x)")
def sin(x: Operand, /) -> Any:
    """Sine of an angle in radians."""
    return np.sin(x)


@elementwise(partials=(lambda z, x: -sin(x),), latex=r"\cos({x})", formula="cos(x)")
def cos(x: Operand, /) -> Any:
    """Cosine of an angle in radians."""
    return np.cos(x)


@elementwise(
    partials=(lambda z, x: 1 + z**2,), domain=Domain(-math.pi / 2, math.pi / 2), latex=r"\tan({x})", formula="tan(x)"
)
def tan(x: Operand, /) -> Any:
    """Tangent of an angle in radians; singular at π/2 + kπ."""
    return np.tan(x)


@elementwise(partials=(lambda z, x: 1 / _cosine_of_arcsin(x),), domain=UNIT, latex=r"\arcsin({x})", formula="asin(x)")
def arcsin(x: Operand, /) -> Any:
    """Inverse sine, an angle from −π/2 to π/2; NaN for reals outside [−1, 1], slope ∞ at ±1."""
    return np.arcsin(x)


@elementwise(partials=(lambda z, x: -1 / _cosine_of_arcsin(x),), domain=UNIT, latex=r"\arccos({x})", formula="acos(x)")
def arccos(x: Operand, /) -> Any:
    """Inverse cosine, an angle from 0 to π; NaN for reals outside [−1, 1], slope −∞ at ±1."""
    return np.arccos(x)


def _cosine_of_arcsin(x: Any) -> Any:
    """√(1 − x²)."""
    return sqrt(-(x - 1) * (x - (-1))) if _is_complex(x) else sqrt((1 - x) * (1 + x))


def _is_complex(x: Any) -> bool:
    dtype = getattr(x, "dtype", None)
    return dtype is not None and dtype.kind == "c"


@elementwise(partials=(lambda z, x: 1 / (1 + x**2),), latex=r"\arctan({x})", formula="atan(x)")
def arctan(x: Operand, /) -> Any:
    """Inverse tangent, an angle from −π/2 to π/2."""
    return np.arctan(x)


@elementwise(
    partials=(lambda z, y, x: over_square_norm(x, y, x), lambda z, y, x: -over_square_norm(y, y, x)),
    domain=(NONZERO, NONZERO),
    latex=r"\operatorname{atan2}({y}, {x})",
    formula="atan2(y, x)",
    analytic=False,
    subgradient="0, 0 at the origin",
)
def arctan2(y: Operand, x: Operand, /) -> Any:
    """Angle of the point (x, y) from the positive x axis, from −π to π.

    ∂/∂y = x / (x² + y²) and ∂/∂x = −y / (x² + y²), without overflow; 0 at the origin.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.arctan2, argnums=(0, 1))(0.0, 0.0)
    (tensor(0.), tensor(0.))
    """
    return np.arctan2(y, x)


@elementwise(
    partials=(
        lambda z, side, y, x: over_square_norm(1, y, x),
        lambda z, side, y, x: -2 * z * over_square_norm(y, y, x),
        lambda z, side, y, x: -2 * z * over_square_norm(x, y, x),
    ),
    domain=(REALS, NONZERO, NONZERO),
    latex=r"\frac{{side}}{{x}^2 + {y}^2}",
    formula="side / (x**2 + y**2)",
    analytic=False,
    subgradient="0 at the origin",
    public=False,
)
def over_square_norm(side: Operand, y: Operand, x: Operand, /) -> Any:
    """A helper of rules: side / (x² + y²), also where the squares overflow or underflow, and 0 at the origin."""
    y, x = _floating(y), _floating(x)
    with np.errstate(all="ignore"):
        total = np.asarray(x * x + y * y)
        z = side / total
        limits = np.finfo(total.dtype)
        least = limits.tiny / limits.eps
        if total.size and not (least <= total.min() and total.max() < np.inf):
            # Where the squares have lost digits, or all of them, the norm itself is divided by twice.
            r = np.hypot(x, y)
            z = np.where((total < least) | np.isinf(total), np.where(r == 0, 0, side / r / r), z)
    return z


def _floating(x: Any) -> Any:
    """x, as a float if it is an array of integers, whose squares wrap around."""
    return x.astype(np.float64) if hasattr(x, "dtype") and x.dtype.kind in "biu" else x


@elementwise(partials=(lambda z, x: cosh(x),), latex=r"\sinh({x})", formula="sinh(x)")
def sinh(x: Operand, /) -> Any:
    """Hyperbolic sine, (eˣ − e⁻ˣ) / 2."""
    return np.sinh(x)


@elementwise(partials=(lambda z, x: sinh(x),), latex=r"\cosh({x})", formula="cosh(x)")
def cosh(x: Operand, /) -> Any:
    """Hyperbolic cosine, (eˣ + e⁻ˣ) / 2."""
    return np.cosh(x)


@elementwise(partials=(lambda z, x: 1 - z**2,), latex=r"\tanh({x})", formula="tanh(x)")
def tanh(x: Operand, /) -> Any:
    """Hyperbolic tangent, sinh x / cosh x.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.tanh)(0.0)
    tensor(1.)
    """
    return np.tanh(x)


@elementwise(partials=(lambda z, x: 1 / cosh(z),), latex=r"\operatorname{arsinh}({x})", formula="asinh(x)")
def arcsinh(x: Operand, /) -> Any:
    """Inverse hyperbolic sine, ln(x + √(x² + 1))."""
    return np.arcsinh(x)


@elementwise(
    partials=(lambda z, x: 1 / sinh(z),),
    domain=ABOVE_ONE,
    latex=r"\operatorname{arcosh}({x})",
    formula="acosh(x)",
)
def arccosh(x: Operand, /) -> Any:
    """Inverse hyperbolic cosine, ln(x + √(x² − 1)) ≥ 0; NaN for reals below 1, slope ∞ at 1."""
    return np.arccosh(x)


@elementwise(
    partials=(lambda z, x: 1 / ((1 - x) * (1 + x)),),
    domain=UNIT,
    latex=r"\operatorname{artanh}({x})",
    formula="atanh(x)",
)
def arctanh(x: Operand, /) -> Any:
    """Inverse hyperbolic tangent, ½ ln((1 + x) / (1 − x)); ±∞ at ±1, NaN for reals outside."""
    return np.arctanh(x)


@elementwise(
    partials=(180 / math.pi,),
    latex=r"\frac{180}{\pi} \, {x}",
    formula="180 * x / pi",
    analytic=False,
    numpy=(np.degrees, np.rad2deg),
)
def degrees(x: Operand, /) -> Any:
    """An angle in radians brought to degrees, 180 x / π."""
    return np.degrees(x)


@elementwise(
    partials=(math.pi / 180,),
    latex=r"\frac{\pi}{180} \, {x}",
    formula="pi * x / 180",
    analytic=False,
    numpy=(np.radians, np.deg2rad),
)
def radians(x: Operand, /) -> Any:
    """An angle in degrees brought to radians, π x / 180."""
    return np.radians(x)
