"""Cards: an index read, and its transpose, which adds (floor 2).

    getitem(x, index) = x[index]                   embed(y, shape, index): zeros of that shape with y at the index
    gather((x, *arrays), pattern) = x[index]       scatter_add((y, *arrays), shape, pattern): zeros, out[index] += y

The first pair serves basic indices (integers, slices, None, ...), which name no element twice. The second serves
indices with integer or boolean arrays, which are operands: `pattern` is the index with "array" in their places. Each
card is the transpose of its neighbour, so that a derivative of any order is one of the two.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import kind
from tensorgraph.core.families import linear, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import IndexingError
from tensorgraph.ops import batched_indices
from tensorgraph.ops.accumulation import sum_at

__all__ = ["ARRAY", "BASIC", "embed", "fill", "gather", "getitem", "read", "scatter_add", "split"]

ARRAY = "array"
"""What stands in a pattern for an array of the index."""


@linear(
    batch=batched_indices.getitem,
    transpose=lambda g, x, index: embed(g, shape=x.shape, index=index),
    public=False,
    latex=r"{x}_{[\cdot]}",
    cases=(
        case((4, 3), index=1),
        case((4,), index=-1),
        case((4, 3), index=slice(1, None, 2)),
        case((4, 3), index=(slice(None, None, -1), 2)),
        case((4, 3), index=(Ellipsis, None, 1)),
        case((), index=()),
        case((), index=None),
        case((0, 3), index=slice(None)),
    ),
)
def getitem(x: Operand, /, index: Any) -> Any:
    """The elements that integers, slices, None and ... name, as in NumPy."""
    # The Ellipsis makes a 0-d view of one element, where NumPy would otherwise copy it into a scalar.
    return x[index, ...] if type(index) is int else x[index]


@linear(
    batch=batched_indices.embed,
    transpose=lambda g, x, shape, index: getitem(g, index=index),
    public=False,
    latex=r"{x}_{[\cdot]}^{\mathsf T}",
    cases=(
        case((3,), shape=(4, 3), index=1),
        case((2, 3), shape=(4, 3), index=slice(1, None, 2)),
        case((), shape=(2, 2), index=(0, 1)),
    ),
)
def embed(x: Operand, /, shape: Any, index: Any) -> Any:
    """Zeros of the given shape with x at a basic index: the transpose of reading there."""
    out = np.zeros(shape, x.dtype)
    out[index] = x
    return out


# Linear in the first operand, but the arrays of the index are operands too.
_ROWS = np.array([[2, 0], [2, 1]])
_MASK = np.array([[True, False, True], [False, True, True]])


@primitive(
    batch=batched_indices.gather,
    variadic=True,
    vjps=(lambda g, z, xs, i, pattern: scatter_add((g, *xs[1:]), shape=xs[0].shape, pattern=pattern),),
    jvps=(lambda dxs, z, xs, pattern: gather((dxs[0], *xs[1:]), pattern=pattern),),
    public=False,
    reads_values=False,
    latex=r"{xs}_{[\cdot]}",
    cases=(
        case([(3, 2), _ROWS], pattern=(ARRAY,)),
        case([(3, 3), _ROWS, _ROWS], pattern=(ARRAY, ARRAY)),
        case([(3, 4, 3), _ROWS, _ROWS], pattern=(ARRAY, slice(1, 3), ARRAY)),
        case([(3, 4, 3), _ROWS], pattern=(0, slice(None), ARRAY)),
        case([(2, 3), _MASK], pattern=(ARRAY,)),
        case([(2, 3, 2), _MASK], pattern=(Ellipsis, ARRAY, 1)),
        case([(3, 2), np.zeros(0, int)], pattern=(ARRAY,)),
        case([(3,), np.array(1)], pattern=(ARRAY, None)),
    ),
)
def gather(xs: Sequence[Any], /, pattern: tuple[Any, ...]) -> Any:
    """The elements of the first operand that an index made of the others names, as in NumPy."""
    return np.asarray(xs[0])[fill(pattern, xs[1:])]


@primitive(
    batch=batched_indices.scatter_add,
    variadic=True,
    vjps=(lambda g, z, xs, i, shape, pattern: gather((g, *xs[1:]), pattern=pattern),),
    jvps=(lambda dxs, z, xs, shape, pattern: scatter_add((dxs[0], *xs[1:]), shape=shape, pattern=pattern),),
    public=False,
    reads_values=False,
    latex=r"{xs}_{[\cdot]}^{\mathsf T}",
    cases=(
        case([(2, 2, 2), _ROWS], shape=(3, 2), pattern=(ARRAY,)),
        case([(2, 2), _ROWS, _ROWS], shape=(3, 3), pattern=(ARRAY, ARRAY)),
        case([(4,), _MASK], shape=(2, 3), pattern=(ARRAY,)),
    ),
)
def scatter_add(xs: Sequence[Any], /, shape: Any, pattern: tuple[Any, ...]) -> Any:
    """Zeros of a shape with the first operand added at an index made of the others, as often as it names a place."""
    return sum_at(shape, fill(pattern, xs[1:]), np.asarray(xs[0]))


def fill(pattern: Iterable[Any], arrays: Iterable[Any]) -> tuple[Any, ...]:
    """The index that a pattern and its arrays make."""
    rest = iter(arrays)
    return tuple([next(rest) if type(item) is str else item for item in pattern])


def read(x: Tensor, index: Any) -> Tensor:
    """x[index], for every kind of index."""
    pattern, arrays = split(index)
    if arrays:
        return gather.function((x, *arrays), pattern)
    return getitem.function(x, pattern)


BASIC = frozenset((int, slice, type(None), type(Ellipsis)))
"""The types of which basic indices are made."""


def split(index: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """An index as its pattern and its arrays; lists become arrays, NumPy's integers Python's."""
    pattern: list[Any] = []
    arrays: list[Any] = []
    for item in index if isinstance(index, tuple) else (index,):
        plain = item if type(item) in BASIC else _plain(item)
        if type(plain) is np.ndarray or isinstance(plain, Tensor):
            pattern.append(ARRAY)
            arrays.append(plain)
        else:
            pattern.append(plain)
    return tuple(pattern), arrays


def _plain(item: Any) -> Any:
    """One item of an index: an integer, or an integer or boolean array or Tensor."""
    if isinstance(item, Tensor):
        array: Any = item
    elif type(item) is np.ndarray or isinstance(item, (list, tuple, bool, np.bool_)):
        array = np.asarray(item)
        if array.size == 0 and array.dtype.kind == "f" and array is not item:
            return array.astype(np.intp)  # an empty list names nothing
    elif hasattr(item, "__index__"):
        return operator.index(item)
    else:
        array = np.asarray(item)
    if array.dtype.kind not in "iub":
        message = f"an index is made of integers, slices, None, ... and integer or boolean arrays, got {kind(item)}"
        raise IndexingError(message)
    return int(array) if array.ndim == 0 and array.dtype.kind != "b" and type(array) is np.ndarray else array
