"""Random tensors, drawn by NumPy's generators: `tg.random` (floor 3).

There is no global state: `default_rng(seed)` makes a generator, and each function here takes `seed=`, a number for the
same draws on every run, a generator to go on with, or None for fresh ones. Where a draw is a smooth function of
parameters and of noise that does not depend on them (location and scale families), it carries the gradients of Tensor
parameters:

    normal   z = loc + scale · ε        uniform   z = low + (high − low) · u        exponential   z = scale · ε

(the reparametrisation trick: Kingma and Welling, Auto-Encoding Variational Bayes, 2014, section 2.4). A draw is a
constant of the graph: a replay uses the same one, so what shall be drawn anew goes into a compiled function as an
argument.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.tensor import Tensor
from tensorgraph.ops.drawing import Generator, Size

__all__ = [
    "Generator",
    "choice",
    "default_rng",
    "exponential",
    "gumbel",
    "integers",
    "laplace",
    "logistic",
    "lognormal",
    "normal",
    "permutation",
    "random",
    "rayleigh",
    "standard_normal",
    "uniform",
]


def default_rng(seed: Any = None) -> Generator:
    """A generator of random Tensors; the same seed gives the same draws, None fresh ones.

    >>> import tensorgraph as tg
    >>> a, b = tg.random.default_rng(7), tg.random.default_rng(7)
    >>> bool(a.random() == b.random())
    True
    """
    return seed if isinstance(seed, Generator) else Generator(np.random.default_rng(seed))


def random(size: Size = None, dtype: Any = np.float64, *, seed: Any = None) -> Tensor:
    """Uniform in [0, 1); see `Generator.random`."""
    return default_rng(seed).random(size, dtype)


def standard_normal(size: Size = None, dtype: Any = np.float64, *, seed: Any = None) -> Tensor:
    """Normal with mean 0 and variance 1; see `Generator.standard_normal`."""
    return default_rng(seed).standard_normal(size, dtype)


def integers(
    low: Any, high: Any = None, size: Size = None, dtype: Any = np.int64, *, endpoint: bool = False, seed: Any = None
) -> Tensor:
    """Integers from low up to high; see `Generator.integers`."""
    return default_rng(seed).integers(low, high, size, dtype, endpoint=endpoint)


def uniform(low: Any = 0.0, high: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Uniform in [low, high), differentiable in both.

    >>> import tensorgraph as tg
    >>> tg.random.uniform(size=(2, 2), seed=0).shape
    (2, 2)
    """
    return default_rng(seed).uniform(low, high, size)


def normal(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Normal with the given mean and standard deviation, differentiable in both."""
    return default_rng(seed).normal(loc, scale, size)


def laplace(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Laplace, differentiable in both parameters; see `Generator.laplace`."""
    return default_rng(seed).laplace(loc, scale, size)


def logistic(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Logistic, differentiable in both parameters; see `Generator.logistic`."""
    return default_rng(seed).logistic(loc, scale, size)


def gumbel(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Gumbel, differentiable in both parameters; see `Generator.gumbel`."""
    return default_rng(seed).gumbel(loc, scale, size)


def lognormal(mean: Any = 0.0, sigma: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """The exponential of a normal draw, differentiable in both parameters of that."""
    return default_rng(seed).lognormal(mean, sigma, size)


def exponential(scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """Exponential with the given mean, differentiable in it."""
    return default_rng(seed).exponential(scale, size)


def rayleigh(scale: Any = 1.0, size: Size = None, *, seed: Any = None) -> Tensor:
    """The length of a vector of two normal draws, differentiable in their standard deviation."""
    return default_rng(seed).rayleigh(scale, size)


def permutation(x: Any, axis: int = 0, *, seed: Any = None) -> Tensor:
    """The slices of x along an axis in random order; see `Generator.permutation`."""
    return default_rng(seed).permutation(x, axis)


def choice(
    a: Any, size: Size = None, replace: bool = True, p: Any = None, axis: int = 0, *, seed: Any = None
) -> Tensor:
    """Slices of `a` along an axis, or numbers below it; see `Generator.choice`."""
    return default_rng(seed).choice(a, size, replace, p, axis)
