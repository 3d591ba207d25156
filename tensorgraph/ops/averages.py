"""Averages, ranges, and the reductions that leave NaN out (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.comparison import isnan, logical_and, logical_not
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.keywords import checked_axes, mask_of, refuse_out, warn_all_nan
from tensorgraph.ops.layout import broadcast_to, expand_dims
from tensorgraph.ops.reductions import max, mean, min, prod, sum
from tensorgraph.ops.searching import any
from tensorgraph.ops.statistics import std, var
from tensorgraph.ops.values import as_operand, peek

__all__ = ["average", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar", "ptp"]


@composition(lift=1)
def average(
    x: Operand, /, axis: Any = None, weights: Operand = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Weighted mean along axes, Σ wᵢ xᵢ / Σ wᵢ, by default along all and with equal weights.

    `weights` have the shape of x or of the reduced axes, and a gradient if they are a Tensor. With `returned=True` the
    sums of the weights are returned as well. Raises ZeroDivisionError if a sum of weights is 0.

    >>> import tensorgraph as tg
    >>> tg.average(tg.tensor([1.0, 4.0]), weights=[3.0, 1.0])
    tensor(1.75)
    """
    x = as_operand(x)
    axis = checked_axes("average", axis, x.ndim)
    if weights is None:
        z = mean(x, axis=axis, keepdims=keepdims)
        if not returned:
            return z
        return z, np.full(z.shape, x.size / (z.size or 1), z.dtype)
    weights = _spread(x, axis, as_operand(weights))
    total = sum(weights * np.ones((), np.result_type(x.dtype, weights.dtype, np.float16)), axis=axis, keepdims=keepdims)
    if (peek(total) == 0).any():
        message = "average: weights sum to zero, so they cannot be normalised"
        raise ZeroDivisionError(message)
    z = sum(x * weights, axis=axis, keepdims=keepdims) / total
    return (z, broadcast_to(total, shape=z.shape)) if returned else z


def _spread(x: Any, axis: Any, weights: Any) -> Any:
    """The weights, with an axis for each axis of x."""
    if weights.shape == x.shape:
        return weights
    axes = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not axes or weights.shape != tuple(x.shape[a] for a in axes):
        message = (
            f"average: expected weights of shape {x.shape}, or of the reduced axes axis={axis}, got {weights.shape}"
        )
        raise ArgumentError(message)
    order = tuple(int(i) for i in np.argsort(axes))
    ordered = weights.transpose(order) if len(order) > 1 else weights
    return broadcast_to(expand_dims(ordered, axis=tuple(i for i in range(x.ndim) if i not in axes)), shape=x.shape)


@composition()
def ptp(x: Operand, /, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """Largest less smallest element along axes ("peak to peak"), by default of all.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.ptp)(tg.tensor([3.0, 1.0, 2.0]))
    tensor([ 1., -1.,  0.])
    """
    refuse_out("ptp", out)
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


# What leaves NaN out. Where nothing is left, sum and product are empty (0 and 1), the others NaN with NumPy's warning.


def _counted(name: str, x: Any, where: Any) -> Any:
    numbers = logical_not(isnan(x))
    return numbers if where is True else logical_and(numbers, mask_of(name, where, x))


@composition()
def nansum(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Operand = None,
    where: Operand = True,
) -> Any:
    """Sum of the elements that are not NaN.

    >>> import tensorgraph as tg
    >>> tg.nansum([1.0, float("nan"), 2.0])
    tensor(3.)
    """
    refuse_out("nansum", out)
    return sum.function(choose(isnan(x), 0, x), axis, dtype, keepdims=keepdims, initial=initial, where=where)


@composition()
def nanprod(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Operand = None,
    where: Operand = True,
) -> Any:
    """Product of the elements that are not NaN."""
    refuse_out("nanprod", out)
    return prod.function(choose(isnan(x), 1, x), axis, dtype, keepdims=keepdims, initial=initial, where=where)


@composition()
def nanmean(
    x: Operand, /, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, *, where: Any = True
) -> Any:
    """Mean of the elements that are not NaN."""
    refuse_out("nanmean", out)
    return mean.function(x, axis, dtype, keepdims=keepdims, where=_counted("nanmean", x, where))


@composition()
def nanvar(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Operand = None,
    correction: float | None = None,
) -> Any:
    """Variance of the elements that are not NaN; the keywords are those of `var`."""
    counted = _counted("nanvar", x, where)
    return var.function(x, axis, dtype, out, ddof, keepdims, where=counted, mean=mean, correction=correction)


@composition()
def nanstd(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Operand = None,
    correction: float | None = None,
) -> Any:
    """Standard deviation of the elements that are not NaN; the keywords are those of `var`."""
    counted = _counted("nanstd", x, where)
    return std.function(x, axis, dtype, out, ddof, keepdims, where=counted, mean=mean, correction=correction)


@composition()
def nanmax(
    x: Operand,
    /,
    axis: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Operand = None,
    where: Any = True,
) -> Any:
    """Largest of the elements that are not NaN; NaN, with a warning, of a row that has none.

    >>> import tensorgraph as tg
    >>> tg.nanmax([1.0, float("nan"), 2.0])
    tensor(2.)
    """
    return _past_nan("nanmax", max, -np.inf, x, axis, out, keepdims, initial, where)


@composition()
def nanmin(
    x: Operand,
    /,
    axis: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Operand = None,
    where: Any = True,
) -> Any:
    """Smallest of the elements that are not NaN; NaN, with a warning, of a row that has none."""
    return _past_nan("nanmin", min, np.inf, x, axis, out, keepdims, initial, where)


def _past_nan(
    name: str, op: Any, worst: float, x: Any, axis: Any, out: Any, keepdims: Any, initial: Any, where: Any
) -> Any:
    refuse_out(name, out)
    x = as_operand(x)
    if x.dtype.kind not in "fc":
        return op.function(x, axis, keepdims=keepdims, initial=initial, where=where)
    counted = _counted(name, x, where)
    z = op.function(choose(counted, x, worst), axis, keepdims=keepdims, initial=initial)
    if initial is not None:
        return z
    some = any(counted, axis=axis, keepdims=keepdims)
    warn_all_nan(as_operand(some)[..., None])
    return choose(some, z, np.nan)
