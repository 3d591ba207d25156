"""Log-densities and distributions of probability, differentiable in every parameter: `tg.stats` (floor 3).

Each distribution is a module with functions under SciPy's names, as in `tg.stats.norm.logpdf(x, loc, scale)`.
"""

from __future__ import annotations

from tensorgraph.stats import beta as beta
from tensorgraph.stats import chi2 as chi2
from tensorgraph.stats import dirichlet as dirichlet
from tensorgraph.stats import gamma as gamma
from tensorgraph.stats import multivariate_normal as multivariate_normal
from tensorgraph.stats import norm as norm
from tensorgraph.stats import poisson as poisson
from tensorgraph.stats import t as t

__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]
