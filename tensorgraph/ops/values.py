"""What rules and compositions see of an operand that may be a Tensor or not (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch
from tensorgraph.core.tensor import Tensor

__all__ = ["as_operand", "peek", "value_of"]


def as_operand(x: Any) -> Any:
    """A Tensor as it is, anything else as an ndarray: something with a shape."""
    return x if isinstance(x, Tensor) else np.asarray(x)


def value_of(x: Any) -> Any:
    """The ndarray inside a Tensor; anything else as it is."""
    return x._data if isinstance(x, Tensor) else x


def peek(x: Any) -> np.ndarray[Any, Any]:
    """The numbers of an operand, of all examples of a batch: for checks in rules, never for a result."""
    return np.asarray(value_of(x.value if isinstance(x, Batch) else x))
