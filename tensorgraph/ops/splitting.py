"""Arrays taken apart along an axis (floor 2): the pieces are views."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import AxisError, ShapeError
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["array_split", "dsplit", "hsplit", "split", "unstack", "vsplit"]


@composition()
def array_split(x: Operand, /, indices_or_sections: Any, axis: int = 0) -> Any:
    """x in a number of pieces of nearly equal length, the longer ones first, or cut at the given indices.

    >>> import tensorgraph as tg
    >>> [t.tolist() for t in tg.array_split([1, 2, 3, 4, 5], 2)]
    [[1, 2, 3], [4, 5]]
    """
    x = as_operand(x)
    axis = _fixed(x, axis)
    n = x.shape[axis]
    cuts = _cuts(indices_or_sections)
    if isinstance(cuts, int):
        if cuts <= 0:
            message = f"array_split: expected at least one section, got {cuts}"
            raise ShapeError(message)
        length, longer = divmod(n, cuts)
        cuts = [i * length + min(i, longer) for i in range(1, cuts)]
    whole = (slice(None),) * axis
    return [x[(*whole, slice(start, stop))] for start, stop in zip([0, *cuts], [*cuts, n], strict=True)]


@composition()
def split(x: Operand, /, indices_or_sections: Any, axis: int = 0) -> Any:
    """x in a number of equal pieces, or cut at the given indices.

    >>> import tensorgraph as tg
    >>> [t.tolist() for t in tg.split([1, 2, 3, 4], [1, 3])]
    [[1], [2, 3], [4]]
    """
    x = as_operand(x)
    sections = _cuts(indices_or_sections)
    if isinstance(sections, int) and (sections <= 0 or x.shape[_fixed(x, axis)] % sections):
        message = (
            f"split: axis {axis} of shape {x.shape} makes no {sections} equal pieces; array_split makes unequal ones"
        )
        raise ShapeError(message)
    return array_split(x, sections, axis)


@composition()
def hsplit(x: Operand, /, indices_or_sections: Any) -> Any:
    """`split` along the second axis, or the first if there is one only."""
    x = _at_least(x, 1, "hsplit")
    return split(x, indices_or_sections, 1 if x.ndim > 1 else 0)


@composition()
def vsplit(x: Operand, /, indices_or_sections: Any) -> Any:
    """`split` along the first axis of at least two."""
    x = _at_least(x, 2, "vsplit")
    return split(x, indices_or_sections, 0)


@composition()
def dsplit(x: Operand, /, indices_or_sections: Any) -> Any:
    """`split` along the third axis."""
    x = _at_least(x, 3, "dsplit")
    return split(x, indices_or_sections, 2)


@composition()
def unstack(x: Operand, /, *, axis: int = 0) -> Any:
    """The slices along an axis, as a tuple: the inverse of `stack`.

    >>> import tensorgraph as tg
    >>> a, b = tg.unstack([[1, 2], [3, 4]])
    >>> b
    tensor([3, 4])
    """
    x = as_operand(x)
    axis = _fixed(x, axis)
    return tuple([x[(slice(None),) * axis + (i, ...)] for i in range(x.shape[axis])])


def _fixed(x: Any, axis: int) -> int:
    if not -x.ndim <= axis < x.ndim:
        message = f"axis {axis} is out of bounds for shape {x.shape}"
        raise AxisError(message)
    return int(axis % x.ndim)


def _cuts(indices_or_sections: Any) -> int | list[int]:
    """Where to cut: a number of sections, or indices."""
    array = np.asarray(value_of(indices_or_sections))
    cuts: int | list[int] = array.astype(np.intp, casting="same_kind").tolist() if array.size else []
    return cuts


def _at_least(x: Any, ndim: int, name: str) -> Any:
    x = as_operand(x)
    if x.ndim < ndim:
        message = f"{name}: expected at least {ndim} axes, got shape {x.shape}"
        raise ShapeError(message)
    return x
