"""Directional derivatives without subtraction: the complex step, for analytic functions. Plain NumPy; imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["STEP", "complex_step"]

STEP = 1e-20


def complex_step(
    f: Callable[..., Any],
    primals: Sequence[NDArray[np.float64]],
    tangents: Sequence[NDArray[np.float64]],
    *,
    step: float = STEP,
) -> NDArray[np.float64]:
    r"""Directional derivative of an analytic `f` at `primals` along `tangents`, exact to rounding: Im f(x + ihv) / h.

    The error is O(h²) and nothing is subtracted, so h = 1e-20 leaves rounding alone. `f` takes and returns arrays and must be
    analytic *as computed*: no abs, no comparison, no conjugate. Raises TypeError when `f` drops the imaginary part, and
    ValueError when primals and tangents do not match.

    Source: J. N. Lyness, C. B. Moler, *Numerical differentiation of analytic functions*, SIAM J. Numer. Anal. 4 (1967).

    >>> complex_step(np.exp, [np.array([0.0, 1.0])], [np.array([1.0, 2.0])])
    array([1.        , 5.43656366])
    """
    if len(primals) != len(tangents) or any(
        np.shape(x) != np.shape(v) for x, v in zip(primals, tangents, strict=False)
    ):
        expected = [np.shape(x) for x in primals]
        raise ValueError(
            f"complex_step: tangents must have the primals' shapes {expected}, got {[np.shape(v) for v in tangents]}"
        )
    # The step is taken relative to the tangents, so that h·v neither vanishes beside x in a product nor underflows.
    largest = max((float(np.max(np.abs(v), initial=0.0)) for v in tangents), default=0.0)
    if largest == 0.0:
        return np.zeros_like(np.asarray(f(*primals)), dtype=np.float64)
    h = step / largest
    moved = [
        np.asarray(x, np.float64) + 1j * (h * np.asarray(v, np.float64)) for x, v in zip(primals, tangents, strict=True)
    ]
    out = np.asarray(f(*moved))
    if out.dtype.kind != "c":
        raise TypeError(
            f"complex_step: the function returned {out.dtype} for complex input, so it is not analytic as computed"
        )
    return np.asarray(out.imag / h, dtype=np.float64)
