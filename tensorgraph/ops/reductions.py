"""Cards: sums, products and extremes along axes (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.families import general, linear, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.arithmetic import add, multiply
from tensorgraph.ops.comparison import equal
from tensorgraph.ops.exclusive import exclusive_product
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.keywords import (
    count_along,
    dtype_of,
    keep,
    lowest,
    mask_of,
    masked,
    reduced_shape,
    refuse_out,
    shape_of,
)
from tensorgraph.ops.layout import broadcast_to

__all__ = ["max", "mean", "min", "prod", "sum"]

_HALF = np.dtype(np.float16)
_SINGLE = np.dtype(np.float32)

# Looked up once, as the forwards that use them are hot; NumPy's stubs do not know that keepdims may be positional.
_ndarray = np.ndarray
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_largest: Any = np.maximum.reduce
_smallest: Any = np.minimum.reduce

_CASES = (
    case((2, 3)),
    case((2, 3), axis=0),
    case((2, 3), axis=-1, keepdims=True),
    case((2, 3, 4), axis=(0, 2)),
    case((2, 3, 4), axis=(-1, 0), keepdims=True),
    case((2, 3), axis=()),
    case(()),
    case((1,), axis=0),
)
_EMPTY = (case((0,)), case((0, 2), axis=0), case((0, 2), axis=1), case((2, 3), dtype=np.dtype(np.float64)))


def _joined(name: str, z: Any, initial: Any, join: Any) -> Any:
    """A reduction and its initial value, in the dtype of the reduction, as in NumPy."""
    if initial is None:
        return z
    if shape_of(initial):
        message = f"{name}: expected a scalar initial=, got shape {shape_of(initial)}"
        raise ShapeError(message)
    dtype = dtype_of(z)
    return join(z, initial.astype(dtype) if isinstance(initial, Tensor) else np.asarray(initial).astype(dtype))


def _general_sum(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    refuse_out("sum", out)
    return _joined("sum", sum(masked("sum", x, where, 0), axis=axis, dtype=dtype, keepdims=keepdims), initial, add)


@general(_general_sum)
@linear(
    batch=along_axis(),
    transpose=lambda g, x, axis, dtype, keepdims: keep(g, x, axis, keepdims),
    latex=r"\sum {x}",
    cases=(*_CASES, *_EMPTY),
)
def sum(x: Operand, /, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Sum of the elements along axes, Σ xᵢ, by default along all.

    `where` masks the elements that count, `initial` is added to the sum; both may be Tensors, `initial` with a
    gradient. Half precision is accumulated in single.

    >>> import tensorgraph as tg
    >>> tg.sum(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.])
    """
    if type(x) is _ndarray and (x.dtype if dtype is None else dtype) is _HALF:
        return _add(x, axis, _SINGLE, None, keepdims).astype(_HALF)
    return _add(x, axis, dtype, None, keepdims)


