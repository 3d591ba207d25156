"""Products of vectors and of stacks of vectors and matrices, made of `matmul`; and the trace (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import general, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.diagonals import embed_diagonal
from tensorgraph.ops.joining import stack
from tensorgraph.ops.keywords import checked_axes, refuse_out
from tensorgraph.ops.layout import broadcast_to, expand_dims, moveaxis, reshape, swapaxes, transpose
from tensorgraph.ops.products import dot, matmul
from tensorgraph.ops.values import as_operand

__all__ = ["cross", "inner", "kron", "matvec", "tensordot", "trace", "vdot", "vecdot", "vecmat"]


@composition()
def inner(x: Operand, y: Operand, /) -> Any:
    """Inner product over the last axes, z[i…, j…] = Σ_k x[i…, k] y[j…, k]; with a scalar, the plain product.

    >>> import tensorgraph as tg
    >>> tg.inner(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    x, y = as_operand(x), as_operand(y)
    if not x.ndim or not y.ndim:
        return x * y
    return dot(x, y if y.ndim == 1 else swapaxes(y, axis1=-1, axis2=-2))


@composition(numpy=(np.tensordot, np.linalg.tensordot))
def tensordot(x: Operand, y: Operand, /, axes: Any = 2) -> Any:
    """Sum of products over several axes at once: the last `axes` axes of x with the first of y, or pairs of axes.

    `axes=([a1, a2], [b1, b2])` sums over axis a1 of x with b1 of y and a2 with b2; the other axes of x, then of y,
    remain.

    >>> import tensorgraph as tg
    >>> tg.tensordot(tg.ones((2, 3, 4)), tg.ones((4, 3, 5)), axes=([1, 2], [1, 0])).shape
    (2, 5)
    """
    x, y = as_operand(x), as_operand(y)
    if isinstance(axes, int | np.integer):
        if axes < 0 or axes > min(x.ndim, y.ndim):
            message = f"tensordot: axes={axes} for arrays of {x.ndim} and {y.ndim} axes"
            raise ShapeError(message)
        mine, yours = tuple(range(x.ndim - axes, x.ndim)), tuple(range(axes))
    else:
        given = [(a,) if isinstance(a, int | np.integer) else tuple(a) for a in axes]
        if len(given) != 2 or len(given[0]) != len(given[1]):
            message = f"tensordot: expected one axis of each array per sum, got axes={axes!r}"
            raise ShapeError(message)
        mine, yours = (checked_axes("tensordot", a, t.ndim) for a, t in zip(given, (x, y), strict=True))
    for a, b in zip(mine, yours, strict=True):
        if x.shape[a] != y.shape[b]:
            message = f"tensordot: axis {a} of shape {x.shape} and axis {b} of shape {y.shape} differ in length"
            raise ShapeError(message)
    left = tuple(i for i in range(x.ndim) if i not in mine)
    right = tuple(i for i in range(y.ndim) if i not in yours)
    count = math.prod(x.shape[a] for a in mine)
    rows, columns = [x.shape[i] for i in left], [y.shape[i] for i in right]
    a = reshape(_permuted(x, (*left, *mine)), shape=(math.prod(rows), count))
    b = reshape(_permuted(y, (*yours, *right)), shape=(count, math.prod(columns)))
    return reshape(matmul(a, b), shape=(*rows, *columns))


def _permuted(x: Any, axes: tuple[int, ...]) -> Any:
    return x if axes == tuple(range(x.ndim)) else transpose(x, axes=axes)


@composition()
def kron(x: Operand, y: Operand, /) -> Any:
    """Kronecker product: every element of x times the whole of y, in blocks.

    >>> import tensorgraph as tg
    >>> tg.kron([1, 10], [1, 2])
    tensor([ 1,  2, 10, 20])
    """
    x, y = as_operand(x), as_operand(y)
    ndim = max(x.ndim, y.ndim)
    m, n = ((1,) * (ndim - t.ndim) + t.shape for t in (x, y))
    blocks = [length for pair in zip(m, (1,) * ndim, strict=True) for length in pair]
    inside = [length for pair in zip((1,) * ndim, n, strict=True) for length in pair]
    product = reshape(x, shape=tuple(blocks)) * reshape(y, shape=tuple(inside))
    return reshape(product, shape=tuple(a * b for a, b in zip(m, n, strict=True)))


@composition(lift=2)
def cross(x: Operand, y: Operand, /, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Cross product of vectors of three components, z = (x₁y₂ − x₂y₁, x₂y₀ − x₀y₂, x₀y₁ − x₁y₀).

    The vectors lie along the axes `axisa` of x, `axisb` of y and `axisc` of the result, or all along `axis`; the others
    broadcast. A vector of two components has a third, 0; of two such vectors the result is the third component alone.

    >>> import tensorgraph as tg
    >>> tg.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = moveaxis(as_operand(x), axisa, -1), moveaxis(as_operand(y), axisb, -1)
    if x.shape[-1] not in {2, 3} or y.shape[-1] not in {2, 3}:
        message = f"cross: expected vectors of 2 or 3 components, got {x.shape[-1]} and {y.shape[-1]}"
        raise ShapeError(message)
    a, b = ([t[..., i] for i in range(t.shape[-1])] for t in (x, y))
    third = a[0] * b[1] - a[1] * b[0]
    if len(a) == len(b) == 2:
        return third
    if len(a) == 2:
        first, second = a[1] * b[2], -a[0] * b[2]
    elif len(b) == 2:
        first, second = -a[2] * b[1], a[2] * b[0]
    else:
        first, second = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2]
    return moveaxis(stack([first, second, third], axis=-1), -1, axisc)


def _general_trace(
    x: Operand, /, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None
) -> Any:
    refuse_out("trace", out)
    return trace(x, offset=offset, axis1=axis1, axis2=axis2, dtype=dtype)


def _trace_back(g: Any, x: Any, offset: int, axis1: int, axis2: int, dtype: Any) -> Any:  # noqa: ARG001 - of the result
    rows, columns = x.shape[axis1], x.shape[axis2]
    count = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    spread = broadcast_to(g[..., None], shape=(*g.shape, count))
    return embed_diagonal(spread, shape=x.shape, offset=offset, axis1=axis1, axis2=axis2)


@general(_general_trace)
@linear(
    transpose=_trace_back,
    latex=r"\operatorname{{tr}} {x}",
    cases=(
        case((3, 4)),
        case((3, 4, 2), offset=-1, axis1=1, axis2=2),
        case((3, 3), offset=2),
        case((2, 2), offset=-3),
        case((2, 3, 3), axis1=-2, axis2=-1, dtype=np.dtype(np.float64)),
        case((0, 0)),
    ),
)
def trace(x: Operand, /, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """Sum of a diagonal, Σ xᵢᵢ, of the matrices in two axes; `offset` counts the diagonals to the right.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.trace)(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [0., 1.]])
    """
    return np.trace(x, offset, axis1, axis2, dtype)


def _conjugate(x: Any) -> Any:
    return conj(x) if x.dtype.kind == "c" else x


@composition()
def vdot(x: Operand, y: Operand, /) -> Any:
    """Dot product of the ravelled arrays, Σ x̄ᵢ yᵢ, the first conjugated."""
    x, y = reshape(as_operand(x), shape=(-1,)), reshape(as_operand(y), shape=(-1,))
    return dot(_conjugate(x), y)


@composition(numpy=(np.vecdot, np.linalg.vecdot))
def vecdot(x: Operand, y: Operand, /, *, axis: int = -1) -> Any:
    """Dot products of the vectors along an axis, Σ x̄ᵢ yᵢ, the first conjugated; the other axes broadcast.

    >>> import tensorgraph as tg
    >>> tg.vecdot(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    x, y = as_operand(x), as_operand(y)
    x, y = (t if axis == -1 else moveaxis(t, axis, -1) for t in (x, y))
    if x.ndim == y.ndim == 1:
        return dot(_conjugate(x), y)
    return matmul(expand_dims(_conjugate(x), axis=-2), expand_dims(y, axis=-1))[..., 0, 0]


@composition()
def matvec(x: Operand, y: Operand, /) -> Any:
    """Products of matrices x and vectors y, Σ_k x[…, i, k] y[…, k]; leading axes broadcast."""
    return matmul(as_operand(x), expand_dims(as_operand(y), axis=-1))[..., 0]


@composition()
def vecmat(x: Operand, y: Operand, /) -> Any:
    """Products of vectors x, conjugated, and matrices y, Σ_k x̄[…, k] y[…, k, j]; leading axes broadcast."""
    return matmul(expand_dims(_conjugate(as_operand(x)), axis=-2), as_operand(y))[..., 0, :]
