"""Cards: the incomplete gamma and beta functions, differentiable in every parameter to any order (floor 2).

Their values are SciPy's. Derivatives in the parameters have no closed form: the power series and continued fractions of
the functions are run on jets (`jets.py`), that is on Taylor polynomials in the parameters, and give them to the accuracy
of the functions themselves. Together with those of the densities they are closed under differentiation:
∂/∂x of ∂ⁿP/∂aⁿ is the n-th derivative in a of the density x^(a−1) e^(−x) / Γ(a).

Source: NIST Digital Library of Mathematical Functions, §8.7.1, §8.9.2, §8.17.22.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import POSITIVE, Domain
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand, case
from tensorgraph.ops import jets
from tensorgraph.ops.backend import scipy_special
from tensorgraph.ops.forwards import inexact

__all__ = ["beta_density", "betainc", "betainc_derivative", "gamma_density", "gammainc", "gammainc_derivative", "gammaincc"]

INSIDE_UNIT = Domain(0.0, 1.0)
MAX_TERMS = 20_000
"""Enough for parameters up to about a million; what has not converged by then is NaN."""


@elementwise(
    partials=(
        lambda z, a, x: gammainc_derivative(a, x, order=1),
        lambda z, a, x: gamma_density(a, x, order=0),
    ),
    domain=(POSITIVE, POSITIVE),
    latex="P({a}, {x})",
    formula="lowergamma(a, x) / gamma(a)",
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
    formula="uppergamma(a, x) / gamma(a)",
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
    return _over_arrays(_gammainc_derivative, (order, 0), a, x)


@elementwise(
    partials=(
        lambda z, a, x, order: gamma_density(a, x, order=order + 1),
        lambda z, a, x, order: (
            z * ((a - 1) / x - 1) + (order * gamma_density(a, x, order=order - 1) / x if order else 0.0)
        ),
    ),
    domain=(POSITIVE, POSITIVE),
    latex=r"\partial_a^n \frac{{x}^{{a} - 1} e^{-{x}}}{\Gamma({a})}",
    analytic=False,
    public=False,
    cases=(case((3,), (3,), order=2),),
)
def gamma_density(a: Operand, x: Operand, /, order: int = 0) -> Any:
    """A helper of rules: the derivative in a of the density x^(a−1) e^(−x) / Γ(a), of the given order."""
    return _over_arrays(lambda degrees, a, x: _gamma_power(a, x, degrees, 0), (order, 0), a, x)


@elementwise(
    partials=(
        lambda z, a, b, x: betainc_derivative(a, b, x, orders=(1, 0)),
        lambda z, a, b, x: betainc_derivative(a, b, x, orders=(0, 1)),
        lambda z, a, b, x: beta_density(a, b, x, orders=(0, 0)),
    ),
    domain=(POSITIVE, POSITIVE, INSIDE_UNIT),
    latex="I_{{x}}({a}, {b})",
    analytic=False,
)
def betainc(a: Operand, b: Operand, x: Operand, /) -> Any:
    """Regularised incomplete beta function, I_x(a, b) = 1/B(a, b) ∫₀ˣ t^(a−1) (1 − t)^(b−1) dt; needs `scipy`.

    >>> import tensorgraph as tg
    >>> tg.special.betainc(1.0, 1.0, 0.25)
    tensor(0.25)
    """
    return scipy_special("betainc", a, b, x)


@elementwise(
    partials=(
        lambda z, a, b, x, orders: betainc_derivative(a, b, x, orders=(orders[0] + 1, orders[1])),
        lambda z, a, b, x, orders: betainc_derivative(a, b, x, orders=(orders[0], orders[1] + 1)),
        lambda z, a, b, x, orders: beta_density(a, b, x, orders=orders),
    ),
    domain=(POSITIVE, POSITIVE, INSIDE_UNIT),
    latex=r"\partial_a^m \partial_b^n I_{{x}}({a}, {b})",
    analytic=False,
    public=False,
)
def betainc_derivative(a: Operand, b: Operand, x: Operand, /, orders: tuple[int, int] = (1, 0)) -> Any:
    """A helper of rules: the derivative of I_x(a, b) of the given orders in a and b."""
    return _over_arrays(_betainc_derivative, orders, a, b, x)


@elementwise(
    partials=(
        lambda z, a, b, x, orders: beta_density(a, b, x, orders=(orders[0] + 1, orders[1])),
        lambda z, a, b, x, orders: beta_density(a, b, x, orders=(orders[0], orders[1] + 1)),
        lambda z, a, b, x, orders: _beta_density_slope(z, a, b, x, *orders),
    ),
    domain=(POSITIVE, POSITIVE, INSIDE_UNIT),
    latex=r"\partial_a^m \partial_b^n \frac{{x}^{{a}-1} (1-{x})^{{b}-1}}{\mathrm{B}({a}, {b})}",
    analytic=False,
    public=False,
)
def beta_density(a: Operand, b: Operand, x: Operand, /, orders: tuple[int, int] = (0, 0)) -> Any:
    """A helper of rules: the derivative in a and b of the density x^(a−1) (1 − x)^(b−1) / B(a, b)."""
    return _over_arrays(lambda degrees, a, b, x: _beta_power(a, b, x, degrees, 1), orders, a, b, x)


def _beta_density_slope(z: Any, a: Any, b: Any, x: Any, m: int, n: int) -> Any:
    slope = z * ((a - 1) / x - (b - 1) / (1 - x))
    if m:
        slope = slope + m * beta_density(a, b, x, orders=(m - 1, n)) / x
    if n:
        slope = slope - n * beta_density(a, b, x, orders=(m, n - 1)) / (1 - x)
    return slope


def _over_arrays(jet_of: Any, orders: tuple[int, int], *xs: Any) -> Any:
    """The coefficient of the jet that stands for the derivative, over flat arrays of doubles."""
    dtype = np.result_type(*(x if isinstance(x, int | float) else inexact(x) for x in xs))
    arrays = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in xs))
    with np.errstate(all="ignore"):
        jet = jet_of(orders, *(array.ravel() for array in arrays))
    z = jet[orders] * (math.factorial(orders[0]) * math.factorial(orders[1]))
    return z.reshape(arrays[0].shape).astype(dtype)


def _polygamma_coefficients(a: Any, count: int) -> Any:
    """The coefficients of ln Γ(a + α) from α⁰ to α^count: ψ^(k−1)(a) / k!."""
    rows = [scipy_special("gammaln", a)]
    rows += [scipy_special("polygamma", k - 1, a) / math.factorial(k) for k in range(1, count + 1)]
    return np.stack(rows)


def _gamma_power(a: Any, x: Any, degrees: tuple[int, int], shift: int) -> Any:
    """The jet of x^(a−1+shift) e^(−x) / Γ(a + shift), with a + α for a."""
    order = degrees[0]
    exponent = jets.constant(scipy_special("xlogy", a - 1 + shift, x) - x, degrees)
    exponent[:, 0] -= _polygamma_coefficients(a + shift, order)
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
    for k in range(1, MAX_TERMS):
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

    fraction = _continued_fraction(jets.variable(x + 1 - a, degrees, alpha=-1.0), coefficient)
    prefactor = _gamma_power(a, x, degrees, 0) * x
    return -jets.divide(prefactor, fraction)


def _betainc_derivative(degrees: tuple[int, int], a: Any, b: Any, x: Any) -> Any:
    out = np.zeros((degrees[0] + 1, degrees[1] + 1, a.size))
    left = x * (a + b + 2) < a + 1
    if left.any():
        out[..., left] = _beta_fraction(a[left], b[left], x[left], degrees)
    if (~left).any():
        # I_x(a, b) = 1 − I_(1−x)(b, a): the derivatives change sign, and α and β places.
        mirrored = _beta_fraction(b[~left], a[~left], 1 - x[~left], degrees[::-1])
        out[..., ~left] = -np.swapaxes(mirrored, 0, 1)
    out[..., (x == 0) | (x == 1)] = 0.0
    out[..., ~((x >= 0) & (x <= 1) & (a > 0) & (b > 0))] = np.nan
    return out


def _beta_fraction(a: Any, b: Any, x: Any, degrees: tuple[int, int]) -> Any:
    """I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · 1/(1 + d₁/(1 + d₂/(1 + …)))."""
    one = jets.constant(np.ones_like(x), degrees)

    def linear(value: Any, alpha: float, beta: float = 0.0) -> Any:
        return jets.variable(value, degrees, alpha, beta)

    def coefficient(k: int) -> tuple[Any, Any]:
        m = k // 2
        if k % 2:
            top = -jets.multiply(linear(a + m, 1.0), linear(a + b + m, 1.0, 1.0))
        else:
            top = m * linear(b - m, 0.0, 1.0)
        bottom = jets.multiply(linear(a + k - 1, 1.0), linear(a + k, 1.0))
        return jets.divide(top * x, bottom), one

    fraction = _continued_fraction(one, coefficient)
    prefactor = jets.divide(_beta_power(a, b, x, degrees, 0), linear(a, 1.0))
    return jets.divide(prefactor, fraction)


def _beta_power(a: Any, b: Any, x: Any, degrees: tuple[int, int], less: int) -> Any:
    """The jet of x^(a−less) (1−x)^(b−less) / B(a, b), with a + α, b + β for a, b."""
    m, n = degrees
    exponent = jets.constant(
        scipy_special("xlogy", a - less, x) + scipy_special("xlog1py", b - less, -x) - scipy_special("betaln", a, b),
        degrees,
    )
    exponent[1:, 0] -= _polygamma_coefficients(a, m)[1:]
    exponent[0, 1:] -= _polygamma_coefficients(b, n)[1:]
    both = _polygamma_coefficients(a + b, m + n)
    for i in range(m + 1):
        for j in range(n + 1):
            if i or j:
                exponent[i, j] += math.comb(i + j, i) * both[i + j]
    if m:
        exponent[1, 0] += np.log(x)
    if n:
        exponent[0, 1] += np.log1p(-x)
    return jets.exponential(exponent)


def _continued_fraction(first: Any, coefficient: Any) -> Any:
    """first + a₁/(b₁ + a₂/(b₂ + …)) on jets, by Lentz's method as modified by Thompson and Barnett."""
    value = ratio = first
    inverse = jets.constant(np.zeros(first.shape[2:]), (first.shape[0] - 1, first.shape[1] - 1))
    one = inverse.copy()
    one[0, 0] = 1.0
    for k in range(1, MAX_TERMS):
        a, b = coefficient(k)
        inverse = jets.divide(one, b + jets.multiply(a, inverse))
        ratio = b + jets.divide(a, ratio)
        step = jets.multiply(ratio, inverse)
        value = jets.multiply(value, step)
        # What rounding leaves of the cancellation in `step` never goes away.
        moving = np.abs(step - one) > 1e-15 * jets.multiply(np.abs(ratio), np.abs(inverse))
        if not moving.any():
            break
    else:
        value[..., moving.any(axis=(0, 1))] = np.nan
    return value
