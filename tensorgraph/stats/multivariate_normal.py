"""The normal distribution in d dimensions, with a mean vector and a covariance matrix (floor 3)."""

from __future__ import annotations

import math
from typing import Any

from tensorgraph.core.describe import kind
from tensorgraph.errors import ShapeError
from tensorgraph.ops.arithmetic import square
from tensorgraph.ops.diagonals import diagonal
from tensorgraph.ops.linalg.decompositions import cholesky
from tensorgraph.ops.linalg.inverses import solve
from tensorgraph.ops.transcendental import exp, log
from tensorgraph.stats.parameters import alike, distribution_function

__all__ = ["entropy", "logpdf", "pdf"]

LOG_2PI = math.log(2.0 * math.pi)


def _factor(cov: Any) -> tuple[Any, Any]:
    """The Cholesky factor of a covariance and ½ ln det; raises `LinAlgError` unless it is positive definite."""
    factor = cholesky(cov)
    return factor, log(diagonal(factor)).sum()


def _log_density(x: Any, mean: Any, cov: Any) -> Any:
    x, mean, cov = alike(x, mean, cov)
    if mean.ndim > 1 or not x.ndim or cov.shape != 2 * x.shape[-1:] or mean.shape not in {(), x.shape[-1:]}:
        message = (
            "multivariate_normal: expected points (…, d), a mean (d,) and a covariance (d, d), "
            f"got {kind(x)}, {kind(mean)} and {kind(cov)}"
        )
        raise ShapeError(message)
    factor, half_log_det = _factor(cov)
    d = x.shape[-1]
    offsets = (x - mean).reshape((-1, d))
    whitened = solve(factor, offsets.mT)
    return (-0.5 * square(whitened).sum(axis=0) - half_log_det - 0.5 * d * LOG_2PI).reshape(x.shape[:-1])


@distribution_function
def logpdf(x: Any, mean: Any, cov: Any) -> Any:
    """ln of the density at points x (…, d): −½ (x − μ)ᵀ Σ⁻¹ (x − μ) − ½ ln det Σ − d/2 ln 2π.

    Raises `ShapeError` for shapes that do not fit and `LinAlgError` if Σ is not positive definite.

    >>> import tensorgraph as tg
    >>> tg.stats.multivariate_normal.logpdf([0.0, 0.0], [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]])
    tensor(-1.83787707)
    """
    return _log_density(x, mean, cov)


@distribution_function
def pdf(x: Any, mean: Any, cov: Any) -> Any:
    """The density at points x (…, d)."""
    return exp(_log_density(x, mean, cov))


@distribution_function
def entropy(mean: Any, cov: Any) -> Any:  # noqa: ARG001 - it has no part in it, but in SciPy's signature
    """The differential entropy in nats, ½ ln det (2πe Σ), whatever the mean.

    >>> import tensorgraph as tg
    >>> tg.stats.multivariate_normal.entropy([0.0], [[1.0]])
    tensor(1.41893853)
    """
    _, half_log_det = _factor(cov)
    return half_log_det + 0.5 * cov.shape[-1] * (LOG_2PI + 1.0)
