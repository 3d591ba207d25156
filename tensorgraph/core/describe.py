"""How errors show an operand: dtype, shape and name (floor 1; imports nothing of ours)."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["describe", "kind"]


def kind(t: Any) -> str:
    """Dtype and shape: `float64[3,4]`; of a Python number its value.

    >>> kind(np.ones((3, 4))), kind(2.5)
    ('float64[3,4]', 'float 2.5')
    """
    dtype = getattr(t, "dtype", None)
    if isinstance(dtype, np.dtype):
        return f"{dtype.name}[{','.join(map(str, t.shape))}]"
    return f"{type(t).__name__} {t!r}" if isinstance(t, bool | int | float | complex) else type(t).__name__


def describe(t: Any) -> str:
    """Dtype, shape and name: `float64[3,4] 'W1'`."""
    name = getattr(t, "_name", None)
    return kind(t) if name is None else f"{kind(t)} {name!r}"
