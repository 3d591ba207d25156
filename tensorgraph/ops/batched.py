"""Batching rules of cards whose shapes do not follow from a family: layout, joining, products (floor 2).

The form of a rule is explained in `core/batching.py`. Those of indices stand in `ops/batched_indices.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batching import everywhere, shape_of, shifted, widened
from tensorgraph.core.op import Op
from tensorgraph.core.tensor import Tensor

__all__ = [
    "argument",
    "by_shape",
    "concatenate",
    "dot",
    "einsum",
    "embed_diagonal",
    "expand_dims",
    "matmul",
    "outer",
    "roll",
    "squeeze",
    "stack",
    "swapped",
    "transpose",
]

Lead = Sequence[bool]


# Layout


def by_shape(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shape: tuple[int, ...]) -> Any:  # noqa: ARG001
    """For reshape and broadcast_to."""
    (x,) = xs
    if op.name == "broadcast_to":
        return op(widened(x, len(shape)), shape=(size, *shape))
    # NumPy works out a length of −1, on one example that takes no memory.
    return op(x, shape=(size, *np.broadcast_to(0, shape_of(x)[1:]).reshape(shape).shape))


def transpose(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axes: Any) -> Any:  # noqa: ARG001
    """One example's axes in another order, behind that of the examples."""
    ndim = len(shape_of(xs[0])) - 1
    if axes is not None and sorted(a % ndim if ndim else a for a in axes) != list(range(ndim)):
        return NotImplemented  # NumPy says what is wrong
    return op(xs[0], axes=(0, *(range(ndim, 0, -1) if axes is None else shifted(axes, ndim, op))))


def roll(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, shift: Any, axis: Any) -> Any:  # noqa: ARG001
    """Without an axis, each example moves on as one row."""
    (x,) = xs
    if axis is None:
        return op(x.reshape((size, math.prod(shape_of(x)[1:]))), shift=shift, axis=1).reshape(shape_of(x))
    return op(x, shift=shift, axis=shifted(axis, len(shape_of(x)) - 1, op))


def argument(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: Any, keepdims: bool) -> Any:  # noqa: ARG001
    """For argmax and argmin, which look at all elements in a row if there is no axis."""
    (x,) = xs
    shape = shape_of(x)[1:]
    if axis is None:
        z = op(x.reshape((size, math.prod(shape))), axis=1)
        return z.reshape((size, *(1,) * len(shape))) if keepdims else z
    return op(x, axis=shifted(axis, len(shape), op), keepdims=keepdims) if shape else NotImplemented


def swapped(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, *static: Any) -> Any:  # noqa: ARG001
    """For ops with a pair of axes: swapaxes, diagonal."""
    ndim = len(shape_of(xs[0])) - 1
    *others, axis1, axis2 = static
    named = dict(zip(op.statics, (*others, shifted(axis1, ndim, op), shifted(axis2, ndim, op)), strict=True))
    return op(xs[0], **named)


def embed_diagonal(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, *static: Any) -> Any:  # noqa: ARG001
    """A matrix for each example."""
    shape, offset, axis1, axis2 = static
    axis1, axis2 = shifted((axis1, axis2), len(shape), op)
    return op(xs[0], shape=(size, *shape), offset=offset, axis1=axis1, axis2=axis2)


def squeeze(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: Any) -> Any:  # noqa: ARG001
    """Without an axis, those of length 1 are told by the shape of one example."""
    shape = shape_of(xs[0])[1:]
    if axis is None:
        axis = tuple(i for i, n in enumerate(shape) if n == 1)
    return op(xs[0], axis=shifted(axis, len(shape), op))


def expand_dims(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: Any) -> Any:  # noqa: ARG001
    """The new axes are counted in the result."""
    ndim = len(shape_of(xs[0])) - 1 + (len(axis) if type(axis) is tuple else 1)
    return op(xs[0], axis=shifted(axis, ndim, op))


# Joining


