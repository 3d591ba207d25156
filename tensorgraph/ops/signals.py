"""Cards: convolution and correlation of sequences; interpolation and polynomials (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import bilinear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.comparison import greater, less, stop_gradient
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.rearranging import flip
from tensorgraph.ops.rounding import remainder
from tensorgraph.ops.searching import searchsorted
from tensorgraph.ops.sorting import argsort
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["convolve", "correlate", "interp", "polyval"]

_MODES = {"valid": "valid", "same": "same", "full": "full", "v": "valid", "s": "same", "f": "full", 0: "valid", 1: "same", 2: "full"}


def _valid(x: Any, y: Any) -> Any:
    return convolve(x, y, mode="valid")


def _back(g: Any, x: Any, y: Any, mode: str) -> Any:
    """The cotangent of x, where z = x ∗ y; that of y is the same with x and y exchanged, as x ∗ y = y ∗ x."""
    m, n = x.shape[0], y.shape[0]
    if mode == "valid":
        if m >= n:
            return convolve(g, flip(y), mode="full")
        # z is read off y: x̄_j = Σ_k g_k y_{k+m−1−j}
        return flip(_valid(y, flip(g)))
    if mode == "same":
        lost = min(m, n) - 1
        g = concatenate([np.zeros(lost // 2 + lost % 2 if _odd_first(m, n) else lost // 2, g.dtype), g])
        g = concatenate([g, np.zeros(m + n - 1 - g.shape[0], g.dtype)])
    return _valid(g, flip(y)) if g.shape[0] >= n else flip(_valid(y, flip(g)))


def _odd_first(m: int, n: int) -> bool:
    return False


@bilinear(
    transposes=(
        lambda g, x, y, mode: _back(g, x, y, mode),
        lambda g, x, y, mode: _back(g, y, x, mode),
    ),
    signature="(m),(n)->(p)",
    latex=r"{x} * {y}",
    cases=(
        case((5,), (3,)),
        case((2,), (4,), mode="full"),
        case((5,), (3,), mode="valid"),
        case((2,), (5,), mode="valid"),
        case((4,), (4,), mode="valid"),
        case((5,), (2,), mode="same"),
        case((4,), (3,), mode="same"),
        case((3,), (6,), mode="same"),
        case((1,), (1,)),
    ),
)
def convolve(x: Operand, y: Operand, /, mode: Any = "full") -> Any:
    """Convolution of two sequences, z_k = Σ_i x_i y_{k−i}.

    `mode` says which k: "full" (the default), all m + n − 1; "same", the middle ones, as many as the longer sequence has;
    "valid", those where the sequences overlap wholly.

    >>> import tensorgraph as tg
    >>> tg.convolve([1.0, 2.0, 3.0], [1.0, 1.0])
    tensor([1., 3., 5., 3.])
    """
    return np.convolve(x, y, mode)
