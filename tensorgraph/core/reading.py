"""What counts as an array of numbers: reading it, and refusing what is not one (floor 1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import CoercionError, DtypeError, ShapeError

__all__ = ["NUMERIC", "check_inexact", "check_numeric", "read_array"]

NUMERIC = "biufc"
"""The kinds of dtype that hold numbers."""


def read_array(data: Any) -> np.ndarray[Any, Any]:
    """Whatever NumPy reads as an array, less what would lose a mask or a gradient on the way."""
    if isinstance(data, np.ma.MaskedArray):
        message = "a masked array would lose its mask: fill it first, or multiply by the mask"
        raise DtypeError(message)
    try:
        array = np.asarray(data)
    except CoercionError as error:
        message = "a list that holds recorded tensors would cut their gradients; join them by tg.stack(list) instead"
        raise CoercionError(message) from error
    except ValueError as error:
        message = f"these nested lists make no array: {error}"
        raise ShapeError(message) from error
    # NumPy's reductions refuse a foreign byte order as their dtype.
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def check_numeric(dtype: np.dtype[Any]) -> None:
    """Raise unless the dtype holds numbers."""
    if dtype.kind not in NUMERIC:
        message = f"expected numbers (boolean, integer, floating or complex), got dtype {dtype}"
        raise DtypeError(message)


def check_inexact(dtype: np.dtype[Any]) -> None:
    """Raise unless the dtype can have a gradient."""
    if dtype.kind not in "fc":
        message = f"only floating and complex tensors can require a gradient, got {dtype.name}; use dtype=float"
        raise DtypeError(message)
