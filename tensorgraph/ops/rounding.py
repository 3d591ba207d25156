"""Cards: signs, rounding and remainders (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.composition import composition
from tensorgraph.core.domains import NONZERO, Domain
from tensorgraph.core.families import constant, elementwise, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.arithmetic import abs, subtract
from tensorgraph.ops.comparison import equal, where

__all__ = [
    "ceil",
    "copysign",
    "fix",
    "floor",
    "floor_divide",
    "fmod",
    "ldexp",
    "modf",
    "remainder",
    "rint",
    "round",
    "sign",
    "signbit",
    "trunc",
]

BETWEEN_INTEGERS = Domain(-0.5, 1.5).kinked(0.0, 1.0)
"""A piece of the line with the steps of rounding in sight."""

_FLAT = "0 everywhere, at the steps too"


def _turned(dx: Any, z: Any, x: Any) -> Any:
    """d(x/|x|) of a complex number: what of dx turns it, dx − z Re(z̄ dx), over |x|; nothing for a real one."""
    if x.dtype.kind != "c":
        return None
    radius = where(equal(x, 0), 1, abs(x))
    return where(equal(x, 0), 0, (dx - z * z * dx.conj()) / (2 * radius))


def _turned_back(g: Any, z: Any, x: Any) -> Any:
    if x.dtype.kind != "c":
        return None
    radius = where(equal(x, 0), 1, abs(x))
    return where(equal(x, 0), 0, (g - (g * z * z).conj()) / (2 * radius))


@primitive(
    batch=aligned,
    vjps=(_turned_back,),
    jvps=(_turned,),
    cases=(case((2, 3)), case(()), case((0,))),
    domain=NONZERO,
    latex=r"\operatorname{sgn} {x}",
    analytic=False,
    subgradient="0 at 0",
)
def sign(x: Operand, /) -> Any:
    """−1, 0 or 1; of complex numbers x / |x|, and 0 at 0."""
    return np.sign(x)


@elementwise(
    partials=(0,),
    domain=BETWEEN_INTEGERS,
    latex=r"\lfloor {x} \rfloor",
    formula="floor(x)",
    analytic=False,
    subgradient=_FLAT,
)
def floor(x: Operand, /) -> Any:
    """The largest integer that is not above x, ⌊x⌋."""
    return np.floor(x)


@elementwise(
    partials=(0,),
    domain=BETWEEN_INTEGERS,
    latex=r"\lceil {x} \rceil",
    formula="ceiling(x)",
    analytic=False,
    subgradient=_FLAT,
)
def ceil(x: Operand, /) -> Any:
    """The smallest integer that is not below x, ⌈x⌉."""
    return np.ceil(x)


@elementwise(
    partials=(0,), domain=BETWEEN_INTEGERS, latex=r"\operatorname{trunc} {x}", analytic=False, subgradient=_FLAT
)
def trunc(x: Operand, /) -> Any:
    """The integer part of x, towards zero."""
    return np.trunc(x)


@elementwise(partials=(0,), domain=BETWEEN_INTEGERS, latex=r"\operatorname{fix} {x}", analytic=False, subgradient=_FLAT)
def fix(x: Operand, /) -> Any:
    """The integer part of x, towards zero; NumPy's older name of `trunc`."""
    return np.trunc(x)


@elementwise(
    partials=(0,),
    domain=Domain(-1.0, 1.0).kinked(-0.5, 0.5),
    latex=r"\operatorname{rint} {x}",
    analytic=False,
    subgradient=_FLAT,
)
def rint(x: Operand, /) -> Any:
    """The nearest integer; halves go to the even one."""
    return np.rint(x)


@elementwise(
    partials=(0,),
    domain=Domain(-1.0, 1.0).kinked(-0.5, 0.5),
    latex=r"\operatorname{round} {x}",
    analytic=False,
    subgradient=_FLAT,
    numpy=(np.round, np.around),
    cases=(case((2, 3)), case((), decimals=0)),
)
def round(x: Operand, /, decimals: int = 0) -> Any:
    """x rounded to a number of decimals; halves go to the even digit."""
    return np.round(x, decimals)


@elementwise(
    partials=(0, 0),
    domain=(Domain(6.6, 7.9), Domain(4.5, 5.7)),
    latex=r"\left\lfloor \frac{{x}}{{y}} \right\rfloor",
    formula="floor(x / y)",
    analytic=False,
    subgradient=_FLAT,
)
def floor_divide(x: Operand, y: Operand, /) -> Any:
    """The quotient rounded down, ⌊x / y⌋."""
    return np.floor_divide(x, y)


@elementwise(
    partials=(1, lambda z, x, y: -floor_divide(x, y)),
    domain=(Domain(6.6, 7.9), Domain(4.5, 5.7)),
    latex=r"{x} \bmod {y}",
    formula="x - y * floor(x / y)",
    analytic=False,
    subgradient="as inside the pieces: ∂/∂x = 1, ∂/∂y = −⌊x/y⌋",
)
def remainder(x: Operand, y: Operand, /) -> Any:
    """The remainder x − y ⌊x / y⌋, with the sign of y."""
    return np.remainder(x, y)


@elementwise(
    partials=(1, lambda z, x, y: -trunc(x / y)),
    domain=(Domain(6.6, 7.9), Domain(4.5, 5.7)),
    latex=r"\operatorname{fmod}\left({x}, {y}\right)",
    analytic=False,
    subgradient="as inside the pieces: ∂/∂x = 1, ∂/∂y = −trunc(x/y)",
)
def fmod(x: Operand, y: Operand, /) -> Any:
    """The remainder x − y trunc(x / y), with the sign of x."""
    return np.fmod(x, y)


@elementwise(
    partials=(lambda z, x, y: sign(x) * copysign(1.0, y), 0),
    domain=(NONZERO, NONZERO),
    latex=r"\left|{x}\right| \operatorname{sgn} {y}",
    formula="Abs(x) * sign(y)",
    analytic=False,
    subgradient="0 at x = 0",
)
def copysign(x: Operand, y: Operand, /) -> Any:
    """|x| with the sign of y."""
    return np.copysign(x, y)


@constant(batch=aligned, latex=r"\left[{x} < 0\right]")
def signbit(x: Operand, /) -> Any:
    """Whether the sign bit is set: below zero, or −0.0."""
    return np.signbit(x)


@elementwise(
    partials=(lambda z, x, exponent: ldexp(1.0, exponent), None), latex=r"{x} \cdot 2^{{exponent}}", analytic=False
)
def ldexp(x: Operand, exponent: Operand, /) -> Any:
    """x · 2^exponent, the exponent an integer without gradient."""
    return np.ldexp(x, exponent)


@composition()
def modf(x: Operand, /) -> tuple[Any, Any]:
    """The fractional and the integer part of x, both with its sign; the fraction has the gradient of x."""
    whole = trunc(x)
    return subtract(x, whole), whole
