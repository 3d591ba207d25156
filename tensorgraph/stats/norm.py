"""The normal distribution with mean `loc` and standard deviation `scale` (floor 3)."""

from __future__ import annotations

import math
from typing import Any

from tensorgraph.ops.arithmetic import square
from tensorgraph.ops.distribution import log_ndtr, ndtr
from tensorgraph.ops.transcendental import exp, log
from tensorgraph.stats.parameters import alike, distribution_function

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]

HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


def _standard(x: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
    x, loc, scale = alike(x, loc, scale)
    return (x - loc) / scale, scale


def _log_density(x: Any, loc: Any, scale: Any) -> Any:
    z, scale = _standard(x, loc, scale)
    return -0.5 * square(z) - log(scale) - HALF_LOG_2PI


@distribution_function
def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the density, −½ ((x − μ)/σ)² − ln σ − ½ ln 2π.

    >>> import tensorgraph as tg
    >>> tg.stats.norm.logpdf(0.0)
    tensor(-0.91893853)
    """
    return _log_density(x, loc, scale)


@distribution_function
def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density, e^(−½ ((x − μ)/σ)²) / (σ √(2π))."""
    return exp(_log_density(x, loc, scale))


@distribution_function
def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of at most x, Φ((x − μ)/σ).

    >>> import tensorgraph as tg
    >>> tg.stats.norm.cdf(3.0, loc=3.0, scale=2.0)
    tensor(0.5)
    """
    return ndtr(_standard(x, loc, scale)[0])


@distribution_function
def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x, accurate where it is small."""
    return ndtr(-_standard(x, loc, scale)[0])


@distribution_function
def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of `cdf`, accurate in both tails; needs the extra `scipy`."""
    return log_ndtr(_standard(x, loc, scale)[0])


@distribution_function
def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of `sf`, accurate in both tails; needs the extra `scipy`."""
    return log_ndtr(-_standard(x, loc, scale)[0])
