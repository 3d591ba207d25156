"""Norms of vectors and matrices, and the condition number (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.arithmetic import abs
from tensorgraph.ops.comparison import equal, not_equal
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.keywords import checked_axes, keep, reduced_shape
from tensorgraph.ops.layout import moveaxis, reshape
from tensorgraph.ops.linalg.factors import svdvals
from tensorgraph.ops.linalg.inverses import inv
from tensorgraph.ops.linalg.matrices import bar, check_matrix, ratio, real_part
from tensorgraph.ops.powers import power
from tensorgraph.ops.reductions import max, min, sum
from tensorgraph.ops.values import as_operand

__all__ = ["cond", "matrix_norm", "norm", "p_norm", "vector_norm"]

_CASES = (
    case((4,)),
    case((2, 3), axis=0),
    case((2, 3), axis=(0, 1), keepdims=True),
    case((2, 3), axis=-1, ord=3.0),
    case((5,), ord=1.5),
    case((3, 2), axis=0, ord=4.0, keepdims=True),
    case((4,), ord=-2.0),
    case(()),
)


def _direction(z: Any, x: Any, axis: Any, keepdims: Any, ord: float) -> Any:
    """∂z/∂x = |x/z|^(p−1) x̄/|x|, and 0 where x or z is 0: made of ratios, so nothing overflows."""
    length = keep(z, x, axis, keepdims)
    if ord == 2:
        return ratio(bar(x), length)
    size = abs(x)
    share = ratio(size, length)
    idle = equal(share, 0)
    return choose(idle, 0, power(choose(idle, 1, share), ord - 1)) * ratio(bar(x), size)


@primitive(
    batch=along_axis(),
    public=False,
    numpy=(),
    vjps=(lambda g, z, x, axis, keepdims, p: keep(g, x, axis, keepdims) * _direction(z, x, axis, keepdims, p),),
    jvps=(
        lambda dx, z, x, axis, keepdims, p: sum(
            real_part(dx * _direction(z, x, axis, keepdims, p)), axis=axis, keepdims=keepdims
        ),
    ),
    analytic=False,
    latex=r"\left\| {x} \right\|_p",
    subgradient="0 at 0",
    cases=_CASES,
)
def p_norm(x: Operand, /, axis: Any = None, keepdims: bool = False, ord: float = 2.0) -> Any:
    """(Σ |xᵢ|^p)^(1/p) along axes, for a finite p other than 0."""
    x = np.asarray(x)
    if ord == 2:
        if axis is None and not keepdims:
            flat = x.ravel(order="K")
            return np.sqrt(flat.real @ flat.real + flat.imag @ flat.imag if x.dtype.kind == "c" else flat @ flat)
        squares = (x.conj() * x).real if x.dtype.kind == "c" else x * x
        return np.sqrt(np.sum(squares, axis, keepdims=keepdims))
    return np.sum(np.abs(x) ** ord, axis, keepdims=keepdims) ** (1 / ord)


def _vector(name: str, x: Any, ord: Any, axis: Any, keepdims: Any) -> Any:
    if not isinstance(ord, int | float | np.number):
        message = f"{name}: a vector norm has a number as its order, got ord={ord!r}"
        raise ArgumentError(message)
    if ord == math.inf:
        return max(abs(x), axis=axis, keepdims=keepdims)
    if ord == -math.inf:
        return min(abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        dtype = abs(x).dtype
        return sum(not_equal(x, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    if ord == 1:
        return sum(abs(x), axis=axis, keepdims=keepdims)
    return p_norm(x, axis=axis, keepdims=keepdims, ord=float(ord))


def _matrix(name: str, x: Any, ord: Any, axis: tuple[int, int], keepdims: Any) -> Any:
    row, column = axis
    if row == column:
        message = f"{name}: the two axes of a matrix differ, got axis={axis}"
        raise ShapeError(message)
    if ord in {None, "fro", "f"}:
        return p_norm(x, axis=axis, keepdims=keepdims)
    if isinstance(ord, str) and ord != "nuc":
        message = f"{name}: expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf for a matrix, got ord={ord!r}"
        raise ArgumentError(message)
    if ord in {2, -2, "nuc"}:
        s = svdvals(moveaxis(x, (row, column), (-2, -1)))
        z = sum(s, axis=-1) if ord == "nuc" else max(s, axis=-1) if ord == 2 else min(s, axis=-1)
    elif ord in {1, -1, math.inf, -math.inf}:
        along, across = (row, column) if ord in {1, -1} else (column, row)
        sums = sum(abs(x), axis=along)
        across -= across > along
        z = max(sums, axis=across) if ord > 0 else min(sums, axis=across)
    else:
        message = f"{name}: expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf for a matrix, got ord={ord!r}"
        raise ArgumentError(message)
    return reshape(z, shape=reduced_shape(x.shape, axis, keepdims=True)) if keepdims else z


def _inexact(x: Any) -> Any:
    x = as_operand(x)
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


@composition(numpy=np.linalg.norm)
def norm(x: Operand, /, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Norm of a vector (one axis) or of a matrix (two); without `ord` and `axis`, of the ravelled array.

    For vectors, `ord` is the p of (Σ|xᵢ|^p)^(1/p), ±inf stand for the largest and smallest size, 0 for the count of
    non-zeros. For matrices it is "fro" (the default), "nuc" (the sum of the singular values), ±2 (the largest and
    smallest of them), ±1 and ±inf (the extreme sums of sizes over columns and rows). The gradient at 0 is 0.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.linalg.norm)(tg.tensor([3.0, 4.0])), tg.grad(tg.linalg.norm)(tg.tensor([0.0, 0.0]))
    (tensor([0.6, 0.8]), tensor([0., 0.]))
    """
    x = _inexact(x)
    if axis is None:
        if ord is None or (ord in {"fro", "f"} and x.ndim == 2) or (ord == 2 and x.ndim == 1):
            z = p_norm(x)
            return reshape(z, shape=(1,) * x.ndim) if keepdims else z
        axis = tuple(range(x.ndim))
        if len(axis) not in {1, 2}:
            message = f"norm: ord={ord!r} is for vectors and matrices; choose axis= of an array of shape {x.shape}"
            raise ShapeError(message)
    checked = checked_axes("norm", axis, x.ndim)
    axes = checked if isinstance(checked, tuple) else (checked,)
    if len(axes) == 1:
        return _vector("norm", x, 2 if ord is None else ord, axes[0], keepdims)
    if len(axes) == 2:
        return _matrix("norm", x, ord, axes, keepdims)
    message = f"norm: expected one axis (vectors) or two (matrices), got axis={axis}"
    raise ShapeError(message)


