"""What the distributions share: parameters of one dtype, and densities that vanish outside a support (floor 3)."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from tensorgraph.core.composition import lifting
from tensorgraph.ops.comparison import where

__all__ = ["alike", "distribution_function", "supported"]

P = ParamSpec("P")
R = TypeVar("R")


def distribution_function(body: Callable[P, R]) -> Callable[P, R]:
    """The public form of a function of arrays, all of them: Tensors come out."""
    function = lifting(body, arrays=len(inspect.signature(body).parameters))
    function.__module__ = body.__module__
    return function


def alike(*values: Any) -> tuple[Any, ...]:
    """The values with Python's numbers, which have no dtype, as arrays of the floating dtype of the others."""
    dtypes = [v.dtype for v in values if hasattr(v, "dtype")]
    dtype = np.result_type(*dtypes, np.float16) if dtypes else np.dtype(np.float64)
    return tuple(v if hasattr(v, "dtype") else np.asarray(v, dtype) for v in values)


def supported(inside: Any, x: Any, stand_in: float, log_density: Callable[[Any], Any]) -> Any:
    """`log_density(x)` inside a support and −∞ outside, where the density is not evaluated and has the gradient 0."""
    return where(inside, log_density(where(inside, x, stand_in)), -math.inf)
