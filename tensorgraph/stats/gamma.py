"""The gamma distribution with shape a > 0 from `loc` on, stretched by `scale` (floor 3; needs the extra `scipy`)."""

from __future__ import annotations

from typing import Any

from tensorgraph.ops.comparison import greater_equal
from tensorgraph.ops.extremes import maximum
from tensorgraph.ops.gamma_function import gammaln
from tensorgraph.ops.incomplete_gamma import gammainc, gammaincc
from tensorgraph.ops.transcendental import exp, log, xlogy
from tensorgraph.stats.parameters import alike, distribution_function, supported

__all__ = ["cdf", "logpdf", "pdf", "sf"]


def _log_density(x: Any, a: Any, loc: Any, scale: Any) -> Any:
    x, a, loc, scale = alike(x, a, loc, scale)
    z = (x - loc) / scale
    return supported(greater_equal(z, 0), z, 1.0, lambda u: xlogy(a - 1, u) - u - gammaln(a) - log(scale))


@distribution_function
def logpdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the density, (a−1) ln u − u − ln Γ(a) − ln scale with u = (x − loc)/scale; −∞ for u < 0.

    >>> import tensorgraph as tg
    >>> tg.stats.gamma.logpdf(2.0, 1.0)
    tensor(-2.)
    """
    return _log_density(x, a, loc, scale)


@distribution_function
def pdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density, u^(a−1) e^(−u) / (Γ(a) scale) with u = (x − loc)/scale; 0 for u < 0."""
    return exp(_log_density(x, a, loc, scale))


def _positive(x: Any, a: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
    x, a, loc, scale = alike(x, a, loc, scale)
    return a, maximum((x - loc) / scale, 0)


@distribution_function
def cdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of at most x, P(a, (x − loc)/scale)."""
    return gammainc(*_positive(x, a, loc, scale))


@distribution_function
def sf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x, accurate where it is small."""
    return gammaincc(*_positive(x, a, loc, scale))
