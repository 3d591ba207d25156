"""How noisy is a computed function: the difference table of Moré and Wild. Plain NumPy; imports nothing of ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLOSE", "EPSILON", "noise_level"]

EPSILON = float(np.finfo(np.float64).eps)

# (spacing, first trustworthy order of difference). A difference of order k removes every polynomial of degree < k, so what is
# left of a smooth function is spacing**k times its k-th derivative. At 1e-9 that is nothing from order 3 on. The wide
# table sees noise that is constant over the narrow one: arguments around 1e9 move in quanta of 1e-7.
CLOSE = (1e-9, 3)
WIDE = (1e-5, 6)
POINTS = 9


def noise_level(
    phi: Callable[[float], float],
    *,
    magnitude: float = 0.0,
    scale: float = 1.0,
    tables: Sequence[tuple[float, int]] = (CLOSE, WIDE),
) -> float:
    r"""Standard deviation of the rounding noise of `phi` around t = 0.

    Independent errors of variance σ² give a k-th difference the variance σ² (2k)!/(k!)², whatever the smooth part is, hence
    σ_k = (mean Δ_k² · (k!)²/(2k)!)^½. The largest σ_k of the trustworthy orders is returned, and never less than
    half a unit in the last place of max(\|phi(0)\|, `magnitude`), where `magnitude` is the size of the terms whose sum phi is.

    Source: J. J. Moré, S. M. Wild, *Estimating computational noise*, SIAM J. Sci. Comput. 33 (2011).

    >>> noise_level(lambda t: 3.0 * t + 8.0)
    8.881784197001252e-16
    """
    offsets = np.arange(POINTS) - POINTS // 2
    found = 0.0
    centre = phi(0.0)
    for spacing, first in tables:
        values = np.array([centre if k == 0 else phi(float(k) * spacing * scale) for k in offsets])
        if np.all(np.isfinite(values)):
            found = max(found, _largest(values - values[POINTS // 2], first))
    return max(found, 0.5 * EPSILON * max(abs(centre), magnitude))


def _largest(values: NDArray[np.float64], first: int) -> float:
    largest = 0.0
    # The last two orders rest on one and two differences: too few to measure anything, and the earlier ones see the same noise.
    for order in range(first, POINTS - 1):
        differences = np.diff(values, n=order)
        gain = math.comb(2 * order, order)
        largest = max(largest, math.sqrt(float(np.mean(differences * differences)) / gain))
    return largest
