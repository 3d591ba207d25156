"""Card: finite numbers in place of NaN and infinities (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.comparison import isfinite, where
from tensorgraph.ops.complex_numbers import imag, real

__all__ = ["nan_to_num"]


def _kept(g: Any, x: Any) -> Any:
    """g where x passes through, real and imaginary part each by itself, and 0 where a constant stands instead."""
    if x.dtype.kind != "c":
        return where(isfinite(x), g, 0)
    return where(isfinite(real(x)), real(g), 0) + 1j * where(isfinite(imag(x)), imag(g), 0)


@primitive(
    batch=aligned,
    vjps=(lambda g, z, x, copy, nan, posinf, neginf: _kept(g, x),),
    jvps=(lambda dx, z, x, copy, nan, posinf, neginf: _kept(dx, x),),
    latex=r"\operatorname{finite}({x})",
    analytic=False,
    subgradient="0 where x is not finite",
    cases=(case((2, 3)), case((0,)), case(()), case((3,), nan=1.0, posinf=2.0, neginf=-2.0)),
)
def nan_to_num(
    x: Operand,
    /,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Any:
    """Numbers in place of NaN (0), +∞ and −∞ (the largest and smallest finite number), or those given.

    The gradient is 0 where a number was put in. `copy=False` raises `ArgumentError`, as tensors are not written to.

    >>> import tensorgraph as tg
    >>> tg.nan_to_num([1.0, float("nan"), float("inf")], posinf=9.0)
    tensor([1., 0., 9.])
    """
    if not copy:
        message = "nan_to_num: copy=False would write into the operand; leave it out and use the result"
        raise ArgumentError(message)
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
