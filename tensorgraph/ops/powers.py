"""Cards: powers with any exponent (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.domains import POSITIVE, REALS
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.comparison import equal, where
from tensorgraph.ops.transcendental import log

__all__ = ["float_power", "power"]


def _base_slope(x: Any, y: Any) -> Any:
    """y x^(y−1), without 0 · ∞ at x = 0 = y. Exponents that are plain numbers, the usual case, need no masks."""
    if type(y) is int or type(y) is float:
        return 2 * x if y == 2 else 0.0 * x if y == 0 else y * x ** (y - 1)
    flat = equal(y, 0)
    return y * power(x, where(flat, 1, y) - where(flat, 0, 1))


def _log_of_base(x: Any) -> Any:
    """ln x, and 0 at x = 0, where x^y ln x has the limit 0 for y > 0."""
    return log(where(equal(x, 0), 1, x))


@elementwise(
    partials=(lambda z, x, y: _base_slope(x, y), lambda z, x, y: z * _log_of_base(x)),
    domain=(POSITIVE, REALS),
    latex="{x}^{{y}}",
    formula="x**y",
    subgradient="∂/∂x of x⁰ is 0 and ∂/∂y of 0^y is 0, at x = 0 too",
)
def power(x: Operand, y: Operand, /) -> Any:
    """Power, x^y; integers to negative integer powers raise, as in NumPy.

    ∂/∂x = y x^(y−1) and ∂/∂y = x^y ln x, the latter NaN for a negative real base, where x^y is no function of y.
    """
    return x**y if type(x) is np.ndarray else np.power(x, y)


@elementwise(
    partials=(lambda z, x, y: _base_slope(x, y), lambda z, x, y: z * _log_of_base(x)),
    domain=(POSITIVE, REALS),
    latex="{x}^{{y}}",
    formula="x**y",
    subgradient="as power",
)
def float_power(x: Operand, y: Operand, /) -> Any:
    """Power, x^y, in double precision at least, so that integers have negative powers too."""
    return np.float_power(x, y)
