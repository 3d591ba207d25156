"""Card: the linear recurrence of first order, which the derivatives of running products obey (floor 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batching import everywhere, shifted
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.rearranging import flip, roll

__all__ = ["previous", "recurrence"]

_BY_STEPS = 32
"""Up to this length, or in rows this wide, one step after the other is faster than doubling."""


def previous(z: Any, axis: int, first: float) -> Any:
    """z moved on by one place along an axis, `first` coming in."""
    before = (slice(None),) * (axis % z.ndim)
    start = np.full((*z.shape[: axis % z.ndim], min(1, z.shape[axis]), *z.shape[axis % z.ndim + 1 :]), first, z.dtype)
    return concatenate([start, z[(*before, slice(None, -1))]], axis=axis)


def _from_the_end(g: Any, a: Any, axis: int) -> Any:
    """The transpose in b: b̄ᵢ = gᵢ + aᵢ₊₁ b̄ᵢ₊₁."""
    factors = flip(roll(a, shift=-1, axis=axis), axis=axis)
    return flip(recurrence(flip(g, axis=axis), factors, axis=axis), axis=axis)


def _all_at_once(op: Any, xs: Sequence[Any], lead: Sequence[bool], size: int, axis: int) -> Any:
    b, a = (everywhere(x, is_led=is_led, size=size) for x, is_led in zip(xs, lead, strict=True))
    return op(b, a, axis=shifted(axis, b.ndim - 1, op))


@primitive(
    batch=_all_at_once,
    public=False,
    vjps=(
        lambda g, z, b, a, axis: _from_the_end(g, a, axis),
        lambda g, z, b, a, axis: _from_the_end(g, a, axis) * previous(z, axis, 0),
    ),
    jvps=(
        lambda db, z, b, a, axis: recurrence(db, a, axis=axis),
        lambda da, z, b, a, axis: recurrence(da * previous(z, axis, 0), a, axis=axis),
    ),
    cases=(
        case((4,), (4,), axis=0),
        case((2, 5), (2, 5), axis=-1),
        case((3, 2), (3, 2), axis=0),
        case((1,), (1,), axis=0),
        case((0,), (0,), axis=0),
    ),
)
def recurrence(b: Operand, a: Operand, /, axis: int) -> Any:
    """zᵢ = bᵢ + aᵢ zᵢ₋₁ along an axis, from z₋₁ = 0; a₀ counts for nothing."""
    rows = np.moveaxis(np.asarray(b), axis, 0)
    factors = np.moveaxis(np.asarray(a), axis, 0)
    count = rows.shape[0]
    dtype = np.result_type(rows, factors)
    z = rows.astype(dtype)
    if count > _BY_STEPS and rows.size < _BY_STEPS * count:
        if _doubled(z, factors.astype(dtype)):
            return np.moveaxis(z, 0, axis)
        z = rows.astype(dtype)
    for i in range(1, count):
        z[i] += factors[i] * z[i - 1]
    return np.moveaxis(z, 0, axis)


def _doubled(z: np.ndarray[Any, Any], p: np.ndarray[Any, Any]) -> bool:
    """Do all steps by doubling, in place, unless products of the factors leave the range; say whether it is done.

    After the step d every z holds the terms of the last 2d places, and every p is the product of 2d factors.
    """
    step = 1
    with np.errstate(over="ignore", invalid="ignore"):
        while step < len(z):
            if not np.isfinite(p).all():
                return False
            z[step:] += p[step:] * z[:-step]
            p[step:] *= p[:-step].copy()
            step *= 2
    return True
