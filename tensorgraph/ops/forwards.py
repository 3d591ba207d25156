"""What forwards share: floats from integers, and sums in a precision that holds them (floor 2). Plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["accumulator", "inexact"]


def inexact(x: Any) -> np.ndarray[Any, Any]:
    """`x` as an array of a floating or complex dtype, integers as NumPy's own functions take them (int8 as float16)."""
    array = np.asarray(x)
    return array if array.dtype.kind in "fc" else array.astype(np.result_type(array.dtype, np.float16))


def accumulator(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype to add up numbers of `dtype` in: single precision for half, else their own."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype
