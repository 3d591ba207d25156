"""Cards: differences between neighbours; slopes of samples, the trapezoidal rule (floor 2)."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.composition import composition
from tensorgraph.core.families import linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.keywords import checked_axes, shape_of
from tensorgraph.ops.layout import broadcast_to, moveaxis, reshape
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.values import as_operand
from tensorgraph.ops.vector_products import tensordot

__all__ = ["diff", "gradient", "trapezoid"]


def _axis(name: str, axis: Any, ndim: int) -> int:
    if not ndim:
        message = f"{name}: expected an array of at least one axis, got a 0-d one"
        raise ShapeError(message)
    checked: int = checked_axes(name, operator.index(axis), ndim)
    return checked


def _part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    return x[(*(slice(None),) * axis, slice(start, stop))]


@composition(lift=1)
def diff(x: Operand, /, n: int = 1, axis: int = -1, prepend: Operand = None, append: Operand = None) -> Any:
    """Differences of neighbours along an axis, zᵢ = xᵢ₊₁ − xᵢ, taken n times; of booleans, whether they differ.

    `prepend` and `append` are joined to x first; a scalar stands for one place along the axis.

    >>> import tensorgraph as tg
    >>> tg.diff(tg.tensor([1.0, 4.0, 9.0]), prepend=0)
    tensor([1., 3., 5.])
    """
    x = as_operand(x)
    if n < 0:
        message = f"diff: expected n of at least 0, got {n}"
        raise ArgumentError(message)
    if n == 0:
        return x
    axis = _axis("diff", axis, x.ndim)
    if prepend is not None or append is not None:
        parts = (prepend, x, append)
        x = concatenate([_widened(part, x, axis) for part in parts if part is not None], axis=axis)
    return differences(x, n=operator.index(n), axis=axis)


def _differences_back(g: Any, x: Any, n: int, axis: int) -> Any:
    """Differences of g between zeros: x_i is in z_i with the sign − and in z_{i−1} with +."""
    if x.shape[axis] <= n:
        return x * 0
    zeros = np.zeros([n if i == axis else m for i, m in enumerate(g.shape)], g.dtype)
    back = differences(concatenate([zeros, g, zeros], axis=axis), n=n, axis=axis)
    return -back if n % 2 else back


@linear(
    public=False,
    numpy=(),
    batch=along_axis(),
    transpose=_differences_back,
    cases=(
        case((5,), n=1, axis=0),
        case((2, 5), n=2, axis=1),
        case((4, 2), n=3, axis=0),
        case((2, 2), n=3, axis=1),
        case((0, 2), n=1, axis=0),
    ),
)
def differences(x: Operand, /, n: int, axis: int) -> Any:
    """Differences of neighbours along an axis, taken n times."""
    return np.diff(x, n, axis)


def _widened(end: Any, x: Any, axis: int) -> Any:
    end = as_operand(end)
    return end if end.ndim else broadcast_to(end, shape=tuple(1 if i == axis else m for i, m in enumerate(x.shape)))


@composition()
def gradient(x: Operand, /, *spacing: Operand, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes of samples along axes: central differences inside, one-sided ones of order `edge_order` at the ends.

    `spacing` is nothing (steps of 1), one step for all axes, or for each axis a step or the coordinates of the samples;
    all of these may be Tensors with gradients. Of several axes the result is a tuple. Inside, with steps h₁ before and
    h₂ behind, z = (h₁² x₊ + (h₂² − h₁²) x − h₂² x₋) / (h₁ h₂ (h₁ + h₂)), exact for parabolas.

    Source: Fornberg, Generation of Finite Difference Formulas on Arbitrarily Spaced Grids, Math. Comp. 51 (1988).

    >>> import tensorgraph as tg
    >>> tg.gradient(tg.tensor([0.0, 1.0, 4.0]))
    tensor([1., 2., 3.])
    """
    x = as_operand(x)
    if edge_order not in {1, 2}:
        message = f"gradient: expected edge_order 1 or 2, got {edge_order!r}"
        raise ArgumentError(message)
    chosen = checked_axes("gradient", tuple(range(x.ndim)) if axis is None else axis, x.ndim)
    axes = chosen if isinstance(chosen, tuple) else (chosen,)
    if x.dtype.kind not in "fc":
        x = x.astype(np.float64)
    steps = _steps(spacing, x, axes)
    slopes = tuple(_slope(x, a, h, edge_order) for a, h in zip(axes, steps, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _steps(spacing: tuple[Any, ...], x: Any, axes: tuple[int, ...]) -> list[Any]:
    """For each axis one step, or all of them in the shape in which they broadcast against x."""
    if len(spacing) not in {0, len(axes)} and not (len(spacing) == 1 and not shape_of(spacing[0])):
        message = (
            f"gradient: expected no spacing, one step, or one spacing for each of {len(axes)} axes; got {len(spacing)}"
        )
        raise ArgumentError(message)
    given = spacing * len(axes) if len(spacing) == 1 else spacing or (1.0,) * len(axes)
    steps = []
    for axis, h in zip(axes, given, strict=True):
        if not shape_of(h):
            steps.append(h)
            continue
        if shape_of(h) != (x.shape[axis],):
            message = f"gradient: expected {x.shape[axis]} coordinates for axis {axis}, got shape {shape_of(h)}"
            raise ShapeError(message)
        h = h if h.dtype.kind in "fc" else h.astype(np.float64)  # noqa: PLW2901
        steps.append(reshape(h[1:] - h[:-1], shape=tuple(-1 if i == axis else 1 for i in range(x.ndim))))
    return steps


def _slope(x: Any, axis: int, h: Any, edge_order: int) -> Any:
    n = x.shape[axis]
    if n < edge_order + 1:
        message = f"gradient: axis {axis} has {n} samples, edge_order={edge_order} needs {edge_order + 1}"
        raise ShapeError(message)
    if not shape_of(h):
        z = slopes(x, axis=axis, edge_order=edge_order) / h
        return z if z.dtype == x.dtype else z.astype(x.dtype)
    low, mid, high = _part(x, axis, None, -2), _part(x, axis, 1, -1), _part(x, axis, 2, None)
    before, behind = _part(h, axis, None, -1), _part(h, axis, 1, None)
    whole = before + behind
    inside = (high - mid) * (before / (behind * whole)) + (mid - low) * (behind / (before * whole))
    # The ends are read off short pieces, so that their cotangents touch no more than these.
    first, last = _part(x, axis, None, edge_order + 1), _part(x, axis, -edge_order - 1, None)
    z = concatenate([_edge(first, axis, h, edge_order, 1), inside, _edge(last, axis, h, edge_order, -1)], axis=axis)
    return z if z.dtype == x.dtype else z.astype(x.dtype)


def _edge(x: Any, axis: int, h: Any, order: int, side: int) -> Any:
    """The slope at the first (side 1) or the last (side −1) sample, from the side where there are samples."""

    def at(y: Any, i: int) -> Any:
        place = i if side > 0 else -1 - i
        return _part(y, axis, place, place + 1 or None)

    outer = (at(x, 1) - at(x, 0)) / at(h, 0) * side
    if order == 1:
        return outer
    inner = (at(x, 2) - at(x, 1)) / at(h, 1) * side
    return outer + (outer - inner) * (at(h, 0) / (at(h, 0) + at(h, 1)))


_gradient: Any = np.gradient  # NumPy's stubs want the order as a literal

_ENDS = 8
"""An axis of this many samples has two ends that do not meet."""


def _slopes_back(g: Any, x: Any, axis: int, edge_order: int) -> Any:  # noqa: ARG001 - linear, and g has the shape of x
    """Dᵀ g with the matrix D of `slopes`: ½ (g_{j−1} − g_{j+1}) inside, and D itself, of a short axis, at the ends."""
    rows = moveaxis(g, axis, 0)
    n = rows.shape[0]
    matrix = _gradient(np.eye(min(n, _ENDS)), axis=0, edge_order=edge_order).astype(g.real.dtype)
    if n < _ENDS:
        return moveaxis(tensordot(matrix.T, rows, axes=1), 0, axis)
    head = tensordot(matrix[:4, :3].T, rows[:4], axes=1)
    tail = tensordot(matrix[-4:, -3:].T, rows[-4:], axes=1)
    return moveaxis(concatenate([head, (rows[2:-4] - rows[4:-2]) / 2, tail]), 0, axis)


@linear(
    public=False,
    numpy=(),
    batch=along_axis(),
    transpose=_slopes_back,
    cases=(
        case((3,), axis=0, edge_order=2),
        case((2, 7), axis=1, edge_order=1),
        case((8, 2), axis=0, edge_order=2),
        case((2, 11), axis=-1, edge_order=1),
    ),
)
def slopes(x: Operand, /, axis: int, edge_order: int) -> Any:
    """Slopes of samples one apart."""
    return _gradient(x, axis=axis, edge_order=edge_order)


@composition(lift=1)
def trapezoid(y: Operand, /, x: Operand = None, dx: Operand = 1.0, axis: int = -1) -> Any:
    """Integral of samples y along an axis by the trapezoidal rule, Σ (xᵢ₊₁ − xᵢ) (yᵢ₊₁ + yᵢ) / 2.

    `x` are the coordinates, of the shape of y or of the one axis; without them the samples are `dx` apart.

    >>> import tensorgraph as tg
    >>> tg.trapezoid([1.0, 2.0, 3.0], dx=0.5)
    tensor(2.)
    """
    y = as_operand(y)
    axis = _axis("trapezoid", axis, y.ndim)
    step = dx
    if x is not None:
        x = as_operand(x)
        if x.ndim == 1:
            step = reshape(x[1:] - x[:-1], shape=tuple(-1 if i == axis else 1 for i in range(y.ndim)))
        else:
            step = diff(x, axis=axis)
    return sum(step * (_part(y, axis, 1, None) + _part(y, axis, None, -1)) / 2.0, axis=axis)
