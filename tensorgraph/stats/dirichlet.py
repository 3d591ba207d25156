"""The Dirichlet distribution of K proportions, which sum to 1 (floor 3; needs the extra `scipy`)."""

from __future__ import annotations

from typing import Any

from tensorgraph.core.describe import kind
from tensorgraph.errors import ShapeError
from tensorgraph.ops.gamma_function import gammaln
from tensorgraph.ops.transcendental import exp, xlogy
from tensorgraph.stats.parameters import distribution_function

__all__ = ["logpdf", "pdf"]


def _log_density(x: Any, alpha: Any) -> Any:
    if alpha.ndim != 1 or not x.ndim or x.shape[0] != alpha.shape[0]:
        message = (
            f"dirichlet: expected proportions along the first axis, as many as alpha, got {kind(x)}, {kind(alpha)}"
        )
        raise ShapeError(message)
    column = alpha.reshape((-1,) + (1,) * (x.ndim - 1))
    return xlogy(column - 1, x).sum(axis=0) + gammaln(alpha.sum()) - gammaln(alpha).sum()


@distribution_function
def logpdf(x: Any, alpha: Any) -> Any:
    """ln of the density at proportions x (K, …): Σ (α_k − 1) ln x_k + ln Γ(Σ α_k) − Σ ln Γ(α_k).

    The gradient in x is that of this formula for independent x_k.

    >>> import tensorgraph as tg
    >>> tg.stats.dirichlet.logpdf([0.25, 0.75], [1.0, 1.0])
    tensor(0.)
    """
    return _log_density(x, alpha)


@distribution_function
def pdf(x: Any, alpha: Any) -> Any:
    """The density, Γ(Σ α_k) Π x_k^(α_k − 1) / Γ(α_k)."""
    return exp(_log_density(x, alpha))
