"""The beta distribution with shapes a, b > 0 on [loc, loc + scale] (floor 3; needs the extra `scipy`)."""

from __future__ import annotations

from typing import Any

from tensorgraph.ops.comparison import greater_equal, less_equal
from tensorgraph.ops.extremes import clip
from tensorgraph.ops.gamma_function import betaln
from tensorgraph.ops.incomplete_beta import betainc
from tensorgraph.ops.transcendental import exp, log, xlog1py, xlogy
from tensorgraph.stats.parameters import alike, distribution_function, supported

__all__ = ["cdf", "logpdf", "pdf"]


def _log_density(x: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    x, a, b, loc, scale = alike(x, a, b, loc, scale)
    z = (x - loc) / scale
    inside = greater_equal(z, 0) & less_equal(z, 1)
    return supported(inside, z, 0.5, lambda u: xlogy(a - 1, u) + xlog1py(b - 1, -u) - betaln(a, b) - log(scale))


@distribution_function
def logpdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """ln of the density, (a−1) ln u + (b−1) ln(1−u) − ln B(a, b) − ln scale with u = (x − loc)/scale; −∞ outside.

    >>> import tensorgraph as tg
    >>> tg.stats.beta.logpdf(0.5, 2.0, 2.0)
    tensor(0.40546511)
    """
    return _log_density(x, a, b, loc, scale)


@distribution_function
def pdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density, u^(a−1) (1−u)^(b−1) / (B(a, b) scale) with u = (x − loc)/scale; 0 outside."""
    return exp(_log_density(x, a, b, loc, scale))


@distribution_function
def cdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of at most x, I_u(a, b) with u = (x − loc)/scale.

    >>> import tensorgraph as tg
    >>> tg.stats.beta.cdf(0.5, 3.0, 3.0)
    tensor(0.5)
    """
    x, a, b, loc, scale = alike(x, a, b, loc, scale)
    return betainc(a, b, clip((x - loc) / scale, 0, 1))
