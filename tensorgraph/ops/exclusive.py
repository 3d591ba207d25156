"""The products of all elements but one: what the gradient of a product is made of (floor 2).

Multiplications alone, in a binary tree, so that zeros, and the gradient of the gradient at zeros, come out exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.keywords import axes_of, keep, representable
from tensorgraph.ops.layout import reshape, transpose

__all__ = ["exclusive_product"]


def exclusive_product(z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """Π_{j≠i} x_j along axes for every i, given z = Π_j x_j."""
    if type(x) is np.ndarray and type(z) is np.ndarray and representable(z):
        return keep(z, x, axis, keepdims) / x
    gone = axes_of(axis, x.ndim)
    order = (*gone, *(i for i in range(x.ndim) if i not in gone))
    moved = transpose(x, axes=order)
    count = int(np.prod([x.shape[i] for i in gone], dtype=np.intp))
    rows = reshape(moved, shape=(count, x.size // count if count else 0))
    return transpose(reshape(_tree(rows), shape=moved.shape), axes=tuple(np.argsort(order).tolist()))


def _tree(rows: Any) -> Any:
    """For each row the product of the other rows: products of pairs going up, of siblings coming down."""
    count = rows.shape[0]
    one = np.ones((1, rows.shape[1]), rows.dtype)
    levels = []
    level = rows
    while level.shape[0] > 1:
        if level.shape[0] % 2:
            level = concatenate([level, one])
        levels.append(level)
        half = level.shape[0] // 2
        level = level[:half] * level[half:]
    others: Any = one if count else rows
    for level in reversed(levels):
        half = level.shape[0] // 2
        above = others[:half]
        others = concatenate([above * level[half:], above * level[:half]])
    return others[:count]