def concatenate(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: Any, dtype: Any, casting: Any) -> Any:
    """Every operand takes part with all examples."""
    wide = [everywhere(x, is_led=is_led, size=size) for x, is_led in zip(xs, lead, strict=True)]
    if axis is None:
        flat = [x.reshape((size, math.prod(shape_of(x)[1:]))) for x in wide]
        return op(flat, axis=1, dtype=dtype, casting=casting)
    return op(wide, axis=shifted(axis, len(shape_of(wide[0])) - 1, op), dtype=dtype, casting=casting)


def stack(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, axis: Any, dtype: Any, casting: Any) -> Any:
    """As `concatenate`; the axis is counted in the result."""
    wide = [everywhere(x, is_led=is_led, size=size) for x, is_led in zip(xs, lead, strict=True)]
    return op(wide, axis=shifted(axis, len(shape_of(wide[0])), op), dtype=dtype, casting=casting)


# Products


def matmul(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:  # noqa: ARG001
    """One product of matrices wherever the other operand is shared, else a stack of products."""
    (x, y), (x_led, y_led) = xs, lead
    m, n = len(shape_of(x)) - x_led, len(shape_of(y)) - y_led
    if not m or not n:
        return NotImplemented  # of a scalar; matmul says what is wrong
    if not y_led and n <= 2:
        # All rows of all examples make one matrix: one product costs less than many.
        lead_shape = shape_of(x)[:-1]
        rows = x if len(lead_shape) == 1 else x.reshape((math.prod(lead_shape), shape_of(x)[-1]))
        return rows @ y if rows is x else (rows @ y).reshape((*lead_shape, *shape_of(y)[1:]))
    if not x_led and m <= 2 and n == 1:
        return y @ x if m == 1 else y @ x.mT
    if not x_led and m <= 2 and n == 2 and _by_columns(y):
        columns = y.mT.reshape((size * shape_of(y)[2], shape_of(y)[1]))
        z = (columns @ (x if m == 1 else x.mT)).reshape((size, shape_of(y)[2], *shape_of(x)[:-1]))
        return z if m == 1 else z.mT
    # Vectors become matrices and ranks agree, so that the axis of the examples is the first of both, or of one.
    left = x[..., None, :] if m == 1 else x
    right = y[..., None] if n == 1 else y
    ndim = max(m, n, 2)
    z = (widened(left, ndim) if x_led else left) @ (widened(right, ndim) if y_led else right)
    if n == 1:
        z = z[..., 0]
    return z if m > 1 else z[..., 0] if n == 1 else z[..., 0, :]


def _by_columns(y: Any) -> bool:
    """Whether matrices lie in memory one after the other, column by column, as transposed ones do."""
    array = y._data if type(y) is Tensor else y
    return type(array) is np.ndarray and array.mT.flags.c_contiguous


def outer(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:  # noqa: ARG001
    """Every element of one with every element of the other, by einsum, whose loops are longer than broadcasting's."""
    rows, columns = (
        x.reshape((size, math.prod(shape_of(x)[1:]))) if is_led else np.reshape(x, -1)
        for x, is_led in zip(xs, lead, strict=True)
    )
    return np.einsum(f"{'z' if lead[0] else ''}i,{'z' if lead[1] else ''}j->zij", rows, columns)


def dot(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:
    """As matmul, which it is for matrices; with a scalar, elementwise."""
    m, n = (len(shape_of(x)) - is_led for x, is_led in zip(xs, lead, strict=True))
    if m and n:
        return matmul(op, xs, lead, size) if n <= 2 else NotImplemented
    x, y = (widened(x, m + n) if is_led else x for x, is_led in zip(xs, lead, strict=True))
    return x * y


def einsum(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, subscripts: str) -> Any:  # noqa: ARG001
    """One more index, which the result has and every operand with examples."""
    inputs, _, result = subscripts.partition("->")
    letter = next((c for c in _LETTERS if c not in subscripts), None)
    if letter is None:
        return NotImplemented
    terms = [letter + term if is_led else term for term, is_led in zip(inputs.split(","), lead, strict=True)]
    return op(xs, subscripts=f"{','.join(terms)}->{letter}{result}")


_LETTERS = "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
