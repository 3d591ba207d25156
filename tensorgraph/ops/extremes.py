"""Cards: the larger and the smaller of two, and what lies between two bounds (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.arithmetic import positive
from tensorgraph.ops.comparison import equal, greater, isnan, less, where

__all__ = ["clip", "clip_between", "fmax", "fmin", "maximum", "minimum"]

_TIES = "½, ½ at a tie"


def _won(x: Any, y: Any, better: Any) -> Any:
    """The share of x in the gradient: 1 where it is better, ½ at a tie, 0 elsewhere."""
    return where(equal(x, y), 0.5, where(better(x, y), 1.0, 0.0))


def _won_over_nan(x: Any, y: Any, better: Any) -> Any:
    """As `_won`, where a NaN loses against a number."""
    return where(isnan(y), 1.0, where(isnan(x), 0.0, _won(x, y, better)))


@elementwise(
    partials=(lambda z, x, y: _won(x, y, greater), lambda z, x, y: _won(y, x, greater)),
    latex=r"\max\left({x}, {y}\right)",
    formula="Max(x, y)",
    distinct=True,
    analytic=False,
    subgradient=_TIES,
)
def maximum(x: Operand, y: Operand, /) -> Any:
    """The larger of two, element by element; NaN if either is."""
    return np.maximum(x, y)


@elementwise(
    partials=(lambda z, x, y: _won(x, y, less), lambda z, x, y: _won(y, x, less)),
    latex=r"\min\left({x}, {y}\right)",
    formula="Min(x, y)",
    distinct=True,
    analytic=False,
    subgradient=_TIES,
)
def minimum(x: Operand, y: Operand, /) -> Any:
    """The smaller of two, element by element; NaN if either is."""
    return np.minimum(x, y)


@elementwise(
    partials=(lambda z, x, y: _won_over_nan(x, y, greater), lambda z, x, y: _won_over_nan(y, x, greater)),
    latex=r"\max\left({x}, {y}\right)",
    formula="Max(x, y)",
    distinct=True,
    analytic=False,
    subgradient=_TIES,
)
def fmax(x: Operand, y: Operand, /) -> Any:
    """The larger of two, element by element; a number wins against NaN."""
    return np.fmax(x, y)


@elementwise(
    partials=(lambda z, x, y: _won_over_nan(x, y, less), lambda z, x, y: _won_over_nan(y, x, less)),
    latex=r"\min\left({x}, {y}\right)",
    formula="Min(x, y)",
    distinct=True,
    analytic=False,
    subgradient=_TIES,
)
def fmin(x: Operand, y: Operand, /) -> Any:
    """The smaller of two, element by element; a number wins against NaN."""
    return np.fmin(x, y)


@elementwise(
    partials=(
        lambda z, x, low, high: _won(maximum(x, low), high, less) * _won(x, low, greater),
        lambda z, x, low, high: _won(maximum(x, low), high, less) * _won(low, x, greater),
        lambda z, x, low, high: _won(high, maximum(x, low), less),
    ),
    latex=r"\min\left(\max\left({x}, {low}\right), {high}\right)",
    formula="Min(Max(x, low), high)",
    distinct=True,
    analytic=False,
    public=False,
    subgradient=_TIES,
)
def clip_between(x: Operand, low: Operand, high: Operand, /) -> Any:
    """x held between two bounds; where the bounds cross, the upper one holds, as in NumPy."""
    return np.minimum(np.maximum(x, low), high)


@composition()
def clip(x: Operand, a_min: Operand = None, a_max: Operand = None, *, min: Operand = None, max: Operand = None) -> Any:
    """x held between two bounds, min(max(x, low), high); None stands for no bound.

    The bounds are called `a_min, a_max` in NumPy and `min, max` in the Array API; both may be arrays, and get the
    gradient where they hold. At a bound the gradient is shared, ½ and ½.

    >>> import tensorgraph as tg
    >>> tg.clip(tg.tensor([-2.0, 0.5, 3.0]), 0, 1)
    tensor([0. , 0.5, 1. ])
    """
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        message = "clip: give a bound once, as a_min or min and as a_max or max"
        raise ArgumentError(message)
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    if low is None:
        return positive(x) if high is None else minimum(x, high)
    return maximum(x, low) if high is None else clip_between(x, low, high)
