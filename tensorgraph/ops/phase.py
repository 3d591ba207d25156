"""Card: a phase without its jumps (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.domains import Domain
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case

__all__ = ["unwrap"]


@primitive(
    vjps=(lambda g, z, x, discont, axis, period: g,),
    jvps=(lambda dx, z, x, discont, axis, period: dx,),
    domain=Domain(-1.5, 1.5),
    latex=r"\operatorname{unwrap}({x})",
    analytic=False,
    subgradient="1 also where a jump begins or ends",
    cases=(case((5,)), case((3, 4), axis=0), case((2, 3), period=100.0), case((4,), discont=4.0), case((0,))),
)
def unwrap(x: Operand, /, discont: float | None = None, axis: int = -1, *, period: float = 2.0 * math.pi) -> Any:
    """A phase with multiples of the period added along `axis`, so that no step exceeds half a period (or `discont`).

    The multiples are constant wherever the result is continuous, so the gradient passes through unchanged.

    >>> import tensorgraph as tg
    >>> tg.unwrap([0.0, 3.0, 7.0, 1.0], period=8)
    tensor([0., 3., 7., 9.])
    """
    return np.unwrap(x, discont=discont, axis=axis, period=period)
