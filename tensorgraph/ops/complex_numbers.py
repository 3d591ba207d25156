"""Cards: parts, conjugate and angle of complex numbers (floor 2).

The convention of the whole package stands here once. A cotangent of a complex x = a + ib is ∂/∂a − i ∂/∂b, so that a
holomorphic f pulls g back to g f′(x), without a conjugate, and a tangent moves through it as f′(x) dx.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.domains import NONZERO
from tensorgraph.core.families import elementwise, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.comparison import equal, where

__all__ = ["angle", "conj", "imag", "real", "real_if_close"]

CASES = (case((2, 3)), case(()), case((0,)))


@linear(batch=aligned, transpose=lambda g, x: g, latex=r"\operatorname{Re}({x})", analytic=False, cases=CASES)
def real(x: Operand, /) -> Any:
    """The real part; a view, as in NumPy.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: tg.real(x * x))(1.0 + 2.0j)
    tensor(2.+4.j)
    """
    return np.real(x)


@linear(
    batch=aligned,
    transpose=lambda g, x: g * (-1j if x.dtype.kind == "c" else 0),
    latex=r"\operatorname{Im}({x})",
    analytic=False,
    cases=CASES,
)
def imag(x: Operand, /) -> Any:
    """The imaginary part; 0 for real numbers."""
    return np.imag(x)


@linear(
    batch=aligned,
    transpose=lambda g, x: conj(g),
    latex=r"\overline{{x}}",
    analytic=False,
    cases=CASES,
    numpy=np.conjugate,
)
def conj(x: Operand, /) -> Any:
    """The complex conjugate, a − ib; of real numbers the numbers themselves.

    >>> import tensorgraph as tg
    >>> tg.conj(1 + 2j)
    tensor(1.-2.j)
    """
    return np.conjugate(x) if np.iscomplexobj(x) else np.asarray(x)


@elementwise(
    partials=(lambda z, x, deg: _angle_slope(x, deg),),
    domain=NONZERO,
    latex=r"\arg({x})",
    analytic=False,
    subgradient="0 at 0",
)
def angle(x: Operand, /, deg: bool = False) -> Any:
    """The angle of a complex number from the positive real axis, −π to π, or in degrees; 0 or π for real numbers.

    >>> import tensorgraph as tg
    >>> tg.angle([1.0, 1j, -1.0], deg=True)
    tensor([  0.,  90., 180.])
    """
    return np.angle(x, deg=deg)


def _angle_slope(x: Any, deg: bool) -> Any:
    # arg x = Im ln x, hence ∂/∂a − i ∂/∂b = −i / x.
    if x.dtype.kind != "c":
        return 0.0 * x
    return (-1j * (180 / math.pi if deg else 1.0)) * where(equal(x, 0), 0, 1) / where(equal(x, 0), 1, x)


@elementwise(partials=(1,), latex="{x}", formula="x", analytic=False)
def real_if_close(x: Operand, /, tol: float = 100.0) -> Any:
    """The real part if all imaginary parts are within `tol` units of the last place of 0, else x itself.

    A `tol` up to 1 is an absolute bound, as in NumPy.
    """
    return np.real_if_close(x, tol=tol)
