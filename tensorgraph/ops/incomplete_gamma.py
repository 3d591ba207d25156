"""Cards: the incomplete gamma functions, differentiable in both parameters to any order (floor 2).

Their values are SciPy's. Derivatives in a have no closed form: the power series and the continued fraction of the
functions are run on jets (`jets.py`), that is on Taylor polynomials in a, and give them to the accuracy of the
functions themselves. Together with those of the density they are closed under differentiation: ∂/∂x of ∂ⁿP/∂aⁿ is the
n-th derivative in a of x^(a−1) e^(−x) / Γ(a).

Source: NIST Digital Library of Mathematical Functions, §8.7.1, §8.9.2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import POSITIVE
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand, case
from tensorgraph.ops import jets
from tensorgraph.ops.backend import scipy_special

__all__ = ["gamma_density", "gammainc", "gammainc_derivative", "gammaincc", "log_gamma_coefficients"]


@elementwise(
    partials=(
        lambda z, a, x: gammainc_derivative(a, x, order=1),
        lambda z, a, x: gamma_density(a, x, order=0),
    ),
    domain=(POSITIVE, POSITIVE),
    latex="P({a}, {x})",
    analytic=False,
)
def gammainc(a: Operand, x: Operand, /) -> Any:
    """Regularised lower incomplete gamma function, P(a, x) = 1/Γ(a) ∫₀ˣ t^(a−1) e^(−t) dt; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.gammainc(1.0, 2.0)
    tensor(0.86466472)
    """
    return scipy_special("gammainc", a, x)


@elementwise(
    partials=(
        lambda z, a, x: -gammainc_derivative(a, x, order=1),
        lambda z, a, x: -gamma_density(a, x, order=0),
    ),
    domain=(POSITIVE, POSITIVE),
    latex="Q({a}, {x})",
    analytic=False,
)
def gammaincc(a: Operand, x: Operand, /) -> Any:
    """Regularised upper incomplete gamma function, Q(a, x) = 1 − P(a, x), accurate where it is small; needs `scipy`."""
    return scipy_special("gammaincc", a, x)


@elementwise(
    partials=(
        lambda z, a, x, order: gammainc_derivative(a, x, order=order + 1),
        lambda z, a, x, order: gamma_density(a, x, order=order),
    ),
    domain=(POSITIVE, POSITIVE),
    latex=r"\partial_a^n P({a}, {x})",
    analytic=False,
    public=False,
    cases=(case((3,), (3,), order=2),),
)
def gammainc_derivative(a: Operand, x: Operand, /, order: int = 1) -> Any:
    """A helper of rules: the derivative of P(a, x) in a, of the given order."""
    return jets.derivative(_gammainc_derivative, (order, 0), a, x)


@elementwise(
    partials=(
        lambda z, a, x, order: gamma_density(a, x, order=order + 1),
        lambda z, a, x, order: (
            z * ((a - 1) / x - 1) + (order * gamma_density(a, x, order=order - 1) / x if order else 0.0)
        ),
    ),
    domain=(POSITIVE, POSITIVE),
    latex=r"\partial_a^n \frac{{x}^{{a} - 1} e^{-{x}}}{\Gamma({a})}",
    formula="diff(x**(a - 1) * exp(-x) / gamma(a), a, order)",
    analytic=False,
    public=False,
    cases=(case((3,), (3,), order=2),),
)
def gamma_density(a: Operand, x: Operand, /, order: int = 0) -> Any:
    """A helper of rules: the derivative in a of the density x^(a−1) e^(−x) / Γ(a), of the given order."""
    return jets.derivative(lambda degrees, a, x: _gamma_power(a, x, degrees, 0), (order, 0), a, x)


def log_gamma_coefficients(a: Any, count: int) -> Any:
    """The coefficients of ln Γ(a + α) from α⁰ to α^count: ψ^(k−1)(a) / k!."""
    rows = [scipy_special("gammaln", a)]
    rows += [scipy_special("polygamma", k - 1, a) / math.factorial(k) for k in range(1, count + 1)]
    return np.stack(rows)


def _gamma_power(a: Any, x: Any, degrees: tuple[int, int], shift: int) -> Any:
    """The jet of x^(a−1+shift) e^(−x) / Γ(a + shift), with a + α for a."""
    order = degrees[0]
    exponent = jets.constant(scipy_special("xlogy", a - 1 + shift, x) - x, degrees)
    exponent[:, 0] -= log_gamma_coefficients(a + shift, order)
    if order:
        exponent[1, 0] += np.log(x)
    return jets.exponential(exponent)


def _gammainc_derivative(degrees: tuple[int, int], a: Any, x: Any) -> Any:
    out = np.zeros((degrees[0] + 1, 1, a.size))
    below = x < a + 1
    for part, jet_of in ((below, _lower_series), (~below, _upper_fraction)):
        if part.any():
            out[..., part] = jet_of(a[part], x[part], degrees)
    # The derivatives of a function that is constant at 0 and at ∞ vanish there; a, x outside the domain give NaN.
    out[..., (x == 0) | np.isinf(x)] = 0.0
    out[..., (x < 0) | (a <= 0) | np.isnan(x) | np.isnan(a)] = np.nan
    return out


def _lower_series(a: Any, x: Any, degrees: tuple[int, int]) -> Any:
    """P(a, x) = x^a e^(−x) / Γ(a+1) · Σ_k x^k / ((a+1) … (a+k))."""
    term = jets.constant(np.ones_like(a), degrees)
    total = term.copy()
    moving = np.ones_like(total, np.bool_)
    for k in range(1, jets.MAX_TERMS):
        term = jets.divide(term * x, jets.variable(a + k, degrees, alpha=1.0))
        total += term
        moving = np.abs(term) > 1e-17 * np.abs(total)
        if not moving.any():
            break
    else:
        total[..., moving.any(axis=(0, 1))] = np.nan
    return jets.multiply(_gamma_power(a, x, degrees, 1), total)


def _upper_fraction(a: Any, x: Any, degrees: tuple[int, int]) -> Any:
    """Minus Q(a, x) = x^a e^(−x) / Γ(a) · 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …)))."""

    def coefficient(k: int) -> tuple[Any, Any]:
        numerator = jets.variable(k * (a - k), degrees, alpha=float(k))
        return numerator, jets.variable(x + 2 * k + 1 - a, degrees, alpha=-1.0)

    fraction = jets.continued_fraction(jets.variable(x + 1 - a, degrees, alpha=-1.0), coefficient)
    prefactor = _gamma_power(a, x, degrees, 0) * x
    return -jets.divide(prefactor, fraction)
