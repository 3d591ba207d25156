"""Products and sums of a sweep, into memory that nobody else can see (floor 1).

A new array costs more than the arithmetic on it when it is large. Whether somebody else holds an array is told by its
count of references, as in `core/ownership.py`.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch

__all__ = ["plus", "times"]


def times(g: Any, partial: Any) -> Any:
    """g · ∂, into the local gradient's own memory where nobody else can see it."""
    if type(partial) is np.ndarray:
        if (
            partial.size > IN_PLACE_FROM
            and sys.getrefcount(partial) <= _FRESH
            and partial.base is None
            and type(g) is np.ndarray
            and g.shape == partial.shape
            and g.dtype == partial.dtype
        ):
            return np.multiply(partial, g, out=partial)
    elif type(partial) is int:
        return g if partial == 1 else -g if partial == -1 else g * partial
    return g * partial


def plus(total: Any, term: Any) -> Any:
    """total + term of a batch of tangents, into the memory of `total` where nobody else can see it."""
    if type(total) is Batch and type(term) is Batch and total.levels == term.levels:
        a, b = total.value, term.value
        if (
            type(a) is np.ndarray
            and type(b) is np.ndarray
            and a.size > IN_PLACE_FROM
            and sys.getrefcount(a) <= _HELD
            and sys.getrefcount(total) <= _SUMMED
            and a.base is None
            and a.flags.writeable
            and a.shape == b.shape
            and a.dtype == b.dtype
        ):
            np.add(a, b, out=a)
            return total
    return total + term


IN_PLACE_FROM = 1 << 12
"""Below this size a new array costs less than the question whether an old one may be used."""


def _references_of_fresh() -> int:
    """What `times` sees of a partial that only its caller's expression holds; measured, as interpreters differ."""

    def look(_g: Any, partial: Any) -> int:
        return sys.getrefcount(partial)

    def give(*_: Any) -> Any:
        return np.zeros(1)

    def scaled(g: Any, z: Any, operands: Any, static: Any) -> Any:
        return look(g, give(z, *operands, *static))

    return int(scaled(None, None, (), ()))


def _references_of_sum() -> tuple[int, int]:
    """What `plus` sees of a batch that only a variable of its caller holds, and of that batch's value."""

    def look(total: Any, _term: Any) -> tuple[int, int]:
        a = total.value
        return sys.getrefcount(total), sys.getrefcount(a)

    def summed() -> tuple[int, int]:
        total = Batch(np.zeros(1), (0,))
        return look(total, None)

    return summed()


_FRESH = _references_of_fresh()
_SUMMED, _HELD = _references_of_sum()
