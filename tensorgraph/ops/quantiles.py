"""Quantiles and medians: interpolation between elements of certain ranks (floor 2).

Every method of Hyndman and Fan is piecewise linear in the elements and, where it interpolates, in the quantile asked
for; the gradient goes to the elements between which the quantile lies.

Source: Hyndman and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996), 361-365.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.comparison import isnan, less, logical_not, stop_gradient
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.keywords import axes_of, checked_axes, reduced_shape, refuse_out, warn_all_nan
from tensorgraph.ops.layout import expand_dims, moveaxis, reshape, transpose
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.rounding import ceil, floor, remainder, rint
from tensorgraph.ops.scans import cumsum
from tensorgraph.ops.sorting import argpartition, argsort, sort
from tensorgraph.ops.taking import take, take_along_axis
from tensorgraph.ops.values import as_operand, peek

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

_PLOTTING = {
    "linear": (1.0, 1.0),
    "weibull": (0.0, 0.0),
    "hazen": (0.5, 0.5),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
    "interpolated_inverted_cdf": (0.0, 1.0),
}
"""The plotting positions α and β of the methods that interpolate: the quantile q has the rank α + q (n + 1 − α − β)."""

_STEPS = ("lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "closest_observation")


def _place(n: Any, q: Any, method: str) -> Any:
    """Where the quantile q of n sorted elements lies, counted from 0; between two elements it is interpolated."""
    if method in _PLOTTING:
        a, b = _PLOTTING[method]
        return q * (n - 1) if a == b == 1 else q * (n + 1 - a - b) + (a - 1)
    if method in {"lower", "higher", "nearest", "midpoint"}:
        place = q * (n - 1)
        if method == "midpoint":
            return (floor(place) + ceil(place)) / 2
        return {"lower": floor, "higher": ceil, "nearest": rint}[method](place)
    if method == "inverted_cdf":
        return ceil(q * n - 1)
    if method == "averaged_inverted_cdf":
        place = q * n - 1
        return (floor(place) + floor(place + 1)) / 2 + choose(floor(place) < place, 0.5, 0)
    place = q * n - 1.5
    low = floor(place)
    return choose((low < place) | (remainder(low, 2) != 1), low + 1, low)


def _ranked(x: Any, q: Any, method: str, weights: Any) -> Any:
    """The quantiles q, of shape (k,), along the last axis of x: shape (…, k)."""
    n = x.shape[-1]
    if weights is not None:
        return _weighted(x, q, weights)
    place = minimum(maximum(_place(n, q, method), 0), n - 1)
    low = floor(place)
    between = place - low
    if isinstance(q, Tensor):
        ordered = sort(x)
        below, above, last = (
            take(ordered, stop_gradient(i).astype(np.intp), axis=-1) for i in (low, ceil(place), np.array([n - 1.0]))
        )
    else:
        kth, index = np.unique([*low, *np.ceil(place), n - 1], return_inverse=True)
        index = index.reshape(-1)
        # One search for all ranks; reading them off by place keeps the path of the gradient.
        found = take(argpartition(x, kth=tuple(kth.astype(int).tolist())), kth.astype(np.intp), axis=-1)
        chosen = take_along_axis(x, found, axis=-1)
        k = len(low)
        below, above, last = (chosen[..., i] for i in (index[:k], index[k:-1], index[-1:]))
    z = below if not isinstance(q, Tensor) and not np.any(between) else _between(below, above, between)
    return choose(isnan(last), np.nan, z) if x.dtype.kind in "fc" else z


def _between(below: Any, above: Any, t: Any) -> Any:
    """The point that divides the way from `below` to `above` in the ratio t : 1 − t, exact at both ends."""
    way = above - below
    return choose(less(t, 0.5), below + way * t, above - way * (1 - t))


def _weighted(x: Any, q: Any, weights: Any) -> Any:
    """Quantiles of the distribution whose elements have weights: where its cumulated weights reach q."""
    order = argsort(x)
    mass = cumsum(take_along_axis(weights, order, axis=-1), axis=-1)
    mass = mass / mass[..., -1:]
    reached = less(choose(mass > 0, mass, -1.0)[..., None, :], reshape(q, shape=(-1, 1)))
    index = minimum(sum(reached, axis=-1), x.shape[-1] - 1)
    return take_along_axis(x, take_along_axis(order, index, axis=-1), axis=-1)


def _ranked_past_nan(x: Any, q: Any, method: str, weights: Any) -> Any:
    """As `_ranked`, of the elements of each row that are not NaN."""
    counts = logical_not(isnan(x))
    warn_all_nan(counts)
    if weights is not None:
        return _weighted(x, q, choose(counts, weights, 0))
    n = sum(counts, axis=-1, keepdims=True)
    place = maximum(minimum(_place(n, q, method), n - 1), 0)
    low = floor(place)
    ordered = sort(x)
    below, above = (take_along_axis(ordered, stop_gradient(i).astype(np.intp), axis=-1) for i in (low, ceil(place)))
    return _between(below, above, place - low)


def _quantile(
    name: str,
    x: Any,
    q: Any,
    axis: Any,
    out: Any,
    method: str,
    keepdims: Any,
    weights: Any,
    scale: float,
    ranked: Any = _ranked,
) -> Any:
    refuse_out(name, out)
    x = as_operand(x)
    axis = checked_axes(name, axis, x.ndim)
    if method not in _PLOTTING and method not in _STEPS:
        message = f"{name}: unknown method {method!r}; expected one of {', '.join((*_PLOTTING, *_STEPS))}"
        raise ArgumentError(message)
    if x.dtype.kind == "c":
        message = f"{name}: complex numbers have no order, so they have no quantiles"
        raise ArgumentError(message)
    given = as_operand(q)
    inside = peek(given)
    if not ((inside >= 0) & (inside <= scale)).all():
        message = f"{name}: expected q between 0 and {scale:g}, got {q!r}"
        raise ArgumentError(message)
    interpolates = method in _PLOTTING or method in {"midpoint", "averaged_inverted_cdf"}
    if interpolates and x.dtype.kind != "f":
        x = x.astype(np.float64)
    share = reshape(given, shape=(-1,)).astype(np.float64) / scale
    z = ranked(_rows(x, axis), share, method, None if weights is None else _weights(name, x, axis, weights, method))
    z = reshape(moveaxis(z, -1, 0), shape=(*given.shape, *reduced_shape(x.shape, axis, keepdims)))
    weak = type(q) in {int, float} or given.dtype.kind != "f" or not interpolates
    dtype = x.dtype if weak else np.result_type(x.dtype, given.dtype)
    return z if z.dtype == dtype else z.astype(dtype)


def _rows(x: Any, axis: Any) -> Any:
    """x with the reduced axes joined into one, the last."""
    gone = axes_of(axis, x.ndim)
    rest = tuple(i for i in range(x.ndim) if i not in gone)
    moved = x if (*rest, *gone) == tuple(range(x.ndim)) else transpose(x, axes=(*rest, *gone))
    return reshape(moved, shape=(*(x.shape[i] for i in rest), int(np.prod([x.shape[i] for i in gone], dtype=np.intp))))


def _weights(name: str, x: Any, axis: Any, weights: Any, method: str) -> Any:
    if method != "inverted_cdf":
        message = f"{name}: weights need method='inverted_cdf', got method={method!r}"
        raise ArgumentError(message)
    weights = as_operand(weights)
    gone = axes_of(axis, x.ndim)
    if weights.shape != x.shape:
        if axis is None or weights.shape != tuple(x.shape[a] for a in gone):
            message = f"{name}: expected weights of shape {x.shape}, or of the reduced axes, got {weights.shape}"
            raise ArgumentError(message)
        weights = expand_dims(weights, axis=tuple(i for i in range(x.ndim) if i not in gone)) + np.zeros(x.shape)
    if (peek(weights) < 0).any():
        message = f"{name}: weights must not be negative"
        raise ArgumentError(message)
    return _rows(weights, axis)


@composition(lift=1)
def quantile(
    x: Operand,
    /,
    q: Operand,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand = None,
) -> Any:
    """The value below which a share q (0 to 1) of the elements lies, along axes, by default along all.

    `method` is one of NumPy's: "linear" (the default), "weibull", "hazen", "median_unbiased", "normal_unbiased",
    "interpolated_inverted_cdf", "lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf" and
    "closest_observation". `q` may be a Tensor with a gradient. A row that holds NaN gives NaN. `weights` go with
    method="inverted_cdf" and have no gradient, as the quantile is constant between two jumps.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: tg.quantile(x, 0.25))(tg.tensor([4.0, 1.0, 3.0]))
    tensor([0. , 0.5, 0.5])
    """
    return _quantile("quantile", x, q, axis, out, method, keepdims, weights, 1.0)


@composition(lift=1)
def percentile(
    x: Operand,
    /,
    q: Operand,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand = None,
) -> Any:
    """The value below which q percent (0 to 100) of the elements lie: `quantile` of q / 100."""
    return _quantile("percentile", x, q, axis, out, method, keepdims, weights, 100.0)


@composition(lift=1)
def nanquantile(
    x: Operand,
    /,
    q: Operand,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand = None,
) -> Any:
    """As `quantile`, of the elements that are not NaN; a row of NaN alone gives NaN and a RuntimeWarning."""
    return _quantile("nanquantile", x, q, axis, out, method, keepdims, weights, 1.0, _ranked_past_nan)


@composition(lift=1)
def nanpercentile(
    x: Operand,
    /,
    q: Operand,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand = None,
) -> Any:
    """As `percentile`, of the elements that are not NaN; a row of NaN alone gives NaN and a RuntimeWarning."""
    return _quantile("nanpercentile", x, q, axis, out, method, keepdims, weights, 100.0, _ranked_past_nan)


@composition()
def median(
    x: Operand,
    /,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    keepdims: bool = False,
) -> Any:
    """The middle element along axes, by default of all; of an even number, the mean of the middle two.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.median)(tg.tensor([4.0, 1.0, 3.0, 2.0]))
    tensor([0. , 0. , 0.5, 0.5])
    """
    return _quantile("median", x, 0.5, axis, out, "linear", keepdims, None, 1.0)


@composition()
def nanmedian(
    x: Operand,
    /,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,  # noqa: ARG001 - tensors are immutable
    keepdims: bool = False,
) -> Any:
    """As `median`, of the elements that are not NaN; a row of NaN alone gives NaN and a RuntimeWarning."""
    return _quantile("nanmedian", x, 0.5, axis, out, "linear", keepdims, None, 1.0, _ranked_past_nan)
