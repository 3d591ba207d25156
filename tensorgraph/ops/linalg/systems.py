"""Linear algebra made of cards: powers, chains, ranks, tensors as matrices, least squares (floor 2)."""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.arithmetic import abs
from tensorgraph.ops.comparison import greater
from tensorgraph.ops.diagonals import diagonal
from tensorgraph.ops.layout import broadcast_to, reshape, transpose
from tensorgraph.ops.linalg import factors, inverses, spectral
from tensorgraph.ops.linalg.matrices import adjoint, check_matrix, check_square, real_part
from tensorgraph.ops.products import outer
from tensorgraph.ops.reductions import max, sum
from tensorgraph.ops.searching import any
from tensorgraph.ops.values import as_operand, value_of
from tensorgraph.ops.vector_products import cross, trace

__all__ = [
    "LstsqResult",
    "cross_of_three",
    "lstsq",
    "matrix_diagonal",
    "matrix_power",
    "matrix_rank",
    "matrix_trace",
    "multi_dot",
    "outer_of_vectors",
    "pinv",
    "tensorinv",
    "tensorsolve",
]


@composition(numpy=np.linalg.matrix_power)
def matrix_power(x: Operand, /, n: int) -> Any:
    """Xⁿ of square matrices, by repeated squaring; for n = 0 the identity, for n < 0 the power of the inverse.

    >>> import tensorgraph as tg
    >>> tg.linalg.matrix_power([[1.0, 1.0], [0.0, 1.0]], 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    x = as_operand(x)
    check_square("matrix_power", x)
    try:
        count = operator.index(n)
    except TypeError:
        message = f"matrix_power: expected an integer exponent, got {n!r}"
        raise ArgumentError(message) from None
    if count == 0:
        return broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), shape=x.shape)
    if count < 0:
        x, count = inverses.inv(x), -count
    result: Any = None
    while True:
        if count & 1:
            result = x if result is None else result @ x
        count >>= 1
        if not count:
            return result
        x = x @ x


@composition(numpy=np.linalg.multi_dot)
def multi_dot(xs: Sequence[Any], /, *, out: None = None) -> Any:
    """Product of two or more matrices in the order that needs the fewest multiplications; the ends may be vectors.

    Source: Cormen et al., Introduction to Algorithms, 3rd ed., ch. 15.2.

    >>> import tensorgraph as tg
    >>> tg.linalg.multi_dot([tg.ones((9, 2)), tg.ones((2, 9)), tg.ones(9)]).shape
    (9,)
    """
    if out is not None:
        message = "multi_dot cannot write a recorded result into an array (out=): assign it to a new name"
        raise ArgumentError(message)
    arrays = [as_operand(x) for x in xs]
    if (
        len(arrays) < 2
        or builtins.any(x.ndim != 2 for x in arrays[1:-1])
        or not {arrays[0].ndim, arrays[-1].ndim} <= {1, 2}
    ):
        message = f"multi_dot: expected two or more matrices, vectors only at the ends; got {[x.shape for x in arrays]}"
        raise ShapeError(message)
    first, last = arrays[0].ndim == 1, arrays[-1].ndim == 1
    if first:
        arrays[0] = reshape(arrays[0], shape=(1, -1))
    if last:
        arrays[-1] = reshape(arrays[-1], shape=(-1, 1))
    product = _multiplied(arrays)
    rows, columns = product.shape
    return reshape(product, shape=(() if first else (rows,)) + (() if last else (columns,)))


def _multiplied(arrays: Sequence[Any]) -> Any:
    sizes = [arrays[0].shape[0], *(x.shape[1] for x in arrays)]
    count = len(arrays)
    cost = {(i, i): 0 for i in range(count)}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            options = [(cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)]
            cost[i, j], split[i, j] = min(options)
    done: dict[tuple[int, int], Any] = {(i, i): x for i, x in enumerate(arrays)}
    todo = [(0, count - 1)]
    while todo:
        i, j = todo[-1]
        if (i, j) in done:
            todo.pop()
            continue
        k = split[i, j]
        missing = [part for part in ((i, k), (k + 1, j)) if part not in done]
        if missing:
            todo += missing
            continue
        done[i, j] = done[i, k] @ done[k + 1, j]
    return done[0, count - 1]


@composition(numpy=np.linalg.matrix_rank)
def matrix_rank(x: Operand, /, tol: Operand = None, hermitian: bool = False, *, rtol: Operand = None) -> Any:
    """How many singular values exceed a tolerance: `tol`, or `rtol` times the largest (by default max(m, n) ε).

    It has no gradient.
    """
    x = as_operand(x)
    if x.ndim < 2:
        return any(x).astype(np.intp)
    s = abs(spectral.eigvalsh(x)) if hermitian else factors.svdvals(x)
    if tol is None:
        share = np.finfo(s.dtype).eps * builtins.max(x.shape[-2:]) if rtol is None else as_operand(rtol)[..., None]
        tol = max(s, axis=-1, keepdims=True) * share
    else:
        tol = as_operand(tol)[..., None]
    return sum(greater(s, tol), axis=-1)


@composition(numpy=np.linalg.pinv)
def pinv(x: Operand, /, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """Moore-Penrose pseudo-inverse; singular values up to `rtol` (NumPy: `rcond`) times the largest count as 0.

    The tolerance is one number, or one for each matrix. The gradient takes the rank to be constant.

    >>> import tensorgraph as tg
    >>> tg.linalg.pinv([[2.0, 0.0], [0.0, 0.0]])
    tensor([[0.5, 0. ],
            [0. , 0. ]])
    """
    x = as_operand(x)
    check_matrix("pinv", x)
    if rcond is not None and rtol is not None:
        message = "pinv: rcond and rtol are two names of one thing; give one of them"
        raise ArgumentError(message)
    share = rtol if rcond is None else rcond
    if hermitian:
        check_square("pinv", x)
        x = (x + adjoint(x)) / 2
    if share is not None and np.ndim(share):
        share = np.array(value_of(share), np.float64)
        share.flags.writeable = False
    return inverses.pinv(x, rcond=share)


class LstsqResult(NamedTuple):
    """What `lstsq` returns."""

    x: Any
    residuals: Any
    rank: Any
    s: Any


@composition(numpy=np.linalg.lstsq)
def lstsq(a: Operand, b: Operand, /, rcond: float | None = None) -> LstsqResult:
    """Least squares: the shortest x that minimises ‖a x − b‖, the squared residuals, the rank and the singular values.

    The residuals are empty where the rank is not full or a has no more rows than columns. Singular values up to `rcond`
    times the largest (by default max(m, n) ε) count as 0.

    >>> import tensorgraph as tg
    >>> tg.linalg.lstsq([[1.0], [1.0]], [1.0, 3.0]).x
    tensor([2.])
    """
    a, b = as_operand(a), as_operand(b)
    if a.ndim != 2 or b.ndim not in {1, 2} or a.shape[0] != b.shape[0]:
        message = f"lstsq: expected a matrix (m, n) and right-hand sides (m,) or (m, k), got {a.shape} and {b.shape}"
        raise ShapeError(message)
    m, n = a.shape
    columns = b if b.ndim == 2 else reshape(b, shape=(-1, 1))
    x = inverses.lstsq_solution(a, columns, rcond=None if rcond is None else float(rcond))
    s = factors.svdvals(a)
    share = np.finfo(s.dtype).eps * builtins.max(m, n) if rcond is None else rcond
    rank = sum(greater(s, share * s[:1]))
    residuals: Any = np.zeros(0, s.dtype)
    if m > n == int(value_of(rank)):
        rest = columns - a @ x
        residuals = sum(real_part(rest * adjoint(rest).mT), axis=0)
    return LstsqResult(x if b.ndim == 2 else x[:, 0], residuals, rank, s)


# Tensors as matrices


@composition(numpy=np.linalg.tensorinv)
def tensorinv(x: Operand, /, ind: int = 2) -> Any:
    """The inverse of tensordot(x, ·, ind): the first `ind` axes of x are rows, the others columns."""
    x = as_operand(x)
    if ind <= 0:
        message = f"tensorinv: expected a positive ind, got {ind}"
        raise ArgumentError(message)
    rows, columns = x.shape[:ind], x.shape[ind:]
    square = reshape(x, shape=(math.prod(rows), math.prod(columns)))
    check_square("tensorinv", square)
    return reshape(inverses.inv(square), shape=(*columns, *rows))


@composition(numpy=np.linalg.tensorsolve)
def tensorsolve(a: Operand, b: Operand, /, axes: Any = None) -> Any:
    """x with tensordot(a, x, x.ndim) = b; the `axes` of a are moved to its right end first."""
    a, b = as_operand(a), as_operand(b)
    if axes is not None:
        moved = tuple(axis % a.ndim for axis in axes)
        a = transpose(a, axes=(*(i for i in range(a.ndim) if i not in moved), *moved))
    unknowns = a.shape[b.ndim :]
    if math.prod(unknowns) != b.size:
        message = f"tensorsolve: {b.size} equations for {math.prod(unknowns)} unknowns; a has shape {a.shape}"
        raise ShapeError(message)
    square = reshape(a, shape=(b.size, b.size))
    return reshape(inverses.solve(square, reshape(b, shape=(-1,))), shape=unknowns)


# The Array API's forms of functions that the main namespace has with other defaults


@composition(numpy=np.linalg.trace)
def matrix_trace(x: Operand, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """Sum of a diagonal of the matrices in the last two axes."""
    x = as_operand(x)
    check_matrix("trace", x)
    return trace(x, offset=offset, axis1=-2, axis2=-1, dtype=None if dtype is None else np.dtype(dtype))


@composition(numpy=np.linalg.diagonal)
def matrix_diagonal(x: Operand, /, *, offset: int = 0) -> Any:
    """A diagonal of the matrices in the last two axes."""
    x = as_operand(x)
    check_matrix("diagonal", x)
    return diagonal(x, offset=offset, axis1=-2, axis2=-1)


@composition(numpy=np.linalg.cross)
def cross_of_three(x: Operand, y: Operand, /, *, axis: int = -1) -> Any:
    """Cross product of vectors of three components along an axis."""
    x, y = as_operand(x), as_operand(y)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        message = f"cross: expected vectors of 3 components, got shapes {x.shape} and {y.shape}"
        raise ShapeError(message)
    return cross(x, y, axis=axis)


@composition(numpy=np.linalg.outer)
def outer_of_vectors(x: Operand, y: Operand, /) -> Any:
    """Outer product of two vectors, z_ij = x_i y_j."""
    x, y = as_operand(x), as_operand(y)
    if x.ndim != 1 or y.ndim != 1:
        message = f"outer: expected two vectors, got shapes {x.shape} and {y.shape}"
        raise ShapeError(message)
    return outer(x, y)
