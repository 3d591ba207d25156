"""At least so many axes, and one shape for all (floor 2): reshaping and broadcasting of several arrays at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import describe
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.layout import alias, broadcast_to, reshape
from tensorgraph.ops.values import as_operand

__all__ = ["atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "fromfunction", "meshgrid"]


@composition()
def atleast_1d(*xs: Any) -> Any:
    """Each array with at least one axis; of several a tuple.

    >>> import tensorgraph as tg
    >>> tg.atleast_1d(5.0)
    tensor([5.])
    """
    return _each(xs, lambda x: reshape(x, shape=(1,)) if x.ndim == 0 else x)


@composition()
def atleast_2d(*xs: Any) -> Any:
    """Each array with at least two axes, new ones in front; of several a tuple."""
    return _each(xs, lambda x: reshape(x, shape=(1,) * (2 - x.ndim) + x.shape) if x.ndim < 2 else x)


@composition()
def atleast_3d(*xs: Any) -> Any:
    """Each array with at least three axes: (n,) becomes (1, n, 1), and (m, n) becomes (m, n, 1); of several a tuple."""
    return _each(
        xs, lambda x: reshape(x, shape=((1, 1, 1), (1, *x.shape, 1), (*x.shape, 1))[x.ndim]) if x.ndim < 3 else x
    )


def _each(xs: tuple[Any, ...], change: Any) -> Any:
    changed = tuple([change(as_operand(x)) for x in xs])
    return changed[0] if len(changed) == 1 else changed


@composition()
def broadcast_arrays(*xs: Any, subok: bool = False) -> Any:  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    """All arrays broadcast to their common shape, as a tuple.

    >>> import tensorgraph as tg
    >>> [t.shape for t in tg.broadcast_arrays(tg.zeros((3, 1)), tg.zeros(2))]
    [(3, 2), (3, 2)]
    """
    arrays = list(map(as_operand, xs))
    try:
        shape = np.broadcast_shapes(*(x.shape for x in arrays))
    except ValueError as error:
        message = f"broadcast_arrays: no common shape for {', '.join(map(describe, arrays))}"
        raise ShapeError(message) from error
    return tuple([x if x.shape == shape else broadcast_to(x, shape=shape) for x in arrays])


@composition()
def meshgrid(*xs: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:  # noqa: ARG001 - immutable tensors need no copies
    """The coordinates of a grid, one array per axis, from the coordinates along each; a tuple.

    With indexing="xy" the first coordinate runs along the second axis, as in plots, with "ij" along the first. With
    `sparse` the arrays keep the length 1 along the other axes.

    >>> import tensorgraph as tg
    >>> x, y = tg.meshgrid([1, 2, 3], [10, 20])
    >>> x
    tensor([[1, 2, 3],
            [1, 2, 3]])
    """
    if indexing not in {"xy", "ij"}:
        message = f"meshgrid: expected indexing 'xy' or 'ij', got {indexing!r}"
        raise ArgumentError(message)
    arrays = list(map(as_operand, xs))
    if wrong := [x.shape for x in arrays if x.ndim > 1]:
        message = f"meshgrid: expected arrays of one axis, got shape {wrong[0]}"
        raise ShapeError(message)
    order = list(range(len(arrays)))
    if indexing == "xy":
        order[:2] = order[:2][::-1]
    spread = [
        reshape(x, shape=tuple(-1 if i == axis else 1 for i in range(len(order))))
        for x, axis in zip(arrays, order, strict=True)
    ]
    return tuple(map(alias, spread)) if sparse else broadcast_arrays(*spread)


def fromfunction(function: Any, shape: Any, *, dtype: Any = float, **keywords: Any) -> Any:
    """What `function` makes of the coordinates of a grid of the given shape, handed to it as Tensors.

    >>> import tensorgraph as tg
    >>> tg.fromfunction(lambda i, j: i + 10 * j, (2, 2))
    tensor([[ 0., 10.],
            [ 1., 11.]])
    """
    return function(*meshgrid.function(*(np.arange(n, dtype=dtype) for n in shape), indexing="ij"), **keywords)
