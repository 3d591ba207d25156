"""Cards: products of matrices and vectors (floor 2).

Convention for complex operands: no conjugation, as z = x y is holomorphic in both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.families import bilinear, general
from tensorgraph.core.op import Operand, case
from tensorgraph.ops import batched
from tensorgraph.ops.keywords import refuse_out, shape_of
from tensorgraph.ops.layout import reshape, transpose

__all__ = ["dot", "matmul", "outer"]


def _by_columns(x: Any) -> bool:
    """Whether a matrix lies in memory column by column: then a cotangent that does so too costs its user no copy."""
    return type(x) is np.ndarray and x.flags.fnc


def _matmul_x(g: Any, x: Any, y: Any) -> Any:
    m, n = x.ndim, y.ndim
    if n == 2:
        if m == 2:
            return (y @ g.mT).mT if _by_columns(x) else g @ y.mT
        if m == 1:
            return y @ g
        return reshape(reshape(g, shape=(-1, y.shape[1])) @ y.mT, shape=x.shape) if g.size else g @ y.mT
    if n == 1:
        return g[..., None] * y
    return (y @ g[..., None])[..., 0] if m == 1 else g @ y.mT


def _matmul_y(g: Any, x: Any, y: Any) -> Any:
    m, n = x.ndim, y.ndim
    if m == 2 and n <= 2:
        return (g.mT @ x).mT if n == 2 and _by_columns(y) else x.mT @ g
    if m == 1:
        return x * g if n == 1 else outer(x, g) if n == 2 else x[:, None] * g[..., None, :]
    if n <= 2:
        rows = x.size // x.shape[-1] if x.size else 0
        flat = reshape(g, shape=(rows,) if n == 1 else (rows, y.shape[1])) if x.size else None
        return reshape(x, shape=(rows, x.shape[-1])).mT @ flat if flat is not None else y * 0
    return x.mT @ g


@bilinear(
    batch=batched.matmul,
    transposes=(_matmul_x, _matmul_y),
    numpy=(np.matmul, np.linalg.matmul),
    signature="(m?,k),(k,n?)->(m?,n?)",
    latex=r"{x} \, {y}",
    cases=(
        case((2, 3), (3, 4)),
        case((3,), (3,)),
        case((3,), (3, 2)),
        case((2, 3), (3,)),
        case((5, 2, 3), (3, 4)),
        case((2, 3), (5, 3, 4)),
        case((5, 2, 3), (5, 3, 4)),
        case((5, 1, 2, 3), (4, 3, 2)),
        case((3,), (5, 3, 4)),
        case((5, 2, 3), (3,)),
        case((2, 0), (0, 3)),
        case((0, 2), (2, 3)),
        case((0, 2, 3), (3, 2)),
    ),
)
def matmul(x: Operand, y: Operand, /) -> Any:
    """Matrix product, z_ij = Σ_k x_ik y_kj; leading axes broadcast; a vector is a row on the left, a column on the right.

    The cotangents are x̄ = z̄ yᵀ and ȳ = xᵀ z̄. Raises `ShapeError` if the inner lengths differ or for scalars.

    >>> import tensorgraph as tg
    >>> tg.tensor([[1.0, 2.0], [3.0, 4.0]]) @ tg.tensor([1.0, 1.0])
    tensor([3., 7.])
    """
    return np.matmul(x, y)


def _general_outer(x: Operand, y: Operand, /, out: None = None) -> Any:
    refuse_out("outer", out)
    return outer(x, y)


def _flat(x: Any) -> Any:
    return reshape(x, shape=(-1,))


@general(_general_outer)
@bilinear(
    batch=batched.outer,
    transposes=(
        lambda g, x, y: reshape(g @ _flat(y), shape=x.shape),
        lambda g, x, y: reshape(_flat(x) @ g, shape=y.shape),
    ),
    signature="(m),(n)->(m,n)",
    latex=r"{x} \, {y}^{\mathsf T}",
    cases=(case((3,), (2,)), case((2, 2), (3,)), case((), (3,)), case((0,), (2,))),
)
def outer(x: Operand, y: Operand, /) -> Any:
    """Outer product of two vectors, z_ij = x_i y_j; other shapes are ravelled.

    >>> import tensorgraph as tg
    >>> tg.outer(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return np.outer(x, y)


def _general_dot(x: Operand, y: Operand, /, out: None = None) -> Any:
    refuse_out("dot", out)
    return dot(x, y)


def _columns(y: Any) -> Any:
    """(…, k, n) as the matrix (k, … n)."""
    axes = (y.ndim - 2, *range(y.ndim - 2), y.ndim - 1)
    return reshape(transpose(y, axes=axes), shape=(y.shape[-2], y.size // y.shape[-2] if y.size else 0))


def _dot_x(g: Any, x: Any, y: Any) -> Any:
    if not shape_of(x) or not shape_of(y):
        return g * y
    if y.ndim == 1:
        return g[..., None] * y
    matrix = _columns(y)
    rows = x.size // x.shape[-1] if x.size else 0
    if not x.size:
        return x * 0
    return reshape(reshape(g, shape=(rows, matrix.shape[1])) @ matrix.mT, shape=x.shape)


def _dot_y(g: Any, x: Any, y: Any) -> Any:
    if not shape_of(x) or not shape_of(y):
        return g * x
    if not y.size or not x.size:
        return y * 0
    k = x.shape[-1]
    rows = x.size // k
    if y.ndim == 1:
        return _flat(g) @ reshape(x, shape=(rows, k))
    matrix = reshape(x, shape=(rows, k)).mT @ reshape(g, shape=(rows, y.size // k))
    lead = y.shape[:-2]
    whole = reshape(matrix, shape=(k, *lead, y.shape[-1]))
    return transpose(whole, axes=(*range(1, y.ndim - 1), 0, y.ndim - 1))


@general(_general_dot)
@bilinear(
    batch=batched.dot,
    transposes=(_dot_x, _dot_y),
    latex=r"{x} \cdot {y}",
    cases=(
        case((3,), (3,)),
        case((2, 3), (3, 4)),
        case((2, 3), (3,)),
        case((3,), (4, 3, 2)),
        case((5, 2, 3), (4, 3, 2)),
        case((), (2, 3)),
        case((2, 3), ()),
        case((0,), (0,)),
        case((0, 3), (3, 2)),
    ),
)
def dot(x: Operand, y: Operand, /) -> Any:
    """Dot product, over the last axis of x and the last but one of y or its only one; with a scalar, x y.

    Unlike `matmul`, the other axes of both stand side by side: z[i…, j…, n] = Σ_k x[i…, k] y[j…, k, n].

    >>> import tensorgraph as tg
    >>> tg.dot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return np.dot(x, y)
