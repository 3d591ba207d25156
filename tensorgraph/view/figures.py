"""A few figures for many numbers: what a card says about the value of an array (floor 4; imports nothing of ours)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

__all__ = ["Statistics", "number", "summary", "warning"]

_LISTED: Final = 6
_LISTED_WIDTH: Final = 40


@dataclass(frozen=True, slots=True)
class Statistics:
    """Mean, standard deviation, least and greatest of the finite elements, and how many are not finite.

    Of complex elements the modulus is meant. Sums are made in at least double precision.
    """

    mean: float
    std: float
    min: float
    max: float
    nans: int
    infinities: int

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> Statistics:
        """The statistics of an array; of nothing finite they are all NaN."""
        with np.errstate(all="ignore"):
            real = np.abs(array) if array.dtype.kind == "c" else array
            finite = np.isfinite(real)
            nans = int(np.isnan(real).sum())
            infinities = real.size - int(finite.sum()) - nans
            some = real if not (nans or infinities) else real[finite]
            if not some.size:
                return cls(np.nan, np.nan, np.nan, np.nan, nans, infinities)
            precise = np.result_type(some.dtype, np.float64)
            return cls(
                float(some.mean(dtype=precise)),
                float(some.std(dtype=precise)),
                float(some.min()),
                float(some.max()),
                nans,
                infinities,
            )


def number(x: Any, digits: int = 4) -> str:
    """A number in few characters: at most `digits` significant ones, integers and booleans in full.

    >>> number(0.1 + 0.2), number(1.5e-7), number(np.int64(12)), number(True), number(1 - 0.5j)
    ('0.3', '1.5e-7', '12', 'True', '1-0.5j')
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    if isinstance(x, int | np.integer) and abs(int(x)) < 10**9:
        return str(int(x))
    if isinstance(x, complex | np.complexfloating):
        imaginary = number(x.imag, digits)
        return f"{number(x.real, digits)}{'' if imaginary.startswith('-') else '+'}{imaginary}j"
    real = float(x) + 0.0  # of the two zeros, the positive one
    text = f"{real:.{digits}g}" if not 0 < abs(real) < 1e-3 else f"{real:.{digits - 1}e}"
    mantissa, e, exponent = text.partition("e")
    return f"{_short(mantissa)}e{int(exponent)}" if e else text


def _short(mantissa: str) -> str:
    return mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa


def summary(array: np.ndarray[Any, Any]) -> str:
    """One line about an array: its elements if they are few, else `mean ± std  [min, max]` of the finite ones.

    >>> summary(np.array([[1.0, 2.0], [3.0, 4.0]])), summary(np.arange(7.0))
    ('[[1, 2], [3, 4]]', '3 ± 2  [0, 6]')
    """
    if not array.size:
        return "empty"
    if array.size <= _LISTED:
        for digits in (6, 4, 3) if array.size == 1 else (4, 3):
            if len(listed := _nested(array, digits)) <= _LISTED_WIDTH:
                return listed
    if array.dtype.kind == "b":
        return f"{int(array.sum())} of {array.size} True"
    s = Statistics.of(array)
    if not np.isfinite(s.mean):
        return "nothing finite"
    if s.min == s.max:
        return f"all {number(array.flat[0])}" if not (s.nans or s.infinities) else f"all finite ones {number(s.min)}"
    mean, std, least, greatest = (number(x, 3) for x in (s.mean, s.std, s.min, s.max))
    modulus = "modulus " if array.dtype.kind == "c" else ""
    return f"{modulus}{mean} ± {std}  [{least}, {greatest}]"


def warning(array: np.ndarray[Any, Any]) -> str:
    """What is wrong with an array: how many elements are NaN or infinite; nothing of a single one, which shows it.

    >>> warning(np.array([1.0, np.nan, np.inf])), warning(np.arange(3))
    ('1 NaN, 1 infinite of 3', '')
    """
    if array.dtype.kind not in "fc" or array.size == 1 or np.isfinite(array).all():
        return ""
    nans = int(np.isnan(array).sum())
    infinities = array.size - int(np.isfinite(array).sum()) - nans
    counts = [f"{nans} NaN"] * bool(nans) + [f"{infinities} infinite"] * bool(infinities)
    return f"{', '.join(counts)} of {array.size}"


def _nested(array: np.ndarray[Any, Any], digits: int) -> str:
    text = np.array2string(
        array, separator=", ", formatter={"all": lambda x: number(x, digits)}, max_line_width=10_000, threshold=10_000
    )
    return " ".join(text.split())
