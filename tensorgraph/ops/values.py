"""What rules and compositions see of an operand that may be a Tensor or not (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.tensor import Tensor

__all__ = ["as_operand", "value_of"]


def as_operand(x: Any) -> Any:
    """A Tensor as it is, anything else as an ndarray: something with a shape."""
    return x if isinstance(x, Tensor) else np.asarray(x)


def value_of(x: Any) -> Any:
    """The ndarray inside a Tensor; anything else as it is."""
    return x._data if isinstance(x, Tensor) else x
