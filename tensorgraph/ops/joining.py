"""Cards: arrays joined along an axis (floor 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.families import linear
from tensorgraph.core.op import case
from tensorgraph.ops.keywords import refuse_out
from tensorgraph.ops.layout import reshape

__all__ = ["concatenate", "stack"]


def _concatenate(
    xs: Sequence[Any], /, axis: Any = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Any:
    refuse_out("concatenate", out)
    return concatenate(xs, axis=axis, dtype=dtype, casting=casting)


@linear(
    variadic=True,
    general=_concatenate,
    transpose=lambda g, xs, i, axis, dtype, casting: _part(g, xs, i, axis),
    cases=(
        case([(2, 3), (1, 3)]),
        case([(2, 1), (2, 3), (2, 2)], axis=-1),
        case([(2, 1), (3,)], axis=None),
        case([(0, 2), (3, 2)]),
        case([(4,)]),
    ),
)
def concatenate(xs: Sequence[Any], /, axis: Any = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays joined along an axis that they have, or flat with axis=None; all other lengths must agree.

    `dtype` is the result's, by default the one to which all promote.

    >>> import tensorgraph as tg
    >>> tg.concat([[1, 2], [3]])
    tensor([1, 2, 3])
    """
    return np.concatenate(xs, axis, dtype=dtype, casting=casting)  # type: ignore[call-overload]


def _part(g: Any, xs: Sequence[Any], i: int, axis: int | None) -> Any:
    """The piece of g that came from operand i."""
    if axis is None:
        start = sum(x.size for x in xs[:i])
        return reshape(g[start : start + xs[i].size], shape=xs[i].shape)
    start = sum(x.shape[axis] for x in xs[:i])
    return g[(slice(None),) * (axis % xs[i].ndim) + (slice(start, start + xs[i].shape[axis]),)]


def _stack(
    xs: Sequence[Any], /, axis: Any = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Any:
    refuse_out("stack", out)
    return stack(xs, axis=axis, dtype=dtype, casting=casting)


@linear(
    variadic=True,
    general=_stack,
    transpose=lambda g, xs, i, axis, dtype, casting: g[(slice(None),) * (axis % g.ndim) + (i,)],
    cases=(
        case([(2, 3), (2, 3)]),
        case([(2, 3), (2, 3), (2, 3)], axis=1),
        case([(3,), (3,)], axis=-1),
        case([(), ()]),
        case([(0,), (0,)]),
    ),
)
def stack(xs: Sequence[Any], /, axis: Any = 0, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays of one shape joined along a new axis.

    >>> import tensorgraph as tg
    >>> tg.stack([[1, 2], [3, 4]], axis=1)
    tensor([[1, 3],
            [2, 4]])
    """
    return np.stack(xs, axis, dtype=dtype, casting=casting)  # type: ignore[call-overload]
