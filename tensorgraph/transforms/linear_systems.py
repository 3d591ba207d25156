"""Linear equations: the matrix written down if it is small, else known by its products alone (floor 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["gmres", "solved"]

Array = np.ndarray[Any, Any]

DENSE = 1024
"""Up to so many unknowns the matrix is written down, by one batched sweep, and factorised."""
KRYLOV = 300
"""The number of products after which the iteration gives up."""


def solved(matrix: Callable[[], Array], product: Callable[[Array], Array], b: Array) -> Array | None:
    """x with A x = b, for each row b of an array of right sides; None where A is singular to working precision."""
    if not b.size:
        return b
    eps = float(np.finfo(b.dtype).eps)
    if b.shape[-1] > DENSE:
        x = np.stack([gmres(product, row) for row in b])
        left = np.stack([product(row) for row in x]) - b
        return x if (_length(left) <= eps**0.5 * _length(b)).all() else None
    a = matrix()
    try:
        x = np.linalg.solve(a, b.T).T
    except np.linalg.LinAlgError:
        return None
    # |x| |A| / |b| is at most the condition number, and of a matrix that is singular but for rounding about 1 / eps.
    amplified = _length(x) * np.linalg.norm(a) > 0.01 / eps * _length(b)
    return None if amplified.any() or not np.isfinite(x).all() else x


def _length(rows: Array) -> Array:
    return np.asarray(np.sqrt(np.sum(rows * rows, axis=-1)))


def gmres(product: Callable[[Array], Array], b: Array) -> Array:
    """x with A x = b, as near as a combination of b, A b, A² b, … comes to it: |A x − b| is the least.

    Source of the maths: Y. Saad and M. Schultz, *GMRES: a generalized minimal residual algorithm* (1986).
    """
    size = float(np.linalg.norm(b))
    if size == 0.0:
        return np.zeros_like(b)
    tiny = 4 * float(np.finfo(b.dtype).eps) * size
    count = min(KRYLOV, b.size)
    basis = np.zeros((count + 1, b.size), b.dtype)
    basis[0] = b / size
    # A Q = Q H with Q the basis; rotations turn H, column by column, into the triangle, and the right side along.
    triangle = np.zeros((count, count), b.dtype)
    right = np.zeros(count + 1, b.dtype)
    right[0] = size
    turns: list[tuple[float, float]] = []
    for k in range(count):
        w = product(basis[k])
        column = np.zeros(k + 2, b.dtype)
        for _ in range(2):  # a second time, for what rounding has left of the earlier directions
            along = basis[: k + 1] @ w
            w = w - along @ basis[: k + 1]
            column[: k + 1] += along
        column[k + 1] = length = float(np.linalg.norm(w))
        for i, (c, s) in enumerate(turns):
            column[i], column[i + 1] = c * column[i] + s * column[i + 1], c * column[i + 1] - s * column[i]
        radius = float(np.hypot(column[k], column[k + 1]))
        if radius <= tiny / size:  # A has no more to give
            count = k
            break
        c, s = float(column[k]) / radius, float(column[k + 1]) / radius
        turns.append((c, s))
        right[k], right[k + 1] = c * right[k], -s * right[k]
        triangle[: k + 1, k] = (*column[:k], radius)
        if abs(right[k + 1]) <= tiny or length <= tiny / size:
            count = k + 1
            break
        basis[k + 1] = w / length
    return np.linalg.solve(triangle[:count, :count], right[:count]) @ basis[:count]