def _general_mean(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Any:
    refuse_out("mean", out)
    if where is True:
        return mean(x, axis=axis, dtype=dtype, keepdims=keepdims)
    given = dtype_of(x) if dtype is None else np.dtype(dtype)
    held = np.dtype(np.float64) if given.kind in "biu" and dtype is None else given
    work = _SINGLE if held == _HALF else held
    counted = broadcast_to(mask_of("mean", where, x), shape=shape_of(x))
    total = sum(masked("mean", x, where, 0), axis=axis, dtype=work, keepdims=keepdims)
    z = total / sum(counted, axis=axis, dtype=work, keepdims=keepdims)
    return z if held == work else z.astype(held)


@general(_general_mean)
@linear(
    batch=along_axis(),
    transpose=lambda g, x, axis, dtype, keepdims: keep(g, x, axis, keepdims) / (count_along(x.shape, axis) or 1),
    latex=r"\operatorname{{mean}} {x}",
    cases=(*_CASES, case((2, 3), dtype=np.dtype(np.float64))),
)
def mean(x: Operand, /, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Arithmetic mean along axes, 1/n Σ xᵢ, by default along all; `where` masks the elements that count.

    Integers give double precision; half precision is accumulated in single.

    >>> import tensorgraph as tg
    >>> tg.mean(tg.tensor([[1.0, 2.0], [3.0, 6.0]]), axis=1)
    tensor([1.5, 4.5])
    """
    if dtype is None and type(x) is _ndarray and x.size and x.dtype.char in "fd":
        return _add(x, axis, None, None, keepdims) / count_along(x.shape, axis)
    return np.mean(x, axis, dtype, keepdims=keepdims)


# Products


def _general_prod(
    x: Operand,
    /,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    refuse_out("prod", out)
    return _joined(
        "prod", prod(masked("prod", x, where, 1), axis=axis, dtype=dtype, keepdims=keepdims), initial, multiply
    )


@general(_general_prod)
@primitive(
    batch=along_axis(),
    vjps=(lambda g, z, x, axis, dtype, keepdims: keep(g, x, axis, keepdims) * exclusive_product(z, x, axis, keepdims),),
    jvps=(
        lambda dx, z, x, axis, dtype, keepdims: sum(
            dx * exclusive_product(z, x, axis, keepdims), axis=axis, dtype=dtype, keepdims=keepdims
        ),
    ),
    latex=r"\prod {x}",
    subgradient="with zeros, the exact products of the other elements",
    cases=(*_CASES, *_EMPTY),
)
def prod(x: Operand, /, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Product of the elements along axes, Π xᵢ, by default along all; ∂/∂xᵢ = Π_{j≠i} xⱼ, zeros included.

    `where` masks the elements that count, `initial` is multiplied in; both may be Tensors, `initial` with a gradient.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.prod)(tg.tensor([2.0, 0.0, 3.0]))
    tensor([0., 6., 0.])
    """
    if type(x) is _ndarray and (x.dtype if dtype is None else dtype) is _HALF:
        return _multiply(x, axis, _SINGLE, None, keepdims).astype(_HALF)
    return _multiply(x, axis, dtype, None, keepdims)


# Extremes


def _won(z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """Where x is the extreme z of its row."""
    return equal(x, keep(z, x, axis, keepdims))


def _shared(g: Any, z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    won = _won(z, x, axis, keepdims)
    return won * (keep(g, x, axis, keepdims) / sum(won, axis=axis, dtype=x.dtype, keepdims=True))


def _averaged(dx: Any, z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    won = _won(z, x, axis, keepdims)
    return sum(won * dx, axis=axis, keepdims=keepdims) / sum(won, axis=axis, dtype=x.dtype, keepdims=keepdims)


def _general_extreme(name: str, x: Any, axis: Any, out: Any, keepdims: Any, initial: Any, where: Any) -> Any:
    refuse_out(name, out)
    op, join, sign = (max, maximum, -1) if name == "max" else (min, minimum, 1)
    if initial is None and where is not True:
        message = f"{name}: where= may leave a row without elements, so it needs initial= as well"
        raise ArgumentError(message)
    shape = shape_of(x)
    worst = lowest(dtype_of(x), sign)
    if initial is not None and 0 in shape and 0 not in (rest := reduced_shape(shape, axis, keepdims)):
        return _joined(name, np.full(rest, worst), initial, join)
    return _joined(name, op(masked(name, x, where, worst), axis=axis, keepdims=keepdims), initial, join)


def _general_max(
    x: Operand, /, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = True
) -> Any:
    return _general_extreme("max", x, axis, out, keepdims, initial, where)


def _general_min(
    x: Operand, /, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = True
) -> Any:
    return _general_extreme("min", x, axis, out, keepdims, initial, where)


@general(_general_max)
@primitive(
    batch=along_axis(),
    vjps=(_shared,),
    jvps=(_averaged,),
    numpy=(np.max, np.amax),
    latex=r"\max {x}",
    distinct=True,
    analytic=False,
    subgradient="shared equally among ties; ½ for initial= at a tie",
    cases=_CASES,
)
def max(x: Operand, /, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element along axes, by default of all; ties share the gradient equally. NaN wins.

    `initial` competes with the elements that the mask `where` leaves in, and has a gradient if it is a Tensor.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.max)(tg.tensor([1.0, 3.0, 3.0]))
    tensor([0. , 0.5, 0.5])
    """
    return _largest(x, axis, None, None, keepdims)


@general(_general_min)
@primitive(
    batch=along_axis(),
    vjps=(_shared,),
    jvps=(_averaged,),
    numpy=(np.min, np.amin),
    latex=r"\min {x}",
    distinct=True,
    analytic=False,
    subgradient="shared equally among ties; ½ for initial= at a tie",
    cases=_CASES,
)
def min(x: Operand, /, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element along axes, by default of all; ties share the gradient equally. NaN wins.

    `initial` competes with the elements that the mask `where` leaves in, and has a gradient if it is a Tensor.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.min)(tg.tensor([1.0, 3.0, 1.0]))
    tensor([0.5, 0. , 0.5])
    """
    return _smallest(x, axis, None, None, keepdims)
