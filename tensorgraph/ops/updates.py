"""Cards: a copy of an array, changed at an index; what `Tensor.at` is made of (floor 2).

The operands are the array, the new values and the arrays of the index, which stands in `pattern` as for `gather`. Where
an index names an element several times, `at_set` keeps the last value, in the order in which `x[index]` lists them, and
the others see all values, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.families import constant, primitive
from tensorgraph.core.op import case
from tensorgraph.errors import DtypeError
from tensorgraph.ops import batched_indices
from tensorgraph.ops.accumulation import names_once, places_of, sum_at
from tensorgraph.ops.comparison import equal, where
from tensorgraph.ops.indexing import ARRAY, fill, gather
from tensorgraph.ops.layout import expand_dims

__all__ = ["at_add", "at_max", "at_min", "at_set", "last_writer"]

_TWICE = np.array([[2, 0], [2, 1]])
_ONCE = np.array([True, False, True])
_CASES = (
    case([(4, 3), (3,)], pattern=(1,)),
    case([(4, 3), ()], pattern=(slice(1, None, 2),)),
    case([(3,), (2,), _ONCE], pattern=(ARRAY,)),
    case([(3, 2), (2, 2, 2), _TWICE], pattern=(ARRAY,)),
    case([(3, 2), (2,), _TWICE], pattern=(ARRAY, 1)),
    case([(), ()], pattern=()),
)


@primitive(
    batch=batched_indices.write,
    variadic=True,
    vjps=(lambda g, z, xs, i, pattern: _set_back(g, xs, i, pattern),),
    jvps=(lambda dxs, z, xs, pattern: at_set((_zero(dxs[0], xs[0]), _nought(dxs[1]), *xs[2:]), pattern=pattern),),
    public=False,
    reads_values=False,
    subgradient="of values written to one place, the last one's gradient is the cotangent there, the others' are 0",
    cases=_CASES,
)
def at_set(xs: Sequence[Any], /, pattern: tuple[Any, ...]) -> Any:
    """A copy of the first operand with the second written at an index; see `Tensor.at`."""
    out, y, index = _prepare("at_set", xs, pattern)
    if names_once(index) or y.size == 1:
        out[index] = y
        return out
    places = places_of(out.shape, index)
    last = _last_writer(out.size, places).ravel()
    # `out` is contiguous in C order, so that its ravelled form is a view.
    out.reshape(-1)[places.ravel()[last]] = np.broadcast_to(y, places.shape).ravel()[last]
    return out


def _set_back(g: Any, xs: Sequence[Any], i: int, pattern: tuple[Any, ...]) -> Any:
    if i == 0:
        return at_set((g, 0, *xs[2:]), pattern=pattern)
    c = gather((g, *xs[2:]), pattern=pattern)
    if any(x.dtype.kind != "b" for x in xs[2:]):
        c = where(last_writer(xs[2:], shape=g.shape, pattern=pattern), c, 0)
    return _of_ndim(c, xs[1])


@constant(variadic=True, public=False, cases=(case([_TWICE], shape=(3, 2), pattern=(ARRAY,)),))
def last_writer(xs: Sequence[Any], /, shape: Any, pattern: tuple[Any, ...]) -> Any:
    """For each element that an index lists, whether no later one names the same place."""
    places = places_of(shape, fill(pattern, xs))
    return _last_writer(int(np.prod(shape)), places)


def _last_writer(size: int, places: Any) -> Any:
    turns = np.arange(places.size)
    last = np.zeros(size, np.intp)
    np.maximum.at(last, places.ravel(), turns)
    return (last[places.ravel()] == turns).reshape(places.shape)


@primitive(
    batch=batched_indices.write,
    variadic=True,
    vjps=(lambda g, z, xs, i, pattern: g if i == 0 else _of_ndim(gather((g, *xs[2:]), pattern=pattern), xs[1]),),
    jvps=(lambda dxs, z, xs, pattern: at_add((_zero(dxs[0], xs[0]), _nought(dxs[1]), *xs[2:]), pattern=pattern),),
    public=False,
    reads_values=False,
    cases=_CASES,
)
def at_add(xs: Sequence[Any], /, pattern: tuple[Any, ...]) -> Any:
    """A copy of the first operand with the second added at an index, as often as it names a place; see `Tensor.at`."""
    out, y, index = _prepare("at_add", xs, pattern)
    if names_once(index):
        out[index] += y.astype(out.dtype)
    else:
        out += sum_at(out.shape, index, y.astype(out.dtype))
    return out


def _attained(z: Any, xs: Sequence[Any], pattern: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Where the old and the new values attain the extreme (1.0 or 0.0), and how many do at each place."""
    x, y, *arrays = xs
    old = where(equal(x, z), 1.0, 0.0)
    new = where(equal(y, gather((z, *arrays), pattern=pattern)), 1.0, 0.0)
    count = at_add((old, new, *arrays), pattern=pattern)
    return old, new, where(equal(count, 0), 1.0, count)  # a NaN equals nothing


