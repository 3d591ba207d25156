"""Card and compositions: mean 0 and variance 1 along axes, as layer and batch normalisation (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops.arithmetic import sqrt
from tensorgraph.ops.comparison import equal, where
from tensorgraph.ops.forwards import accumulator, inexact

__all__ = ["batchnorm", "layernorm", "standardize"]


@primitive(
    batch=along_axis(),
    vjps=(lambda g, z, x, axis, eps: _project(g, z, x, axis, eps),),  # noqa: PLW0108 - the helper stands below
    jvps=(lambda dx, z, x, axis, eps: _project(dx, z, x, axis, eps),),  # noqa: PLW0108
    latex=r"\frac{{x} - \mu}{\sqrt{\sigma^2 + \varepsilon}}",
    subgradient="0 along a constant slice when ε = 0",
    cases=(
        case((2, 5)),
        case((4,), axis=0, eps=0.0),
        case((3, 4), axis=None, eps=0.1),
        case((2, 3, 4), axis=(0, 2), eps=0.5),
        case((2, 3, 4), axis=-2),
        case((2, 0)),
    ),
)
def standardize(x: Operand, /, axis: Any = -1, eps: float = 1e-5) -> Any:
    """x shifted and scaled to mean 0 and variance 1 along `axis`: (x − μ) / √(σ² + ε), with σ² the mean of (x − μ)².

    `axis` is one axis, several, or None for all. With ε = 0 a constant slice gives 0 and has the gradient 0.

    >>> import tensorgraph as tg
    >>> tg.nn.standardize([1.0, 3.0], eps=0.0)
    tensor([-1.,  1.])
    """
    x = inexact(x)
    if not x.size:
        return x
    wide = x.astype(accumulator(x.dtype), copy=False)
    d = np.asarray(wide - wide.mean(axis=axis, keepdims=True))
    variance = np.asarray(np.square(d).mean(axis=axis, keepdims=True)) + eps
    d *= np.divide(1, np.sqrt(variance), where=variance > 0, out=np.zeros_like(variance))
    return d.astype(x.dtype, copy=False)


def _project(g: Any, z: Any, x: Any, axis: Any, eps: float) -> Any:
    # With s = √(σ² + ε), dz = (dx − mean dx)/s − z ds/s and ds = mean(z dx): a symmetric map, so both directions.
    if not x.size:
        return g
    d = x - x.mean(axis=axis, keepdims=True)
    variance = (d * d).mean(axis=axis, keepdims=True) + eps
    flat = equal(variance, 0)
    inverse = where(flat, 0, 1 / sqrt(where(flat, 1, variance)))
    return (g - g.mean(axis=axis, keepdims=True) - z * (g * z).mean(axis=axis, keepdims=True)) * inverse


@composition()
def layernorm(x: Operand, /, gamma: Any = None, beta: Any = None, axis: Any = -1, eps: float = 1e-5) -> Any:
    """Layer normalisation: mean 0 and variance 1 along `axis`, then times `gamma` and plus `beta`, if given.

    Source: J. L. Ba, J. R. Kiros, G. E. Hinton, *Layer normalization* (2016).

    >>> import tensorgraph as tg
    >>> tg.nn.layernorm([[1.0, 3.0], [0.0, 2.0]], gamma=[1.0, 2.0], eps=0.0)
    tensor([[-1.,  2.],
            [-1.,  2.]])
    """
    return _scaled(standardize(x, axis=axis, eps=eps), gamma, beta)


@composition()
def batchnorm(x: Operand, /, gamma: Any = None, beta: Any = None, eps: float = 1e-5) -> Any:
    """Batch normalisation: mean 0 and variance 1 of each channel, then times `gamma` and plus `beta`, if given.

    x is (samples, channels, …); `gamma` and `beta` have one number per channel. Raises `ShapeError` for other shapes.

    Source: S. Ioffe, C. Szegedy, *Batch normalization* (2015).

    >>> import tensorgraph as tg
    >>> tg.nn.batchnorm([[1.0, 0.0], [3.0, 8.0]], beta=[0.0, 5.0], eps=0.0)
    tensor([[-1.,  4.],
            [ 1.,  6.]])
    """
    if x.ndim < 2:
        message = f"batchnorm: expected (samples, channels, …), got {kind(x)}"
        raise ShapeError(message)
    z = standardize(x, axis=(0, *range(2, x.ndim)), eps=eps)
    return _scaled(z, *(_per_channel(name, p, x) for name, p in (("gamma", gamma), ("beta", beta))))


def _per_channel(name: str, parameter: Any, x: Any) -> Any:
    if parameter is None:
        return None
    if not hasattr(parameter, "shape"):
        parameter = np.asarray(parameter)
    if parameter.shape != (x.shape[1],):
        message = f"batchnorm: expected one {name} per channel of {kind(x)}, got {kind(parameter)}"
        raise ShapeError(message)
    return parameter.reshape((-1,) + (1,) * (x.ndim - 2))


def _scaled(z: Any, gamma: Any, beta: Any) -> Any:
    z = z if gamma is None else z * gamma
    return z if beta is None else z + beta
