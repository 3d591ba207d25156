"""Cards: the gamma and beta functions and their logarithmic derivatives, computed by SciPy (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.composition import composition
from tensorgraph.core.domains import POSITIVE, Domain
from tensorgraph.core.families import constant, elementwise
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.backend import scipy_special
from tensorgraph.ops.comparison import less, where
from tensorgraph.ops.forwards import inexact
from tensorgraph.ops.trigonometric import cos, sin

__all__ = ["beta", "betaln", "digamma", "gamma", "gammaln", "gammasgn", "multigammaln", "polygamma", "rgamma"]


@elementwise(
    partials=(lambda z, x: z * digamma(x),), domain=POSITIVE, latex=r"\Gamma({x})", formula="gamma(x)", analytic=False
)
def gamma(x: Operand, /) -> Any:
    """Gamma function, Γ(x) = ∫₀^∞ t^(x−1) e^(−t) dt, with poles at 0, −1, −2, …; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.gamma(5.0)
    tensor(24.)
    """
    return scipy_special("gamma", x)


@elementwise(
    partials=(lambda z, x: digamma(x),),
    domain=POSITIVE,
    latex=r"\ln\left|\Gamma({x})\right|",
    formula="loggamma(x)",
    analytic=False,
)
def gammaln(x: Operand, /) -> Any:
    """ln |Γ(x)| of real x, without overflow; needs the extra `scipy`."""
    return scipy_special("gammaln", x)


@constant(batch=aligned)
def gammasgn(x: Operand, /) -> Any:
    """The sign of Γ(x); needs the extra `scipy`."""
    return scipy_special("gammasgn", x)


@elementwise(
    partials=(lambda z, x: polygamma(1, x),),
    domain=POSITIVE,
    latex=r"\psi({x})",
    formula="digamma(x)",
    analytic=False,
)
def digamma(x: Operand, /) -> Any:
    """Logarithmic derivative of Γ, ψ(x) = Γ′(x)/Γ(x); needs the extra `scipy`."""
    return scipy_special("digamma", x)


@elementwise(
    partials=(None, lambda z, n, x: polygamma(n + 1, x)),
    domain=(Domain(0.5, 1.5), POSITIVE),
    latex=r"\psi^{({n})}({x})",
    formula="polygamma(n, x)",
    analytic=False,
)
def polygamma(n: Operand, x: Operand, /) -> Any:
    """The n-th derivative of `digamma` at x, for integers n ≥ 0 (no gradient flows to n); needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.polygamma(1, 1.0)
    tensor(1.64493407)
    """
    orders = np.asarray(n)
    if np.any(orders < 0) or np.any(orders != np.rint(orders)):
        message = "polygamma: the order n of a derivative is an integer of at least 0"
        raise ArgumentError(message)
    x = inexact(x)
    z = scipy_special("polygamma", n, x)
    return np.asarray(z, x.dtype if orders.dtype.kind in "iu" else np.result_type(x, orders))


@elementwise(
    partials=(lambda z, x: _reciprocal_slope(z, x),),  # noqa: PLW0108 - the helper stands below the card
    latex=r"\frac{1}{\Gamma({x})}",
    formula="1 / gamma(x)",
    analytic=False,
)
def rgamma(x: Operand, /) -> Any:
    """1/Γ(x), which is smooth everywhere and 0 at 0, −1, −2, …; needs the extra `scipy`."""
    return scipy_special("rgamma", x)


def _reciprocal_slope(z: Any, x: Any) -> Any:
    # −ψ(x)/Γ(x) is ∞ · 0 at the zeros. By reflection 1/Γ(x) = Γ(1−x) sin(πx)/π, whose slope is regular for x < 1.
    left = less(x, 0.5)
    low, high = where(left, x, 0), where(left, 1, x)
    reflected = gamma(1 - low) * (cos(math.pi * low) - digamma(1 - low) * sin(math.pi * low) / math.pi)
    return where(left, reflected, -digamma(high) * z)


@elementwise(
    partials=(
        lambda z, a, b: z * (digamma(a) - digamma(a + b)),
        lambda z, a, b: z * (digamma(b) - digamma(a + b)),
    ),
    domain=(POSITIVE, POSITIVE),
    latex=r"\mathrm{B}({a}, {b})",
    formula="gamma(a) * gamma(b) / gamma(a + b)",
    analytic=False,
)
def beta(a: Operand, b: Operand, /) -> Any:
    """Beta function, B(a, b) = Γ(a) Γ(b) / Γ(a + b); needs the extra `scipy`."""
    return scipy_special("beta", a, b)


@elementwise(
    partials=(lambda z, a, b: digamma(a) - digamma(a + b), lambda z, a, b: digamma(b) - digamma(a + b)),
    domain=(POSITIVE, POSITIVE),
    latex=r"\ln\mathrm{B}({a}, {b})",
    formula="loggamma(a) + loggamma(b) - loggamma(a + b)",
    analytic=False,
)
def betaln(a: Operand, b: Operand, /) -> Any:
    """ln |B(a, b)|, without overflow; needs the extra `scipy`."""
    return scipy_special("betaln", a, b)


@composition()
def multigammaln(a: Operand, /, d: int) -> Any:
    """Logarithm of the gamma function of d dimensions, d(d−1)/4 ln π + Σ_(j<d) ln Γ(a − j/2), for a > (d − 1)/2.

    Needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.multigammaln(3.0, 2)
    tensor(1.55019499)
    """
    if not isinstance(d, int | np.integer) or d < 1:
        message = f"multigammaln: the dimension d is a positive integer, got {d!r}"
        raise ArgumentError(message)
    z = gammaln(a) + d * (d - 1) / 4 * math.log(math.pi)
    for j in range(1, d):
        z = z + gammaln(a - j / 2)
    return where(less((d - 1) / 2, a), z, math.nan)
