"""Cards: products of vectors and matrices (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.families import bilinear
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.layout import expand_dims, reshape, squeeze

__all__ = ["matmul"]


def _left(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of x in x @ y."""
    if y.ndim == 1:
        return g * y if x.ndim == 1 else expand_dims(g, axis=-1) * y
    if x.ndim == 1:
        return squeeze(y @ expand_dims(g, axis=-1), axis=-1)
    return g @ y.mT


def _right(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of y in x @ y; of a matrix under many, one product of long matrices instead of a sum of products."""
    if x.ndim == 1:
        return g * x if y.ndim == 1 else expand_dims(x, axis=-1) * expand_dims(g, axis=-2)
    if y.ndim == 1:
        return squeeze(x.mT @ expand_dims(g, axis=-1), axis=-1)
    if y.ndim == 2 and x.ndim > 2:
        return reshape(x, shape=(-1, x.shape[-1])).mT @ reshape(g, shape=(-1, g.shape[-1]))
    return x.mT @ g


@bilinear(
    transposes=(_left, _right),
    latex=r"{x} \, {y}",
    signature="(m,k),(k,n)->(m,n)",
    cases=(
        case((2, 3), (3, 4)),
        case((3,), (3,)),
        case((2, 3), (3,)),
        case((3,), (3, 2)),
        case((4, 2, 3), (3, 2)),
        case((2, 3), (4, 3, 2)),
        case((2, 1, 2, 3), (4, 3, 1)),
        case((4, 2, 3), (3,)),
        case((3,), (4, 3, 2)),
        case((0, 3), (3, 2)),
        case((2, 0), (0, 3)),
    ),
)
def matmul(x: Operand, y: Operand, /) -> Any:
    """Matrix product x @ y; a 1-D operand is a vector, leading axes broadcast.

    >>> import tensorgraph as tg
    >>> tg.matmul([[1.0, 2.0], [3.0, 4.0]], [1.0, -1.0])
    tensor([-1., -1.])
    """
    return np.matmul(x, y)
