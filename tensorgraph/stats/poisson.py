"""The Poisson distribution of counts with mean `mu` (floor 3; needs the extra `scipy`)."""

from __future__ import annotations

from typing import Any

from tensorgraph.ops.comparison import equal, greater_equal, where
from tensorgraph.ops.extremes import maximum
from tensorgraph.ops.gamma_function import gammaln
from tensorgraph.ops.incomplete_gamma import gammaincc
from tensorgraph.ops.rounding import floor
from tensorgraph.ops.transcendental import exp, xlogy
from tensorgraph.stats.parameters import alike, distribution_function, supported

__all__ = ["cdf", "logpmf", "pmf"]


def _log_probability(k: Any, mu: Any, loc: Any) -> Any:
    k, mu, loc = alike(k, mu, loc)
    k = k - loc
    is_count = greater_equal(k, 0) & equal(floor(k), k)
    return supported(is_count, k, 0.0, lambda n: xlogy(n, mu) - gammaln(n + 1) - mu)


@distribution_function
def logpmf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """ln of the probability of the count k, k ln μ − ln k! − μ; −∞ for what is no count.

    >>> import tensorgraph as tg
    >>> tg.stats.poisson.logpmf(0, 2.0)
    tensor(-2.)
    """
    return _log_probability(k, mu, loc)


@distribution_function
def pmf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """The probability of the count k, μ^k e^(−μ) / k!."""
    return exp(_log_probability(k, mu, loc))


@distribution_function
def cdf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """The probability of at most k, Q(⌊k⌋ + 1, μ)."""
    k, mu, loc = alike(k, mu, loc)
    n = floor(k - loc)
    return where(greater_equal(n, 0), gammaincc(maximum(n, 0) + 1, mu), 0)
