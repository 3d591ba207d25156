"""Cards: running sums along an axis (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.families import general, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.keywords import refuse_out
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.rearranging import flip

__all__ = ["cumsum"]

_HALF = np.dtype(np.float16)


def _general_cumsum(x: Operand, /, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
    refuse_out("cumsum", out)
    return cumsum(x, axis=axis, dtype=dtype)


def _backwards(g: Any, x: Any, axis: Any) -> Any:
    """Running sums from the end, as element i of x is in the sums i, i + 1 and so on."""
    if axis is None:
        return reshape(_backwards(g, g, 0), shape=x.shape)
    return flip(cumsum(flip(g, axis=axis), axis=axis), axis=axis)


@general(_general_cumsum)
@linear(
    transpose=lambda g, x, axis, dtype: _backwards(g, x, axis),
    cases=(
        case((2, 3)),
        case((2, 3), axis=0),
        case((2, 3), axis=-1),
        case((4,), axis=0, dtype=np.dtype(np.float64)),
        case((0,)),
        case((0, 2), axis=1),
        case(()),
    ),
)
def cumsum(x: Operand, /, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sums along an axis, zᵢ = Σ_{j≤i} xⱼ, by default of the ravelled array.

    Half precision is accumulated in single.

    >>> import tensorgraph as tg
    >>> tg.cumsum(tg.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """
    x = np.asarray(x)
    if (x.dtype if dtype is None else dtype) == _HALF:
        return np.cumsum(x, axis, np.float32).astype(_HALF)
    return np.cumsum(x, axis, dtype)
