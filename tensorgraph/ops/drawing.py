"""Generator: random numbers as tensors, with gradients to their parameters where a draw is smooth in them (floor 2).

See `tensorgraph.random`, the public face.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.operands import SCALARS
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.taking import take
from tensorgraph.ops.transcendental import exp
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["Generator", "Size"]

Size = int | tuple[int, ...] | None


class Generator:
    """A stream of random numbers, as Tensors; made by `default_rng`.

    >>> import tensorgraph as tg
    >>> rng = tg.random.default_rng(0)
    >>> rng.normal(size=(2, 3)).shape
    (2, 3)
    >>> tg.grad(lambda scale: rng.normal(0.0, scale, size=3).sum())(1.0).shape
    ()
    """

    __slots__ = ("_numpy",)

    def __init__(self, numpy: np.random.Generator) -> None:
        self._numpy = numpy

    @property
    def numpy(self) -> np.random.Generator:
        """NumPy's generator inside, for what has no method here; it shares the stream."""
        return self._numpy

    def random(self, size: Size = None, dtype: Any = np.float64) -> Tensor:
        """Uniform in [0, 1)."""
        return _tensor(self._numpy.random(size, dtype))

    def standard_normal(self, size: Size = None, dtype: Any = np.float64) -> Tensor:
        """Normal with mean 0 and variance 1."""
        return _tensor(self._numpy.standard_normal(size, dtype))

    def integers(
        self, low: Any, high: Any = None, size: Size = None, dtype: Any = np.int64, *, endpoint: bool = False
    ) -> Tensor:
        """Integers from low up to high, which is left out unless `endpoint`; with one bound, from 0."""
        return _tensor(self._numpy.integers(value_of(low), value_of(high), size, dtype, endpoint))

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Size = None) -> Tensor:
        """Uniform in [low, high), differentiable in both."""
        low, high = _parameter(low), _parameter(high)
        return _tensor(low + (high - low) * self._noise(self._numpy.random, size, low, high))

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Tensor:
        """Normal with the given mean and standard deviation, differentiable in both."""
        return self._located(self._numpy.standard_normal, loc, scale, size)

    def laplace(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Tensor:
        """Laplace with density exp(−|x − loc| / scale) / (2 scale), differentiable in both."""
        return self._located(lambda size: self._numpy.laplace(size=size), loc, scale, size)

    def logistic(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Tensor:
        """Logistic with distribution function 1 / (1 + exp(−(x − loc) / scale)), differentiable in both."""
        return self._located(lambda size: self._numpy.logistic(size=size), loc, scale, size)

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Tensor:
        """Gumbel with distribution function exp(−exp(−(x − loc) / scale)), differentiable in both."""
        return self._located(lambda size: self._numpy.gumbel(size=size), loc, scale, size)

    def lognormal(self, mean: Any = 0.0, sigma: Any = 1.0, size: Size = None) -> Tensor:
        """The exponential of a normal draw, differentiable in both parameters of that."""
        return exp.function(self.normal(mean, sigma, size))

    def exponential(self, scale: Any = 1.0, size: Size = None) -> Tensor:
        """Exponential with the given mean, differentiable in it."""
        return self._located(self._numpy.standard_exponential, 0.0, scale, size)

    def rayleigh(self, scale: Any = 1.0, size: Size = None) -> Tensor:
        """The length of a vector of two normal draws with standard deviation `scale`, differentiable in it."""
        return self._located(lambda size: self._numpy.rayleigh(size=size), 0.0, scale, size)

    def permutation(self, x: Any, axis: int = 0) -> Tensor:
        """The slices of x along an axis in random order, or a random order of the numbers below an integer x."""
        if isinstance(x, int):
            return _tensor(self._numpy.permutation(x))
        x = as_operand(x)
        return _tensor(take(x, self._numpy.permutation(x.shape[axis]), axis=axis))

    def choice(
        self, a: Any, size: Size = None, replace: bool = True, p: Any = None, axis: int = 0, shuffle: bool = True
    ) -> Tensor:
        """Slices of `a` along an axis, or numbers below an integer `a`, with probabilities p or all alike."""
        if isinstance(p, Tensor) and p.requires_grad:
            raise ArgumentError(_rough("choice", p))
        if isinstance(a, int):
            return _tensor(self._numpy.choice(a, size, replace, value_of(p), shuffle=shuffle))
        a = as_operand(a)
        picked = self._numpy.choice(a.shape[axis], size, replace, value_of(p), shuffle=shuffle)
        return _tensor(take(a, np.asarray(picked), axis=axis))

    def __getattr__(self, name: str) -> Any:
        """Any other distribution of NumPy's generator; its parameters have no gradient."""
        if name not in OTHERS:
            message = f"{name!r} is no draw that makes a tensor; what NumPy's generator has besides is in .numpy"
            raise AttributeError(message)
        draw = getattr(self._numpy, name)

        def drawn(*args: Any, **keywords: Any) -> Tensor:
            for parameter in (*args, *keywords.values()):
                if isinstance(parameter, Tensor) and parameter.requires_grad:
                    raise ArgumentError(_rough(name, parameter))
            return _tensor(draw(*map(value_of, args), **{k: value_of(v) for k, v in keywords.items()}))

        return drawn

    def __repr__(self) -> str:
        return f"tensorgraph.random.Generator({self._numpy.bit_generator.__class__.__name__})"

    def _located(self, draw: Any, loc: Any, scale: Any, size: Size) -> Tensor:
        loc, scale = _parameter(loc), _parameter(scale)
        if np.any(value_of(scale) < 0):
            message = f"expected a scale ≥ 0, got {describe(scale)} with minimum {np.min(value_of(scale))}"
            raise ArgumentError(message)
        return _tensor(loc + scale * self._noise(draw, size, loc, scale))

    def _noise(self, draw: Any, size: Size, *parameters: Any) -> Any:
        """Noise of the wanted size, or of the parameters' common shape, in their dtype."""
        common = np.broadcast_shapes(*(np.shape(value_of(x)) for x in parameters))
        noise = np.asarray(draw(size=common if size is None else size))
        try:
            fits = np.broadcast_shapes(common, noise.shape) == noise.shape
        except ValueError:
            fits = False
        if not fits:
            message = f"size={size!r} has no room for parameters of shape {common}"
            raise ArgumentError(message)
        return noise.astype(np.result_type(*map(value_of, parameters), 0.0))


OTHERS = frozenset(
    {
        "beta",
        "binomial",
        "chisquare",
        "dirichlet",
        "f",
        "gamma",
        "geometric",
        "hypergeometric",
        "logseries",
        "multinomial",
        "multivariate_hypergeometric",
        "multivariate_normal",
        "negative_binomial",
        "noncentral_chisquare",
        "noncentral_f",
        "pareto",
        "poisson",
        "power",
        "standard_cauchy",
        "standard_exponential",
        "standard_gamma",
        "standard_t",
        "triangular",
        "vonmises",
        "wald",
        "weibull",
        "zipf",
    }
)
"""NumPy's other distributions."""


def _parameter(x: Any) -> Any:
    """A Python number as it is, as it is weak; anything else with a shape."""
    return x if type(x) in SCALARS else as_operand(x)


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else wrap(np.asarray(as_array(x)))


def _rough(name: str, parameter: Tensor) -> str:
    return (
        f"{name} is no smooth function of its parameters and noise, so the gradient of {describe(parameter)} would be "
        "lost; pass parameter.detach(), or use a family with location and scale"
    )
