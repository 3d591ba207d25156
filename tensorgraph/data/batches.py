"""One epoch of mini-batches (floor 5)."""

from collections.abc import Iterator
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tensorgraph.errors import ArgumentError, ShapeError

__all__ = ["batches"]


def batches(
    *arrays: ArrayLike,
    size: SupportsIndex,
    rng: int | np.random.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[NDArray[Any], ...]]:
    """One epoch: the arrays cut along their first axis into batches of `size` samples, the same samples from each.

    Without `rng` the samples come in their order. A Generator shuffles them, anew at each call: hand in the same one
    epoch after epoch, and the epochs differ, yet the run can be repeated. An integer seeds a fresh Generator, so every
    call gives the same order. The last batch holds what remains; `drop_last` leaves it out if it is smaller than
    `size`. The batches are copies.

    Raises:
        ArgumentError: there is no array, or `size` is not a positive integer.
        ShapeError: the arrays are 0-d, or differ in length.

    >>> x, y = [[0.0], [0.1], [0.2]], [0, 1, 2]
    >>> [labels.tolist() for _, labels in batches(x, y, size=2)]
    [[0, 1], [2]]
    >>> rng = np.random.default_rng(0)
    >>> [[labels.tolist() for (labels,) in batches(y, size=2, rng=rng, drop_last=True)] for epoch in range(3)]
    [[[2, 0]], [[2, 1]], [[2, 0]]]
    """
    if not arrays:
        raise ArgumentError("batches needs at least one array: batches(x, y, size=32)")
    if not isinstance(size, int | np.integer) or size < 1:
        raise ArgumentError(f"size is a number of samples, an integer ≥ 1, got {size!r}")
    columns = [np.asarray(array) for array in arrays]
    shapes = ", ".join(str(column.shape) for column in columns)
    if any(column.ndim == 0 for column in columns):
        raise ShapeError(f"each array needs a first axis of samples, got shapes {shapes}")
    n, width = len(columns[0]), int(size)
    if any(len(column) != n for column in columns):
        raise ShapeError(f"the arrays must hold the same number of samples, got shapes {shapes}")
    order = np.arange(n) if rng is None else np.random.default_rng(rng).permutation(n)
    stop = n - n % width if drop_last else n
    # A generator expression: the arguments above are checked, and the order drawn, at the call, not at the first batch.
    cuts = (order[start : min(start + width, stop)] for start in range(0, stop, width))
    return (tuple(column[cut] for column in columns) for cut in cuts)
