"""Cards: convolution and correlation of sequences; interpolation and polynomials (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import bilinear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops.comparison import equal, greater, less
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.extremes import maximum, minimum
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.layout import broadcast_to
from tensorgraph.ops.rearranging import flip
from tensorgraph.ops.rounding import remainder
from tensorgraph.ops.searching import searchsorted
from tensorgraph.ops.sorting import argsort
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand

__all__ = ["convolve", "correlate", "interp", "polyval"]


def _back(g: Any, x: Any, y: Any, mode: Any) -> Any:
    """The cotangent of x, where z = x ∗ y; that of y is the same with x and y exchanged, as x ∗ y = y ∗ x."""
    m, n = x.shape[0], y.shape[0]
    if mode == "valid":
        # z_k = Σ_i x_{k+n−1−i} y_i if x is the longer one, so x_j meets all y; else x moves along y.
        return convolve(g, flip(y), mode="full") if m >= n else flip(convolve(y, flip(g), mode="valid"))
    if mode == "same":
        lead = (min(m, n) - 1) // 2  # where NumPy cuts "same" out of "full"
        g = concatenate([np.zeros(lead, g.dtype), g, np.zeros(min(m, n) - 1 - lead, g.dtype)])
    return convolve(g, flip(y), mode="valid")


@bilinear(
    transposes=(
        _back,
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

    `mode` says which k: "full" (the default), all m + n − 1; "same", the middle ones, as many as the longer sequence
    has; "valid", those where the sequences overlap wholly.

    >>> import tensorgraph as tg
    >>> tg.convolve([1.0, 2.0, 3.0], [1.0, 1.0])
    tensor([1., 3., 5., 3.])
    """
    return np.convolve(x, y, mode)


@composition()
def correlate(x: Operand, y: Operand, /, mode: Any = "valid") -> Any:
    """Correlation of two sequences, z_k = Σ_i x_{k+i} ȳ_i, the second conjugated; the modes are those of `convolve`.

    >>> import tensorgraph as tg
    >>> tg.correlate([1.0, 2.0, 3.0], [0.0, 1.0])
    tensor([2., 3.])
    """
    x, y = as_operand(x), as_operand(y)
    if x.ndim == y.ndim == 1 and x.shape[0] < y.shape[0]:
        return flip(_conjugate(convolve(y, flip(_conjugate(x)), mode=mode)))
    return convolve(x, flip(_conjugate(y)), mode=mode)


def _conjugate(x: Any) -> Any:
    return conj(x) if x.dtype.kind == "c" else x


@composition(lift=3)
def interp(
    x: Operand, xp: Operand, fp: Operand, left: Operand = None, right: Operand = None, period: float | None = None
) -> Any:
    """The broken line through the points (xp, fp), read off at x; xp increases.

    Outside it is constant, `left` and `right`, by default the values at the ends; or it repeats with a `period`, and
    then xp need not increase. All of x, xp and fp have gradients; at a corner, that of the line to the right.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.interp)(tg.tensor(0.5), [0.0, 1.0, 2.0], [0.0, 3.0, 4.0])
    tensor(3.)
    """
    x, xp, fp = _double(x), _double(xp), _double(fp, complex_too=True)
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.size:
        message = f"interp: expected xp and fp of one axis and one length, not empty; got {xp.shape} and {fp.shape}"
        raise ShapeError(message)
    if period is not None:
        period = abs(period)
        x, xp = remainder(x, period), remainder(xp, period)
        order = argsort(xp)
        xp, fp = take(xp, order), take(fp, order)
        xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = concatenate([fp[-1:], fp, fp[:1]])
        left = right = None
    if xp.size == 1:
        z = broadcast_to(fp[0], shape=x.shape)
    else:
        i = maximum(minimum(searchsorted(xp, x, side="right") - 1, xp.size - 2), 0)
        x0, x1, y0, y1 = take(xp, i), take(xp, i + 1), take(fp, i), take(fp, i + 1)
        flat = equal(x0, x1)
        z = choose(flat, y1, y0 + (y1 - y0) / choose(flat, 1, x1 - x0) * (x - x0))
    z = choose(less(x, xp[0]), fp[0] if left is None else left, z)
    return choose(greater(x, xp[-1]), fp[-1] if right is None else right, z)


def _double(x: Any, *, complex_too: bool = False) -> Any:
    x = as_operand(x)
    wanted = np.complex128 if complex_too and x.dtype.kind == "c" else np.float64
    return x if x.dtype == wanted else x.astype(wanted)


@composition()
def polyval(p: Operand, x: Operand, /) -> Any:
    """The polynomial with coefficients p, of the highest power first, at x, by Horner's rule.

    >>> import tensorgraph as tg
    >>> tg.polyval([1.0, 0.0, -2.0], 3.0)
    tensor(7.)
    """
    p, x = as_operand(p), as_operand(x)
    if p.ndim != 1:
        message = f"polyval: expected coefficients of one axis, got shape {p.shape}"
        raise ShapeError(message)
    dtype = np.result_type(p.dtype, x.dtype)
    if not p.size:
        return np.zeros(x.shape, dtype)
    z = broadcast_to(p[0], shape=x.shape)
    for i in range(1, p.size):
        z = z * x + p[i]
    return z if z.dtype == dtype else z.astype(dtype)
