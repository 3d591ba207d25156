"""Cards: what occurs how often: histograms, counts, distinct elements (floor 2).

Counts are constants; the weights of what is counted, and the values found, have gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import constant, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.keywords import checked_axes
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.taking import add_taken, take
from tensorgraph.ops.values import as_operand, value_of

__all__ = [
    "UniqueAllResult",
    "UniqueCountsResult",
    "UniqueInverseResult",
    "bincount",
    "histogram",
    "histogram_bin_edges",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


# Counts


@constant(public=False, numpy=(), cases=(case(np.array([0, 2, 2])), case(np.array([1]), minlength=4)))
def bin_counts(x: Operand, /, minlength: int = 0) -> Any:
    """How often each of the numbers from 0 on occurs."""
    return np.bincount(np.asarray(x), None, minlength)


@primitive(
    public=False,
    vjps=(None, lambda g, z, x, weights, minlength: take(g, x, axis=0)),
    jvps=(None, lambda dw, z, x, weights, minlength: bin_sums(x, dw, minlength=z.shape[0])),
    cases=(case(np.array([0, 2, 2]), (3,)), case(np.array([1]), (1,), minlength=4)),
)
def bin_sums(x: Operand, weights: Operand, /, minlength: int = 0) -> Any:
    """The sum of the weights of the places where x is 0, where it is 1, and so on."""
    x, weights = np.asarray(x), np.asarray(weights)
    if weights.dtype.kind == "c":
        return np.bincount(x, weights.real, minlength) + 1j * np.bincount(x, weights.imag, minlength)
    return np.bincount(x, weights, minlength)


@composition(lift=1)
def bincount(x: Operand, /, weights: Operand = None, minlength: int = 0) -> Any:
    """How often each of the numbers from 0 on occurs, or the weights of its places in sum; at least `minlength` bins.

    >>> import tensorgraph as tg
    >>> tg.bincount([0, 2, 2], weights=[0.5, 1.0, 1.0])
    tensor([0.5, 0. , 2. ])
    """
    if weights is None:
        return bin_counts(x, minlength=minlength)
    return bin_sums(x, as_operand(weights), minlength=minlength)


@constant(public=False, cases=(case((5,)), case((5,), bins=3), case((2, 3), bins=4, range=(-1.0, 1.0))))
def even_edges(x: Operand, /, bins: int | str = 10, range: tuple[float, float] | None = None) -> Any:
    """The edges of a number of bins of one width, or of as many as a rule of that name finds good."""
    return np.histogram_bin_edges(x, bins, range)


@constant(public=False, cases=(case((5,), np.array([-1.0, 0.0, 0.5, 2.0])),))
def bin_numbers(x: Operand, edges: Operand, /) -> Any:
    """The bin that each element falls into; what lies outside all bins has the number after the last."""
    edges = np.asarray(edges)
    last = len(edges) - 1
    numbers: Any = np.searchsorted(edges, x, side="right") - 1
    numbers = np.where(x == edges[-1], last - 1, numbers)
    return np.where((x >= edges[0]) & (x <= edges[-1]), numbers, last)


@composition(lift=1)
def histogram_bin_edges(
    x: Operand, /, bins: Any = 10, range: tuple[float, float] | None = None, weights: Operand = None
) -> Any:
    """The edges of the bins that `histogram` uses."""
    if np.ndim(value_of(bins)):
        return _increasing(as_operand(bins))
    if weights is not None and isinstance(bins, str):
        message = "histogram: the rules that choose the bins know no weights; give a number of bins, or edges"
        raise ArgumentError(message)
    return even_edges(x, bins=bins, range=None if range is None else (range[0], range[1]))


def _increasing(edges: Any) -> Any:
    values = np.asarray(value_of(edges))
    if values.ndim != 1 or (np.diff(values) < 0).any():
        message = "histogram: expected increasing edges of one axis"
        raise ArgumentError(message)
    return edges


@composition(lift=1)
def histogram(
    x: Operand,
    /,
    bins: Any = 10,
    range: tuple[float, float] | None = None,
    density: bool | None = None,
    weights: Operand = None,
) -> Any:
    """How many elements, or what weight of them, fall into each bin; and the edges of the bins.

    `bins` is the number of bins over a `range` (by default of all elements), the name of a rule that finds it, or the
    edges; each bin holds its left edge, the last both. The counts are constants, `weights` have a gradient if they are
    a Tensor. With `density=True` the counts are divided by their sum and the widths of the bins.

    >>> import tensorgraph as tg
    >>> tg.histogram([0.1, 0.2, 0.9], bins=2, range=(0.0, 1.0))[0]
    tensor([2, 1])
    """
    x = reshape(as_operand(x), shape=(-1,))
    edges = histogram_bin_edges(x, bins, range, weights)
    count = edges.shape[0] - 1
    numbers = bin_numbers(x, edges)
    if weights is None:
        z = bin_counts(numbers, minlength=count + 1)[:count]
    else:
        given = reshape(as_operand(weights), shape=(-1,))
        z = bin_sums(numbers, given, minlength=count + 1)[:count]
        wanted = given.dtype if given.dtype.kind != "b" else np.dtype(np.int64)
        z = z if z.dtype == wanted else z.astype(wanted)
    if density:
        z = z / (edges[1:] - edges[:-1]) / sum(z)
    return z, edges


# Distinct elements


class UniqueAllResult(NamedTuple):
    """What `unique_all` returns."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` returns."""

    values: Any
    counts: Any


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` returns."""

    values: Any
    inverse_indices: Any


_ROWS = (case((4,)), case((2, 3)), case((2, 3), axis=0), case((0,)))


@constant(public=False, cases=_ROWS)
def unique_places(x: Operand, /, axis: int | None = None, equal_nan: bool = True) -> Any:
    """Where each distinct element (or row along an axis) occurs first, in the order of the values."""
    return np.unique(np.asarray(x), return_index=True, axis=axis, equal_nan=equal_nan)[1]


@constant(public=False, cases=_ROWS)
def unique_ranks(x: Operand, /, axis: int | None = None, equal_nan: bool = True) -> Any:
    """The number of the distinct value that stands at each place."""
    return np.unique(np.asarray(x), return_inverse=True, axis=axis, equal_nan=equal_nan)[1]


@constant(public=False, cases=_ROWS)
def unique_sizes(x: Operand, /, axis: int | None = None, equal_nan: bool = True) -> Any:
    """How often each distinct value occurs."""
    return np.unique(np.asarray(x), return_counts=True, axis=axis, equal_nan=equal_nan)[1]


@primitive(
    public=False,
    vjps=(
        lambda g, z, x, axis, equal_nan: add_taken(
            g, unique_places(x, axis=axis, equal_nan=equal_nan), shape=x.shape, axis=axis
        ),
    ),
    jvps=(lambda dx, z, x, axis, equal_nan: take(dx, unique_places(x, axis=axis, equal_nan=equal_nan), axis=axis),),
    distinct=True,
    analytic=False,
    subgradient="of equal elements, the first has the gradient",
    cases=_ROWS,
)
def distinct(x: Operand, /, axis: int | None = None, equal_nan: bool = True) -> Any:
    """The distinct elements in ascending order, or the distinct rows along an axis."""
    return np.unique(np.asarray(x), axis=axis, equal_nan=equal_nan)


@composition()
def unique(
    x: Operand,
    /,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,  # noqa: ARG001 - always in order
) -> Any:
    """The distinct elements in ascending order, or the distinct rows along an axis.

    Of equal ones the first has the gradient. On request also where each occurs first, which one stands at each place,
    and how often each occurs.

    >>> import tensorgraph as tg
    >>> tg.unique([3, 1, 3])
    tensor([1, 3])
    """
    x = as_operand(x)
    how = {"axis": checked_axes("unique", axis, x.ndim), "equal_nan": equal_nan}
    wanted = ((return_index, unique_places), (return_inverse, unique_ranks), (return_counts, unique_sizes))
    parts = [op(x, **how) for asked, op in wanted if asked]
    return (distinct(x, **how), *parts) if parts else distinct(x, **how)


@composition()
def unique_all(x: Operand, /) -> UniqueAllResult:
    """The distinct elements, every NaN for itself; where each occurs first, which stands where, how often each does."""
    how = {"equal_nan": False}
    return UniqueAllResult(
        distinct(x, **how), unique_places(x, **how), _shaped(unique_ranks(x, **how), x), unique_sizes(x, **how)
    )


@composition()
def unique_counts(x: Operand, /) -> UniqueCountsResult:
    """The distinct elements (every NaN for itself) and how often each occurs."""
    return UniqueCountsResult(distinct(x, equal_nan=False), unique_sizes(x, equal_nan=False))


@composition()
def unique_inverse(x: Operand, /) -> UniqueInverseResult:
    """The distinct elements (every NaN for itself) and which one stands at each place."""
    return UniqueInverseResult(distinct(x, equal_nan=False), _shaped(unique_ranks(x, equal_nan=False), x))


def _shaped(ranks: Any, x: Any) -> Any:
    return reshape(ranks, shape=as_operand(x).shape)


@composition()
def unique_values(x: Operand, /) -> Any:
    """The distinct elements, every NaN for itself."""
    return distinct(x, equal_nan=False)
