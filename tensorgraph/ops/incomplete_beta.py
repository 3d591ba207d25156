"""Card: the incomplete beta function, differentiable in all parameters to any order (floor 2).

As in `incomplete_gamma.py`, its derivatives in a and b come from its continued fraction, run on jets, and are closed
under differentiation together with those of the density x^(a−1) (1 − x)^(b−1) / B(a, b).

Source: NIST Digital Library of Mathematical Functions, §8.17.22.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import POSITIVE, Domain
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops import jets
from tensorgraph.ops.backend import scipy_special
from tensorgraph.ops.incomplete_gamma import log_gamma_coefficients

__all__ = ["beta_density", "betainc", "betainc_derivative"]

INSIDE_UNIT = Domain(0.0, 1.0)


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
    return jets.derivative(_betainc_derivative, orders, a, b, x)


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
    return jets.derivative(lambda degrees, a, b, x: _beta_power(a, b, x, degrees, 1), orders, a, b, x)


def _beta_density_slope(z: Any, a: Any, b: Any, x: Any, m: int, n: int) -> Any:
    slope = z * ((a - 1) / x - (b - 1) / (1 - x))
    if m:
        slope = slope + m * beta_density(a, b, x, orders=(m - 1, n)) / x
    if n:
        slope = slope - n * beta_density(a, b, x, orders=(m, n - 1)) / (1 - x)
    return slope


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
        odd = k % 2
        top = -jets.multiply(linear(a + m, 1.0), linear(a + b + m, 1.0, 1.0)) if odd else m * linear(b - m, 0.0, 1.0)
        bottom = jets.multiply(linear(a + k - 1, 1.0), linear(a + k, 1.0))
        return jets.divide(top * x, bottom), one

    fraction = jets.continued_fraction(one, coefficient)
    prefactor = jets.divide(_beta_power(a, b, x, degrees, 0), linear(a, 1.0))
    return jets.divide(prefactor, fraction)


def _beta_power(a: Any, b: Any, x: Any, degrees: tuple[int, int], less: int) -> Any:
    """The jet of x^(a−less) (1−x)^(b−less) / B(a, b), with a + α, b + β for a, b."""
    m, n = degrees
    exponent = jets.constant(
        scipy_special("xlogy", a - less, x) + scipy_special("xlog1py", b - less, -x) - scipy_special("betaln", a, b),
        degrees,
    )
    exponent[1:, 0] -= log_gamma_coefficients(a, m)[1:]
    exponent[0, 1:] -= log_gamma_coefficients(b, n)[1:]
    both = log_gamma_coefficients(a + b, m + n)
    for i in range(m + 1):
        for j in range(n + 1):
            if i or j:
                exponent[i, j] += math.comb(i + j, i) * both[i + j]
    if m:
        exponent[1, 0] += np.log(x)
    if n:
        exponent[0, 1] += np.log1p(-x)
    return jets.exponential(exponent)