@composition(numpy=np.linalg.vector_norm)
def vector_norm(x: Operand, /, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Any:
    """Norm of vectors, (Σ|xᵢ|^p)^(1/p) over one axis or several, by default all; p is `ord`, ±inf and 0 as in `norm`.

    >>> import tensorgraph as tg
    >>> tg.linalg.vector_norm([[3.0, 4.0], [6.0, 8.0]], axis=1)
    tensor([ 5., 10.])
    """
    x = _inexact(x)
    return _vector("vector_norm", x, ord, checked_axes("vector_norm", axis, x.ndim), keepdims)


@composition(numpy=np.linalg.matrix_norm)
def matrix_norm(x: Operand, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Norm of the matrices in the last two axes; `ord` as for the matrices of `norm`."""
    x = _inexact(x)
    check_matrix("matrix_norm", x)
    return _matrix("matrix_norm", x, ord, (x.ndim - 2, x.ndim - 1), keepdims)


@composition(numpy=np.linalg.cond)
def cond(x: Operand, /, p: Any = None) -> Any:
    """Condition number, ‖X‖ ‖X⁻¹‖ in the norm `p`; by default in the 2-norm, the ratio of the extreme singular values.

    Infinite of singular matrices. Needs no square matrix for p None, 2 and −2.

    >>> import tensorgraph as tg
    >>> tg.linalg.cond([[1.0, 0.0], [0.0, 4.0]])
    tensor(4.)
    """
    x = _inexact(x)
    check_matrix("cond", x)
    if not x.size:
        message = f"cond: an empty matrix has no condition number, got shape {x.shape}"
        raise ShapeError(message)
    if p in {None, 2, -2}:
        s = svdvals(x)
        high, low = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
        singular = equal(low, 0)
        z = choose(singular, np.inf, high / choose(singular, 1, low))
    else:
        singular = equal(svdvals(x)[..., -1], 0)
        safe = choose(singular[..., None, None], np.eye(x.shape[-1], dtype=x.dtype), x)
        axes = (x.ndim - 2, x.ndim - 1)
        z = choose(singular, np.inf, _matrix("cond", x, p, axes, False) * _matrix("cond", inv(safe), p, axes, False))
    return z
