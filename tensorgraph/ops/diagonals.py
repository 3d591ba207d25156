"""Cards: diagonals and triangles of matrices (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.composition import composition
from tensorgraph.core.families import linear
from tensorgraph.core.op import Operand, case
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ShapeError
from tensorgraph.ops import batched
from tensorgraph.ops.creation import on_cpu
from tensorgraph.ops.indexing import ARRAY
from tensorgraph.ops.layout import ravel
from tensorgraph.ops.taking import take
from tensorgraph.ops.updates import at_set
from tensorgraph.ops.values import as_operand

__all__ = ["diag", "diagflat", "diagonal", "embed_diagonal", "eye", "fill_diagonal", "identity", "tri", "tril", "triu"]


def eye(
    N: int, M: int | None = None, /, k: int = 0, dtype: Any = None, order: Any = "C", *, device: str | None = None
) -> Tensor:
    """N × M zeros, square by default, with ones on the k-th diagonal; float64 by default."""
    on_cpu(device)
    return wrap(as_array(np.eye(N, M, k, float if dtype is None else dtype, order)))


def identity(n: int, dtype: Any = None) -> Tensor:
    """The n × n identity matrix; float64 by default."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = float) -> Tensor:
    """N × M, square by default, with ones on and below the k-th diagonal and zeros above."""
    return wrap(as_array(np.tri(N, M, k, dtype)))


_TRIANGLES = (
    case((3, 3)),
    case((2, 3), k=1),
    case((2, 4, 3), k=-1),
    case((3,)),
    case((0, 2)),
)


@linear(batch=as_it_is(needs=2), transpose=lambda g, x, k: tril(g, k=k), cases=_TRIANGLES)
def tril(x: Operand, /, k: int = 0) -> Any:
    """The lower triangle of the last two axes, zeros above the k-th diagonal."""
    return np.tril(x, k)


@linear(batch=as_it_is(needs=2), transpose=lambda g, x, k: triu(g, k=k), cases=_TRIANGLES)
def triu(x: Operand, /, k: int = 0) -> Any:
    """The upper triangle of the last two axes, zeros below the k-th diagonal."""
    return np.triu(x, k)


@linear(
    batch=batched.swapped,
    transpose=lambda g, x, offset, axis1, axis2: embed_diagonal(
        g, shape=x.shape, offset=offset, axis1=axis1, axis2=axis2
    ),
    cases=(
        case((3, 3)),
        case((2, 4), offset=1),
        case((3, 2, 4), offset=-1, axis1=2, axis2=0),
        case((3, 3), offset=5),
        case((0, 3)),
    ),
)
def diagonal(x: Operand, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The elements of x whose indices on two axes differ by `offset`, along a new last axis instead of the two.

    >>> import tensorgraph as tg
    >>> tg.diagonal([[1, 2], [3, 4]])
    tensor([1, 4])
    """
    return np.diagonal(x, offset, axis1, axis2)


@linear(
    batch=batched.embed_diagonal,
    transpose=lambda g, x, shape, offset, axis1, axis2: diagonal(g, offset=offset, axis1=axis1, axis2=axis2),
    public=False,
    cases=(case((3,), shape=(3, 3)), case((2, 3), shape=(3, 2, 4), offset=-1, axis1=2, axis2=0)),
)
def embed_diagonal(x: Operand, /, shape: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of the given shape with x where `diagonal` would read: its transpose."""
    x = np.asarray(x)
    out = np.zeros(shape, x.dtype)
    steps = np.arange(x.shape[-1])
    np.moveaxis(out, (axis1, axis2), (-2, -1))[..., steps + max(-offset, 0), steps + max(offset, 0)] = x
    return out


@composition()
def diag(x: Operand, /, k: int = 0) -> Any:
    """The k-th diagonal of a matrix, or the matrix with a vector on its k-th diagonal.

    >>> import tensorgraph as tg
    >>> tg.diag([1, 2])
    tensor([[1, 0],
            [0, 2]])
    """
    x = as_operand(x)
    if x.ndim == 1:
        n = x.shape[0] + abs(k)
        return embed_diagonal(x, shape=(n, n), offset=k)
    if x.ndim == 2:
        return diagonal(x, offset=k)
    message = f"diag: expected a vector or a matrix, got shape {x.shape}"
    raise ShapeError(message)


@composition()
def diagflat(x: Operand, /, k: int = 0) -> Any:
    """The matrix with the ravelled x on its k-th diagonal."""
    return diag(ravel(as_operand(x)), k)


@composition(numpy=None)
def fill_diagonal(x: Operand, value: Operand, /, wrap: bool = False) -> Any:
    """A copy of x with `value` on its main diagonal, where all indices are equal; NumPy's writes in place.

    Several values are used over and over. With `wrap` the diagonal of a tall matrix starts again below its end.

    >>> import tensorgraph as tg
    >>> tg.fill_diagonal(tg.ones((2, 2)), 5.0)
    tensor([[5., 1.],
            [1., 5.]])
    """
    x, values = as_operand(x), ravel(as_operand(value))
    marks = np.zeros(x.shape, np.bool_)
    np.fill_diagonal(marks, val=True, wrap=wrap)  # NumPy checks the shape
    if values.size > 1:
        values = take(values, np.arange(np.count_nonzero(marks)) % values.size)
    return at_set((x, values, marks), pattern=(ARRAY,))
