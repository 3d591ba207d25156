"""The dtypes, their limits, and how they combine, under the Array API's names (floor 2).

Dtypes are NumPy's `np.dtype` objects, so they compare and hash like `t.dtype`.

Source: Python array API standard 2024.12, "Data type functions" and "Constants".
"""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, DtypeError

__all__ = [
    "FloatInfo",
    "IntInfo",
    "bool",
    "can_cast",
    "complex64",
    "complex128",
    "finfo",
    "float16",
    "float32",
    "float64",
    "iinfo",
    "int8",
    "int16",
    "int32",
    "int64",
    "isdtype",
    "longdouble",
    "result_type",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

bool = np.dtype(np.bool_)
int8 = np.dtype(np.int8)
int16 = np.dtype(np.int16)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
uint8 = np.dtype(np.uint8)
uint16 = np.dtype(np.uint16)
uint32 = np.dtype(np.uint32)
uint64 = np.dtype(np.uint64)
float16 = np.dtype(np.float16)
float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)
longdouble = np.dtype(np.longdouble)
complex64 = np.dtype(np.complex64)
complex128 = np.dtype(np.complex128)


class FloatInfo(NamedTuple):
    """The limits of a floating dtype; of a complex one, those of its parts."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype[Any]


class IntInfo(NamedTuple):
    """The limits of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: np.dtype[Any]


def finfo(type: Any, /) -> FloatInfo:
    """The limits of a floating or complex dtype, or of a tensor's.

    >>> import tensorgraph as tg
    >>> tg.finfo(tg.float32).bits
    32
    """
    dtype = _dtype(type)
    if dtype.kind not in "fc":
        message = f"finfo: expected a floating or complex dtype, got {dtype}"
        raise DtypeError(message)
    limits = np.finfo(dtype)
    return FloatInfo(
        bits=limits.bits,
        eps=float(limits.eps),
        max=float(limits.max),
        min=float(limits.min),
        smallest_normal=float(limits.smallest_normal),
        dtype=np.dtype(limits.dtype),
    )


def iinfo(type: Any, /) -> IntInfo:
    """The limits of an integer dtype, or of a tensor's.

    >>> import tensorgraph as tg
    >>> tg.iinfo(tg.int8).max
    127
    """
    dtype = _dtype(type)
    if dtype.kind not in "iu":
        message = f"iinfo: expected an integer dtype, got {dtype}"
        raise DtypeError(message)
    limits = np.iinfo(dtype)
    return IntInfo(bits=limits.bits, max=int(limits.max), min=int(limits.min), dtype=dtype)


def can_cast(from_: Any, to: Any, /, casting: Any = "safe") -> builtins.bool:
    """Whether a dtype, or a tensor's, can be cast to another by a rule of NumPy's."""
    return np.can_cast(_dtype(from_), _dtype(to), casting)


def result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """The dtype to which tensors, arrays, dtypes and numbers promote; Python's numbers are weak.

    >>> import tensorgraph as tg
    >>> tg.result_type(tg.float32, 1.0)
    dtype('float32')
    """
    try:
        return np.result_type(*(x._data if isinstance(x, Tensor) else x for x in arrays_and_dtypes))
    except (TypeError, ValueError) as error:
        message = f"result_type: {error}"
        raise DtypeError(message) from error


def isdtype(dtype: Any, kind: Any) -> builtins.bool:
    """Whether a dtype is of a kind: a dtype, a name such as "real floating" or "numeric", or a tuple of these.

    >>> import tensorgraph as tg
    >>> tg.isdtype(tg.float32, ("integral", "complex floating"))
    False
    """
    try:
        return np.isdtype(dtype, kind)
    except (TypeError, ValueError) as error:
        message = f"isdtype: {error}"
        raise ArgumentError(message) from error


def _dtype(x: Any) -> np.dtype[Any]:
    if isinstance(x, Tensor | np.ndarray | np.generic):
        return x.dtype
    try:
        dtype: np.dtype[Any] = np.dtype(x)
    except TypeError as error:
        message = f"expected a dtype or a tensor, got {x!r}"
        raise DtypeError(message) from error
    return dtype
