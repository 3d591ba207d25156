"""Cards: running sums and products along an axis (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import general, linear, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.comparison import isnan
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.keywords import refuse_out, representable
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.rearranging import flip
from tensorgraph.ops.recurrence import previous, recurrence
from tensorgraph.ops.values import as_operand

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "nancumprod", "nancumsum"]

_HALF = np.dtype(np.float16)

_CASES = (
    case((2, 3)),
    case((2, 3), axis=0),
    case((2, 3), axis=-1),
    case((4,), axis=0, dtype=np.dtype(np.float64)),
    case((0,)),
    case((0, 2), axis=1),
    case(()),
)


def _accumulated(ufunc: Any, x: Any, axis: Any, dtype: Any) -> Any:
    """A running sum or product, of halves in single precision."""
    x = np.asarray(x)
    flat = x.reshape(-1) if axis is None else x
    if (x.dtype if dtype is None else dtype) == _HALF:
        return ufunc.accumulate(flat, axis or 0, np.float32).astype(_HALF)
    return np.cumsum(x, axis, dtype) if ufunc is np.add else np.cumprod(x, axis, dtype)


# Sums


def _general_cumsum(x: Operand, /, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    refuse_out("cumsum", out)
    return cumsum(x, axis=axis, dtype=dtype)


def _sums_from_the_end(g: Any, x: Any, axis: Any) -> Any:
    """Running sums from the end, as element i of x is in the sums i, i + 1 and so on."""
    if axis is None:
        return reshape(_sums_from_the_end(g, g, 0), shape=x.shape)
    return flip(cumsum(flip(g, axis=axis), axis=axis), axis=axis)


@general(_general_cumsum)
@linear(batch=along_axis(none="flat"), transpose=lambda g, x, axis, dtype: _sums_from_the_end(g, x, axis), cases=_CASES)
def cumsum(x: Operand, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sums along an axis, zᵢ = Σ_{j≤i} xⱼ, by default of the ravelled array.

    Half precision is accumulated in single.

    >>> import tensorgraph as tg
    >>> tg.cumsum(tg.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """
    return _accumulated(np.add, x, axis, dtype)


# Products


def _general_cumprod(x: Operand, /, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    refuse_out("cumprod", out)
    return cumprod(x, axis=axis, dtype=dtype)


def _cumprod_vjp(g: Any, z: Any, x: Any, axis: Any) -> Any:
    if axis is None:
        return reshape(_cumprod_vjp(g, z, reshape(x, shape=(-1,)), 0), shape=x.shape)
    if x.ndim == 0:
        return reshape(g, shape=())
    if type(x) is np.ndarray and type(g) is np.ndarray and representable(z):
        return _sums_from_the_end(g * z, x, axis) / x
    # zᵢ = xᵢ zᵢ₋₁, so z̄ᵢ = gᵢ + xᵢ₊₁ z̄ᵢ₊₁ and x̄ᵢ = z̄ᵢ zᵢ₋₁: no division, hence right at zeros.
    factors = flip(concatenate([x[(*_before(x, axis), slice(1, None))], _one_place(x, axis)], axis=axis), axis=axis)
    return flip(recurrence(flip(g, axis=axis), factors, axis=axis), axis=axis) * previous(z, axis, 1)


def _cumprod_jvp(dx: Any, z: Any, x: Any, axis: Any) -> Any:
    if axis is None:
        return _cumprod_jvp(reshape(dx, shape=(-1,)), z, reshape(x, shape=(-1,)), 0)
    if x.ndim == 0:
        return reshape(dx, shape=z.shape)
    return recurrence(dx * previous(z, axis, 1), x, axis=axis)


def _before(x: Any, axis: int) -> tuple[slice, ...]:
    place: int = axis % x.ndim
    return (slice(None),) * place


def _one_place(x: Any, axis: int) -> Any:
    return np.zeros([min(1, n) if i == axis % x.ndim else n for i, n in enumerate(x.shape)], x.dtype)


@general(_general_cumprod)
@primitive(
    batch=along_axis(none="flat"),
    vjps=(lambda g, z, x, axis, dtype: _cumprod_vjp(g, z, x, axis),),
    jvps=(lambda dx, z, x, axis, dtype: _cumprod_jvp(dx, z, x, axis),),
    subgradient="with zeros, the exact products of the other elements",
    cases=_CASES,
)
def cumprod(x: Operand, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Running products along an axis, zᵢ = Π_{j≤i} xⱼ, by default of the ravelled array; zeros have exact gradients.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: tg.cumprod(x).sum())(tg.tensor([2.0, 0.0, 3.0]))
    tensor([1., 8., 0.])
    """
    return _accumulated(np.multiply, x, axis, dtype)


# The Array API's names, and NumPy's that skip NaN


@composition()
def cumulative_sum(
    x: Operand, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    """Running sums along an axis, which only a 1-D array may lack; `include_initial` puts a 0 before them.

    >>> import tensorgraph as tg
    >>> tg.cumulative_sum(tg.tensor([1.0, 2.0, 3.0]), include_initial=True)
    tensor([0., 1., 3., 6.])
    """
    refuse_out("cumulative_sum", out)
    axis = _needed_axis("cumulative_sum", x, axis)
    return _with_initial(cumsum(x, axis=axis, dtype=dtype), axis, 0, include_initial)


@composition()
def cumulative_prod(
    x: Operand, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    """Running products along an axis, which only a 1-D array may lack; `include_initial` puts a 1 before them."""
    refuse_out("cumulative_prod", out)
    axis = _needed_axis("cumulative_prod", x, axis)
    return _with_initial(cumprod(x, axis=axis, dtype=dtype), axis, 1, include_initial)


def _needed_axis(name: str, x: Any, axis: int | None) -> int:
    ndim = as_operand(x).ndim
    if axis is None and ndim != 1:
        message = f"{name}: an array of {ndim} axes needs axis="
        raise ArgumentError(message)
    return 0 if axis is None else axis


def _with_initial(z: Any, axis: int, initial: int, include: bool) -> Any:
    if not include:
        return z
    start = np.full([1 if i == axis % z.ndim else n for i, n in enumerate(z.shape)], initial, z.dtype)
    return concatenate([start, z], axis=axis)


@composition()
def nancumsum(x: Operand, /, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    """Running sums, in which NaN counts as 0."""
    refuse_out("nancumsum", out)
    return cumsum(choose(isnan(x), 0, x), axis=axis, dtype=dtype)


@composition()
def nancumprod(x: Operand, /, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    """Running products, in which NaN counts as 1."""
    refuse_out("nancumprod", out)
    return cumprod(choose(isnan(x), 1, x), axis=axis, dtype=dtype)
