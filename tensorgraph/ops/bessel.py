"""Cards: Bessel functions (floor 2). The modified ones of order 0 and 1 need NumPy alone, all others SciPy.

The slope of each is made of its neighbours in order: ∂J_v = (J_(v−1) − J_(v+1))/2, so all orders of differentiation
are there. No derivative with respect to the order v is known here, and asking for one raises `GradientError`.

Source: NIST Digital Library of Mathematical Functions, §10.6, §10.29.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.domains import POSITIVE
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import GradientError
from tensorgraph.ops.backend import scipy_special
from tensorgraph.ops.forwards import inexact
from tensorgraph.ops.rounding import sign

__all__ = [
    "bessel_i",
    "first_kind",
    "i0",
    "i1",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "modified",
    "modified_scaled",
    "second_kind",
    "y0",
    "y1",
    "yn",
]


@elementwise(partials=(lambda z, x: bessel_i(x, order=1),), latex="I_0({x})", formula="besseli(0, x)", analytic=False)
def i0(x: Operand, /) -> Any:
    """Modified Bessel function of the first kind and order 0, I₀(x).

    >>> import tensorgraph as tg
    >>> tg.i0(1.0), tg.grad(tg.i0)(0.0)
    (tensor(1.26606588), tensor(0.))
    """
    x = inexact(x)
    return np.i0(x).astype(x.dtype)


@composition()
def i1(x: Operand, /) -> Any:
    """Modified Bessel function of the first kind and order 1, I₁(x), the derivative of I₀."""
    return bessel_i(x, order=1)


@elementwise(
    partials=(lambda z, x, order: (bessel_i(x, order=abs(order - 1)) + bessel_i(x, order=order + 1)) / 2,),
    latex="I_n({x})",
    formula="besseli(order, x)",
    analytic=False,
    public=False,
)
def bessel_i(x: Operand, /, order: int = 1) -> Any:
    """The modified Bessel function I_n of an integer order n ≥ 0.

    Its series Σ (x/2)^(2k+n) / (k! (k+n)!) has terms of one sign. From |x| = 30 (and n²) on, e^x/√(2πx) times
    Σ (−1)^k (4n²−1²)(4n²−3²)…(4n²−(2k−1)²) / (k! (8x)^k) holds to its smallest term, which is below 1e-20.
    """
    x = inexact(x)
    size = np.abs(x).astype(np.float64)
    far = size > max(30, order * order)
    z = np.asarray(_series(np.where(far, 0.0, size), order))
    if np.any(far):
        z[far] = _asymptotic(size[far], order)
    return np.where(x < 0, (-1.0) ** order * z, z).astype(x.dtype)


def _series(x: Any, n: int) -> Any:
    quarter = x * x / 4
    term = np.asarray((x / 2) ** n / math.factorial(n))
    total = term.copy()
    k = 0
    while np.any(term > 1e-18 * total):
        k += 1
        term = term * (quarter / (k * (k + n)))
        total += term
    return total


def _asymptotic(x: Any, n: int) -> Any:
    term = np.ones_like(x)
    total = np.ones_like(x)
    for k in range(1, 31):
        term = term * (-(4 * n * n - (2 * k - 1) ** 2) / (8 * k * x))
        total += term
    # Half the exponent twice: e^x itself overflows before I_n does.
    half = np.exp(x / 2)
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(x), np.inf, half * (total / np.sqrt(2 * math.pi * x)) * half)


@elementwise(partials=(lambda z, x: -j1(x),), latex="J_0({x})", formula="besselj(0, x)", analytic=False)
def j0(x: Operand, /) -> Any:
    """Bessel function of the first kind and order 0, J₀(x); needs the extra `scipy`."""
    return scipy_special("j0", x)


@elementwise(
    partials=(lambda z, x: (j0(x) - first_kind(2, x)) / 2,), latex="J_1({x})", formula="besselj(1, x)", analytic=False
)
def j1(x: Operand, /) -> Any:
    """Bessel function of the first kind and order 1, J₁(x); needs the extra `scipy`."""
    return scipy_special("j1", x)


@elementwise(
    partials=(lambda z, x: -y1(x),), domain=POSITIVE, latex="Y_0({x})", formula="bessely(0, x)", analytic=False
)
def y0(x: Operand, /) -> Any:
    """Bessel function of the second kind and order 0, Y₀(x), for x > 0; needs the extra `scipy`."""
    return scipy_special("y0", x)


@elementwise(
    partials=(lambda z, x: (y0(x) - second_kind(2, x)) / 2,),
    domain=POSITIVE,
    latex="Y_1({x})",
    formula="bessely(1, x)",
    analytic=False,
)
def y1(x: Operand, /) -> Any:
    """Bessel function of the second kind and order 1, Y₁(x), for x > 0; needs the extra `scipy`."""
    return scipy_special("y1", x)


@elementwise(
    partials=(None, lambda z, v, x: (first_kind(v - 1, x) - first_kind(v + 1, x)) / 2),
    domain=(POSITIVE, POSITIVE),
    latex="J_{{v}}({x})",
    formula="besselj(v, x)",
    analytic=False,
    public=False,
)
def first_kind(v: Operand, x: Operand, /) -> Any:
    """The card behind `jn`."""
    return scipy_special("jv", v, x)


@elementwise(
    partials=(None, lambda z, v, x: (second_kind(v - 1, x) - second_kind(v + 1, x)) / 2),
    domain=(POSITIVE, POSITIVE),
    latex="Y_{{v}}({x})",
    formula="bessely(v, x)",
    analytic=False,
    public=False,
)
def second_kind(v: Operand, x: Operand, /) -> Any:
    """The card behind `yn`."""
    return scipy_special("yv", v, x)


@elementwise(
    partials=(None, lambda z, v, x: (modified(v - 1, x) + modified(v + 1, x)) / 2),
    domain=(POSITIVE, POSITIVE),
    latex="I_{{v}}({x})",
    formula="besseli(v, x)",
    analytic=False,
    public=False,
)
def modified(v: Operand, x: Operand, /) -> Any:
    """The card behind `iv`."""
    return scipy_special("iv", v, x)


@elementwise(
    partials=(None, lambda z, v, x: (modified_scaled(v - 1, x) + modified_scaled(v + 1, x)) / 2 - sign(x) * z),
    domain=(POSITIVE, POSITIVE),
    latex=r"e^{-\left|{x}\right|} I_{{v}}({x})",
    formula="exp(-Abs(x)) * besseli(v, x)",
    analytic=False,
    subgradient="the mean of both sides at 0",
    public=False,
)
def modified_scaled(v: Operand, x: Operand, /) -> Any:
    """The card behind `ive`."""
    return scipy_special("ive", v, x)


def _fixed(name: str, v: Any) -> Any:
    if isinstance(v, Tensor) and v._requires:
        message = f"{name}: no derivative with respect to the order v is known here; pass v.detach()"
        raise GradientError(message)
    return v


@composition()
def jn(v: Operand, x: Operand, /) -> Any:
    """Bessel function of the first kind, J_v(x); v cannot require a gradient; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.jn(2, 1.0)
    tensor(0.11490348)
    """
    return first_kind(_fixed("jn", v), x)


@composition()
def yn(v: Operand, x: Operand, /) -> Any:
    """Bessel function of the second kind, Y_v(x); v cannot require a gradient; needs the extra `scipy`."""
    return second_kind(_fixed("yn", v), x)


@composition()
def iv(v: Operand, x: Operand, /) -> Any:
    """Modified Bessel function of the first kind, I_v(x); v cannot require a gradient; needs the extra `scipy`."""
    return modified(_fixed("iv", v), x)


@composition()
def ive(v: Operand, x: Operand, /) -> Any:
    """I_v(x) e^(−|x|), without overflow, for real x; v cannot require a gradient; needs the extra `scipy`."""
    return modified_scaled(_fixed("ive", v), x)
