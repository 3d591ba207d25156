"""Student's t distribution with `df` > 0 degrees of freedom (floor 3; needs the extra `scipy`)."""

from __future__ import annotations

from typing import Any

from tensorgraph.ops.arithmetic import square
from tensorgraph.ops.distribution import stdtr
from tensorgraph.ops.gamma_function import betaln
from tensorgraph.ops.transcendental import exp, log, log1p
from tensorgraph.stats.parameters import alike, distribution_function

__all__ = ["cdf", "logcdf", "logpdf", "pdf", "sf"]


def _log_density(x: Any, df: Any, loc: Any, scale: Any) -> Any:
    x, df, loc, scale = alike(x, df, loc, scale)
    z = (x - loc) / scale
    return -(df + 1) / 2 * log1p(square(z) / df) - betaln(df / 2, 0 * df + 0.5) - 0.5 * log(df) - log(scale)


def _probability(x: Any, df: Any, loc: Any, scale: Any, side: int) -> Any:
    x, df, loc, scale = alike(x, df, loc, scale)
    return stdtr(df, side * (x - loc) / scale)


@distribution_function
def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the density, −(df+1)/2 ln(1 + u²/df) − ln B(df/2, ½) − ½ ln df − ln scale with u = (x − loc)/scale.

    >>> import tensorgraph as tg
    >>> tg.stats.t.logpdf(0.0, 1.0)
    tensor(-1.14472989)
    """
    return _log_density(x, df, loc, scale)


@distribution_function
def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density."""
    return exp(_log_density(x, df, loc, scale))


@distribution_function
def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of at most x."""
    return _probability(x, df, loc, scale, 1)


@distribution_function
def sf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x, accurate where it is small."""
    return _probability(x, df, loc, scale, -1)


@distribution_function
def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the probability of at most x."""
    return log(_probability(x, df, loc, scale, 1))
