"""Axes: where a value stands between two ends, and the round numbers worth marking (floor 4; imports nothing of ours).

A tick is a decimal number k · 10^e with a short k. It is computed as such, so its label is exact, and no range is too
narrow (two neighbouring floats), too wide (−1e308 … 1e308) or too small (5e-324) for it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "Tick", "linear_axis", "log_axis"]

_PRECISION: Final = 400
"""Digits in which differences and quotients of any two floats are exact enough to be cut into ticks."""
_PLAIN: Final = range(-5, 6)
"""The orders of magnitude that are written without an exponent."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at a fraction of the axis' length, with its label; one without a label is a minor one."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`, linear or logarithmic, with its ticks."""

    low: float
    high: float
    log: bool
    ticks: tuple[Tick, ...]

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each value's fraction of the axis' length: 0 at the low end, 1 at the high one."""
        return _fractions(values, self.low, self.high, self.log)


def _fractions(values: NDArray[np.float64], low: float, high: float, log: bool) -> NDArray[np.float64]:
    if log:
        start, end = math.log10(low), math.log10(high)
        return (np.log10(values) - start) / (end - start)
    # In the unit of the larger end: high − low may be infinite, or both may be subnormal.
    unit = max(abs(low), abs(high))
    start, end = low / unit, high / unit
    return (values / unit - start) / (end - start)


def linear_axis(low: float, high: float, count: int, *, whole: bool = False) -> Axis:
    """A linear axis with at most about `count` ticks 1, 2 or 5 · 10^e apart; `whole` keeps them to integers.

    >>> [tick.label for tick in linear_axis(0.0, 1.0, 5).ticks]
    ['0', '0.2', '0.4', '0.6', '0.8', '1.0']
    """
    if low == high:
        low, high = _around(low)
    ticks = (Tick(_fraction(tick, low, high), label) for tick, label in _marks(low, high, count, whole=whole))
    return Axis(low, high, log=False, ticks=tuple(ticks))


def log_axis(low: float, high: float, count: int) -> Axis:
    """A logarithmic axis between positive ends: decades if there are several, else rounder numbers between them.

    >>> [tick.label for tick in log_axis(0.002, 3.0, 5).ticks if tick.label]
    ['0.01', '0.1', '1']
    """
    if high <= 1.01 * low:  # what lies closer cannot be told apart by its logarithm
        low, high = max(low / 1.5, 5e-324), min(high * 1.5, sys.float_info.max)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    stride = max(1, math.ceil((len(decades) - 2) / count))

    def among(digits: tuple[int, ...], every: int = 1) -> dict[Decimal, str]:
        numbers = {Decimal(digit).scaleb(e): e for e in decades if e % every == 0 for digit in digits}
        return {n: _label(n, e) for n, e in numbers.items() if _exact(low) <= n <= _exact(high)}

    labelled = among((1,), stride)
    if stride == 1 and len(labelled) < 3:
        labelled = among((1, 2, 5))
    if stride == 1 and len(labelled) < 3:
        labelled = dict(_marks(low, high, count))
    minor = among(tuple(range(2, 10))) if stride == 1 and len(decades) <= 7 else {}
    marks = dict(sorted((dict.fromkeys(minor, "") | labelled).items()))
    start, end = _exact(low).log10(), _exact(high).log10()
    ticks = (Tick(float((mark.log10() - start) / (end - start)), label) for mark, label in marks.items())
    return Axis(low, high, log=True, ticks=tuple(ticks))


def _around(value: float) -> tuple[float, float]:
    """A range around one value."""
    if value == 0:
        return -1.0, 1.0
    ends = sorted((value * 0.9, value * 1.1 if abs(value) < 1e308 else value))
    return (ends[0], ends[1]) if ends[0] < ends[1] else (value - 5e-324, value + 5e-324)


def _fraction(value: Decimal, low: float, high: float) -> float:
    with localcontext(prec=_PRECISION):
        return float((value - _exact(low)) / (_exact(high) - _exact(low)))


def _marks(low: float, high: float, count: int, *, whole: bool = False) -> Iterator[tuple[Decimal, str]]:
    """The multiples of the smallest step 1, 2 or 5 · 10^e that gives at most `count` intervals."""
    with localcontext(prec=_PRECISION):
        start, end = _exact(low), _exact(high)
        least = (end - start) / count
        e = least.adjusted()
        step = next(s for m in (1, 2, 5, 10) if (s := Decimal(m).scaleb(e)) >= least)
        if whole:
            step = max(step, Decimal(1))
        first, last = math.ceil(start / step), math.floor(end / step)
        numbers = [k * step for k in range(first, last + 1)]
    yield from ((number, _label(number, step.adjusted())) for number in numbers)


def _label(number: Decimal, place: int) -> str:
    """The number down to the decimal place 10^place, with an exponent where it would be long without."""
    if number == 0:
        return "0"
    magnitude = number.adjusted()
    if magnitude in _PLAIN and place >= _PLAIN[0]:
        magnitude = 0
    text = f"{number.scaleb(-magnitude):.{max(0, magnitude - place)}f}" + (f"e{magnitude}" if magnitude else "")
    return text.replace("-", "−")


def _exact(value: float) -> Decimal:
    """The decimal number that the float was meant to be: 0.1, and not the 0.1000000000000000055… that it is."""
    return Decimal(repr(float(value)))
