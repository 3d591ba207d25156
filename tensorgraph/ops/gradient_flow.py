"""Cards that change gradients and leave values alone: scaled, reversed, clipped (floor 2).

Their derivative is decreed, not that of the identity which they compute. `stop_gradient` is the oldest of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, DtypeError
from tensorgraph.ops.arithmetic import abs, sqrt
from tensorgraph.ops.comparison import stop_gradient, where
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.reductions import max, sum

__all__ = ["clip_gradient", "scale_gradient"]


@primitive(
    vjps=(lambda g, z, x, factor: g * factor,),
    jvps=(lambda dx, z, x, factor: dx * factor,),
    batch=aligned,
    decreed=True,
    reads_values=False,
    latex="{x}",
    cases=(case((2, 3), factor=0.5), case((), factor=-1.0), case((0,), factor=2.0)),
)
def scale_gradient(x: Operand, /, factor: float) -> Any:
    """x itself, whose derivative counts `factor` times, in both modes and at every order.

    A factor of 0 is `stop_gradient`; a negative one reverses the gradient, as between the feature extractor and the
    domain classifier of an adversarial net. Raises `ArgumentError` for a factor that is no real number.

    Source of the reversal: Y. Ganin and V. Lempitsky, *Unsupervised domain adaptation by backpropagation* (2015).

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: tg.scale_gradient(x, -0.5) ** 2)(3.0)
    tensor(-3.)
    """
    _check_number("scale_gradient", "factor", factor)
    return x


def _clipped(g: Any, z: Any, x: Any, low: Any, high: Any, norm: Any) -> Any:  # noqa: ARG001 - the form of a rule
    if norm is None:
        g = g if low is None else maximum(g, low)
        return g if high is None else minimum(g, high)
    # ‖g‖ = m ‖g/m‖ with m the largest element, so that no square overflows or vanishes; m cancels in the derivative.
    m = stop_gradient(max(abs(g))) if g.size else 1.0
    m = where(m > 0, m, 1.0)
    squares = sum(abs(g / m) ** 2)
    length = m * sqrt(where(squares > 0, squares, 1.0))
    return g * where(length > norm, norm / length, 1.0)


@primitive(
    vjps=(_clipped,),
    jvps=(lambda dx, z, x, low, high, norm: dx,),
    batch=lambda op, xs, lead, size, low, high, norm: (
        op(*xs, low=low, high=high) if norm is None else NotImplemented  # the norm is that of one example
    ),
    decreed=True,
    reads_values=False,
    latex="{x}",
    cases=(case((2, 3), low=-1.0, high=1.0), case((3,), norm=0.5), case((), high=0.5), case((0,), norm=1.0)),
)
def clip_gradient(x: Operand, /, low: float | None = None, high: float | None = None, norm: float | None = None) -> Any:
    """x itself, whose cotangent is clipped on its way back: element by element to [low, high], or as a whole to a norm.

    With `norm`, a cotangent g of Euclidean length ‖g‖ > norm becomes g · norm / ‖g‖. The gradient that comes out is
    differentiable in turn. Only cotangents are clipped: a tangent in forward mode passes as it is, so the two modes
    differ here, as they must for a rule that is not linear.

    Raises `ArgumentError` for limits that are no real numbers, for low > high, a norm below 0, and norms together
    with limits; `DtypeError` for a limit on complex cotangents, which have no order.

    Source: R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural networks* (2013).

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: (tg.clip_gradient(x, -1.0, 1.0) ** 2).sum())(tg.tensor([3.0, 0.25]))
    tensor([1. , 0.5])
    """
    for name, limit in (("low", low), ("high", high), ("norm", norm)):
        if limit is not None:
            _check_number("clip_gradient", name, limit)
    if norm is not None and (norm < 0 or low is not None or high is not None):
        message = f"clip_gradient: give low and high, or a norm ≥ 0, got low={low!r}, high={high!r}, norm={norm!r}"
        raise ArgumentError(message)
    if low is not None and high is not None and low > high:
        message = f"clip_gradient: expected low ≤ high, got low={low!r} and high={high!r}"
        raise ArgumentError(message)
    if norm is None and np.asarray(x).dtype.kind == "c":
        message = "clip_gradient: complex cotangents have no order, so no low and high; clip them by norm="
        raise DtypeError(message)
    return x


def _check_number(name: str, what: str, value: Any) -> None:
    if not isinstance(value, int | float | np.integer | np.floating) or np.isnan(value):
        message = f"{name}: {what} is a real number (no gradient flows to it), got {value!r}"
        raise ArgumentError(message)
