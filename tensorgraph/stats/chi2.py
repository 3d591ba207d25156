"""The chi-squared distribution with `df` > 0 degrees of freedom, which is gamma with a = df/2 and scale 2 (floor 3).

Needs the extra `scipy`.
"""

from __future__ import annotations

from typing import Any

from tensorgraph.stats import gamma
from tensorgraph.stats.parameters import alike, distribution_function

__all__ = ["cdf", "logpdf", "pdf", "sf"]


def _as_gamma(x: Any, df: Any, loc: Any, scale: Any) -> tuple[Any, Any, Any, Any]:
    x, df, loc, scale = alike(x, df, loc, scale)
    return x, df / 2, loc, 2 * scale


@distribution_function
def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the density, with u = (x − loc)/scale: (df/2 − 1) ln u − u/2 − df/2 ln 2 − ln Γ(df/2) − ln scale.

    >>> import tensorgraph as tg
    >>> tg.stats.chi2.logpdf(2.0, 2.0)
    tensor(-1.69314718)
    """
    return gamma.logpdf(*_as_gamma(x, df, loc, scale))


@distribution_function
def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density; 0 for x < loc."""
    return gamma.pdf(*_as_gamma(x, df, loc, scale))


@distribution_function
def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of at most x, P(df/2, u/2) with u = (x − loc)/scale."""
    return gamma.cdf(*_as_gamma(x, df, loc, scale))


@distribution_function
def sf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x, accurate where it is small."""
    return gamma.sf(*_as_gamma(x, df, loc, scale))
