"""Cards: softmax and its logarithm (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.forwards import accumulator, inexact
from tensorgraph.ops.transcendental import exp

__all__ = ["log_softmax", "softmax"]

SOFTMAX_CASES = (
    case((5,)),
    case((2, 3)),
    case((2, 3), axis=0),
    case((2, 3), axis=None),
    case((2, 3, 4), axis=(0, -1)),
    case((3, 0)),
    case((0, 3)),
    case(()),
)


@primitive(
    batch=along_axis(),
    vjps=(lambda g, z, x, axis: _pull(g, z, axis),),
    jvps=(lambda dx, z, x, axis: _pull(dx, z, axis),),
    latex=r"\operatorname{softmax}({x})",
    cases=SOFTMAX_CASES,
)
def softmax(x: Operand, /, axis: Any = -1) -> Any:
    """Exponentials normalised to the sum 1 along `axis` (one, several, or None for all): z_i = e^(x_i) / Σ_j e^(x_j).

    ∂z_i/∂x_j = z_i (δ_ij − z_j). Overflow cannot happen; a slice of −∞ alone has no softmax and gives NaN.

    >>> import tensorgraph as tg
    >>> tg.softmax([1000.0, 1000.0])
    tensor([0.5, 0.5])
    """
    z = _shifted(x, axis)
    np.exp(z, out=z)
    z /= _sum(z, axis)
    return z


def _pull(g: Any, z: Any, axis: Any) -> Any:
    """z (g − Σ g z): the Jacobian of softmax is symmetric, so this is both its directions."""
    gz = g * z
    return gz - z * gz.sum(axis=axis, keepdims=True)


@primitive(
    batch=along_axis(),
    vjps=(lambda g, z, x, axis: g - exp(z) * g.sum(axis=axis, keepdims=True),),
    jvps=(lambda dx, z, x, axis: dx - (exp(z) * dx).sum(axis=axis, keepdims=True),),
    latex=r"\operatorname{log softmax}({x})",
    cases=SOFTMAX_CASES,
)
def log_softmax(x: Operand, /, axis: Any = -1) -> Any:
    """Logarithm of softmax along `axis`: z_i = x_i − ln Σ_j e^(x_j), finite where softmax itself underflows.

    >>> import tensorgraph as tg
    >>> tg.log_softmax([0.0, -1000.0])
    tensor([    0., -1000.])
    """
    z = _shifted(x, axis)
    if z.size:
        z -= np.log(_sum(np.exp(z), axis))
    return z


@np.errstate(over="ignore")
def _shifted(x: Any, axis: Any) -> Any:
    """A new array x − max x, so that the largest exponential along `axis` is 1; beyond range −∞."""
    x = inexact(x)
    return np.asarray(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))


def _sum(z: Any, axis: Any) -> Any:
    return np.sum(z, axis=axis, keepdims=True, dtype=accumulator(z.dtype))
