"""What rules and compositions see of an operand that may be a Tensor or not (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, stand_in
from tensorgraph.core.tensor import Tensor

__all__ = ["as_operand", "model_of", "peek", "value_of"]


def as_operand(x: Any) -> Any:
    """A Tensor as it is, anything else as an ndarray: something with a shape."""
    return x if isinstance(x, Tensor) else np.asarray(x)


def value_of(x: Any) -> Any:
    """The ndarray inside a Tensor; anything else as it is."""
    return x._data if isinstance(x, Tensor) else x


def model_of(x: Any) -> np.ndarray[Any, Any]:
    """An array of the shape and dtype of an operand, for what is made like it; its numbers mean nothing."""
    return stand_in(x) if isinstance(x, Batch) else np.asarray(value_of(x))


def peek(x: Any) -> np.ndarray[Any, Any]:
    """The numbers of an operand, of all examples of a batch: for checks in rules, never for a result."""
    return np.asarray(value_of(x.value if isinstance(x, Batch) else x))