def _extreme_back(g: Any, z: Any, xs: Sequence[Any], i: int, pattern: tuple[Any, ...]) -> Any:
    old, new, count = _attained(z, xs, pattern)
    share = g / count
    return share * old if i == 0 else _of_ndim(gather((share, *xs[2:]), pattern=pattern) * new, xs[1])


def _extreme_along(dxs: Sequence[Any], z: Any, xs: Sequence[Any], pattern: tuple[Any, ...]) -> Any:
    old, new, count = _attained(z, xs, pattern)
    moved = _zero(dxs[0], xs[0]) * old
    return at_add((moved, _nought(dxs[1]) * new, *xs[2:]), pattern=pattern) / count


@primitive(
    batch=batched_indices.write,
    variadic=True,
    vjps=(_extreme_back,),
    jvps=(_extreme_along,),
    public=False,
    distinct=True,
    subgradient="equal shares for all values that attain the extreme, the old one included",
    cases=_CASES,
)
def at_max(xs: Sequence[Any], /, pattern: tuple[Any, ...]) -> Any:
    """A copy of the first operand, at an index the larger of it and of the second; see `Tensor.at`."""
    return _extreme("at_max", np.maximum, xs, pattern)


@primitive(
    batch=batched_indices.write,
    variadic=True,
    vjps=(_extreme_back,),
    jvps=(_extreme_along,),
    public=False,
    distinct=True,
    subgradient="equal shares for all values that attain the extreme, the old one included",
    cases=_CASES,
)
def at_min(xs: Sequence[Any], /, pattern: tuple[Any, ...]) -> Any:
    """A copy of the first operand, at an index the smaller of it and of the second; see `Tensor.at`."""
    return _extreme("at_min", np.minimum, xs, pattern)


def _extreme(name: str, ufunc: Any, xs: Sequence[Any], pattern: tuple[Any, ...]) -> Any:
    out, y, index = _prepare(name, xs, pattern)
    y = y.astype(out.dtype)
    if names_once(index):
        out[index] = ufunc(out[index], y)
    else:
        ufunc.at(out, index, y)
    return out


def _prepare(name: str, xs: Sequence[Any], pattern: tuple[Any, ...]) -> tuple[Any, Any, tuple[Any, ...]]:
    """A copy to change, the values, and the index."""
    x, y, *arrays = xs
    out, values, index = np.array(x, order="C"), np.asarray(y), fill(pattern, arrays)
    if _RANK[values.dtype.kind] > _RANK[out.dtype.kind]:
        message = (
            f"{name}: {describe(y)} would lose its gradient or more in {describe(x)}; convert one of them by astype"
        )
        raise DtypeError(message)
    extra = values.ndim - len(_shape_at(out.shape, index)) if values.ndim else 0
    return (
        out,
        values.reshape(values.shape[extra:]) if extra > 0 and values.shape[:extra] == (1,) * extra else values,
        index,
    )


_RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}
"""Kinds of dtypes; values may go into an array of their own or a higher kind."""


def _shape_at(shape: tuple[int, ...], index: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape of x[index]."""
    return tuple(np.broadcast_to(_POINT, shape)[index].shape)


_POINT = np.empty((), np.bool_)


def _zero(dx: Any, x: Any) -> Any:
    """A tangent, zeros if there is none."""
    return np.zeros(x.shape, x.dtype) if dx is None else dx


def _nought(dy: Any) -> Any:
    return 0 if dy is None else dy


def _of_ndim(c: Any, y: Any) -> Any:
    """c with leading axes of length 1, where the values had more axes than the places that they were written to."""
    extra = getattr(y, "ndim", 0) - c.ndim
    return expand_dims(c, axis=tuple(range(extra))) if extra > 0 else c
