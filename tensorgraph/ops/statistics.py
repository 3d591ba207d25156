"""Cards: variance and standard deviation (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.families import general, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.arithmetic import sqrt, square
from tensorgraph.ops.comparison import equal, stop_gradient
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.keywords import axes_of, count_along, dtype_of, keep, lowest, mask_of, masked, refuse_out, shape_of
from tensorgraph.ops.layout import broadcast_to
from tensorgraph.ops.reductions import mean as average
from tensorgraph.ops.reductions import min, sum

__all__ = ["std", "var"]

_CASES = (
    case((2, 3)),
    case((4, 2), axis=0),
    case((3, 2), axis=-2, keepdims=True),
    case((2, 3, 4), axis=(0, 2), ddof=1),
    case((2, 3, 4), axis=(-1, 0), ddof=0.5, keepdims=True),
    case((4,), dtype=np.dtype(np.float64)),
    case(()),
)


def _first(x: Any, axis: Any) -> Any:
    """The first element of each row, as a constant."""
    gone = axes_of(axis, x.ndim)
    return stop_gradient(x[tuple(slice(0, 1) if i in gone else slice(None) for i in range(x.ndim))])


def _centred(x: Any, axis: Any) -> Any:
    """x less its mean; of constant rows exactly 0, as the mean of the differences from the first element is taken."""
    apart = x - _first(x, axis) if x.ndim else x - stop_gradient(x)
    return apart - average(apart, axis=axis, keepdims=True)


def _conjugate(x: Any) -> Any:
    return x.conj() if x.dtype.kind == "c" else x


def _real(x: Any) -> Any:
    return x.real if x.dtype.kind == "c" else x


def _square_size(x: Any) -> Any:
    return (x * x.conj()).real if x.dtype.kind == "c" else square(x)


def _freedom(shape: tuple[int, ...], axis: Any, ddof: float) -> float:
    """n − ddof, not below 0, as in NumPy."""
    free = count_along(shape, axis) - ddof
    return free if free > 0 else 0.0


def _share(shape: tuple[int, ...], axis: Any, ddof: float, scale: float) -> float:
    free = _freedom(shape, axis, ddof)
    return scale / free if free else math.inf


def _exactly(z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """z, with an exact 0 for constant rows, where NumPy's mean may be off by a rounding error."""
    if type(x) is not np.ndarray or not x.size:
        return z
    first = np.abs(_first(x, axis)).reshape(np.shape(z))
    noise = count_along(x.shape, axis) * np.finfo(np.asarray(z).dtype).eps * first
    if not (z <= noise).any():
        return z
    gone = axes_of(axis, x.ndim)
    flat = np.equal(x, _first(x, axis)).all(axis=gone, keepdims=keepdims)
    return np.where(flat & (z <= noise), 0, z).astype(np.asarray(z).dtype)


def _inverse(z: Any) -> Any:
    """1 / z, and 0 at 0."""
    flat = equal(z, 0)
    return choose(flat, 0, 1 / choose(flat, 1, z))


def _general(
    name: str,
    x: Any,
    axis: Any,
    dtype: Any,
    out: Any,
    ddof: float,
    keepdims: Any,
    where: Any,
    mean: Any,
    correction: Any,
) -> Any:
    refuse_out(name, out)
    if correction is not None:
        if ddof != 0:
            message = f"{name}: ddof and correction are two names of one thing; give one of them"
            raise ArgumentError(message)
        ddof = correction
    if where is True and mean is None:
        return (var if name == "var" else std)(x, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)
    given = dtype_of(x) if dtype is None else np.dtype(dtype)
    held = np.dtype(np.float64) if given.kind in "biu" else given
    work = np.dtype(np.float32) if held == np.float16 else held
    if dtype_of(x) != work:
        x = x.astype(work) if hasattr(x, "astype") else np.asarray(x, work)
    if mean is None:
        start = stop_gradient(min(masked(name, x, where, lowest(work, 1)), axis=axis, keepdims=True))
        apart = x - choose(equal(start, lowest(work, 1)), 0, start)
        apart = apart - average.function(apart, axis=axis, keepdims=True, where=where)
    else:
        apart = x - mean
    # Masked before the square, whose slope would be NaN at a NaN that does not count.
    total = sum(_square_size(masked(name, apart, where, 0)), axis=axis, keepdims=keepdims)
    if where is True:
        count = np.asarray(count_along(shape_of(x), axis), total.dtype)
    else:
        count = sum(
            broadcast_to(mask_of(name, where, x), shape=shape_of(x)), axis=axis, dtype=total.dtype, keepdims=keepdims
        )
    z = total / choose(count > ddof, count - ddof, 0)
    if name == "std":
        flat = equal(z, 0)
        z = choose(flat, 0, sqrt(choose(flat, 1, z)))
    return z if work == held else z.astype(held)


def _general_var(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    return _general("var", x, axis, dtype, out, ddof, keepdims, where, mean, correction)


def _general_std(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    return _general("std", x, axis, dtype, out, ddof, keepdims, where, mean, correction)


@general(_general_var)
@primitive(
    batch=along_axis(),
    vjps=(
        lambda g, z, x, axis, dtype, ddof, keepdims: (
            keep(g, x, axis, keepdims) * _share(x.shape, axis, ddof, 2.0) * _conjugate(_centred(x, axis))
        ),
    ),
    jvps=(
        lambda dx, z, x, axis, dtype, ddof, keepdims: (
            sum(_real(dx * _conjugate(_centred(x, axis))), axis=axis, keepdims=keepdims)
            * _share(x.shape, axis, ddof, 2.0)
        ),
    ),
    latex=r"\operatorname{{var}} {x}",
    analytic=False,
    cases=_CASES,
)
def var(x: Operand, /, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """Variance along axes, 1/(n − ddof) Σ |xᵢ − x̄|², by default along all.

    `correction` is the Array API's name of `ddof`. `where` masks the elements that count; `mean` is the mean if it is
    known (as keepdims=True gives it); both may be Tensors, `mean` with a gradient.

    >>> import tensorgraph as tg
    >>> tg.var(tg.tensor([1.0, 2.0, 3.0]), ddof=1)
    tensor(1.)
    """
    return _exactly(np.var(x, axis, dtype, None, ddof, keepdims), x, axis, keepdims)


@general(_general_std)
@primitive(
    batch=along_axis(),
    vjps=(
        lambda g, z, x, axis, dtype, ddof, keepdims: (
            keep(g * _inverse(z), x, axis, keepdims) * _share(x.shape, axis, ddof, 1.0) * _conjugate(_centred(x, axis))
        ),
    ),
    jvps=(
        lambda dx, z, x, axis, dtype, ddof, keepdims: (
            sum(_real(dx * _conjugate(_centred(x, axis))), axis=axis, keepdims=keepdims)
            * (_share(x.shape, axis, ddof, 1.0) * _inverse(z))
        ),
    ),
    latex=r"\operatorname{{std}} {x}",
    analytic=False,
    subgradient="0 where all elements are equal",
    cases=tuple(c for c in _CASES if c.shapes != ((),)),
)
def std(x: Operand, /, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """Standard deviation along axes, √var, by default along all; its gradient at constant elements is 0.

    The keywords are those of `var`.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.std)(tg.tensor([5.0, 5.0]))
    tensor([0., 0.])
    """
    return _exactly(np.std(x, axis, dtype, None, ddof, keepdims), x, axis, keepdims)
