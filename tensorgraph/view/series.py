"""The values of a curve, ready to be drawn: read, checked, cut at gaps, thinned out, told in words (floor 4)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tensorgraph.errors import DtypeError, ShapeError
from tensorgraph.view.axis import Axis, Tick, linear_axis, log_axis
from tensorgraph.view.figures import number

__all__ = ["Series", "read_series", "value_axis"]

Floats = NDArray[np.float64]

_TICKS: Final = 5
_GREATEST: Final = sys.float_info.max
_LEAST_POSITIVE: Final = 5e-324


@dataclass(frozen=True)
class Series:
    """A curve: its name, its points (gaps are NaN), how many of them cannot be drawn, and its last value."""

    name: str
    x: Floats
    y: Floats
    hidden: int
    story: str
    last: str
    last_is_finite: bool

    @property
    def shown(self) -> bool:
        """Whether any point can be drawn."""
        return self.hidden < len(self.y)

    def pieces(self, x_axis: Axis, y_axis: Axis, columns: int) -> Iterator[tuple[Floats, Floats]]:
        """The connected pieces, as fractions of the axes, with at most four points for each column of pixels."""
        drawn = np.isfinite(self.y).astype(np.int8)
        edges = np.flatnonzero(np.diff(drawn, prepend=0, append=0))
        for start, stop in edges.reshape(-1, 2):
            x, y = x_axis.place(self.x[start:stop]), y_axis.place(self.y[start:stop])
            kept = _thin(x, y, columns)
            yield x[kept], y[kept]


def _thin(x: Floats, y: Floats, columns: int) -> NDArray[np.intp]:
    """The indices of the first, the last, the lowest and the highest point in each column: they look like all."""
    everything = np.arange(len(x))
    if len(x) <= 4 * columns or (np.diff(x) < 0).any():
        return everything
    column = np.floor(x * columns)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    order = np.lexsort((y, column))  # within each column, from its lowest point to its highest
    ends = np.append(starts[1:], len(x)) - 1
    return np.unique(np.concatenate([starts, ends, order[starts], order[ends]]))


def read_series(curves: Mapping[str, ArrayLike], log: bool, percent: bool) -> list[Series]:
    """The curves of a panel; `percent` multiplies the values by 100.

    Raises:
        ShapeError: values are neither of shape (n,) nor of shape (2, n).
        DtypeError: values are not real numbers.
    """
    return [_read(str(name), values, log, percent) for name, values in curves.items()]


def _read(name: str, values: ArrayLike, log: bool, percent: bool) -> Series:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"curve {name!r}: expected real numbers, got dtype {array.dtype}")
    if array.ndim != 1 and not (array.ndim == 2 and len(array) == 2):
        raise ShapeError(
            f"curve {name!r}: expected values of shape (n,), or (2, n) for x and values, got {array.shape}"
        )
    with np.errstate(over="ignore"):
        array = array.astype(np.float64)
        x, y = array if array.ndim == 2 else (np.arange(1.0, len(array) + 1), array)
        y = y * 100 if percent else y
    drawn = np.isfinite(x) & np.isfinite(y) & ((y > 0) | (not log))
    unit = " %" if percent else ""
    last, first = (f"{number(y[end], 3)}{unit}".replace("-", "−") if len(y) else "no value" for end in (-1, 0))
    story = f"from {first} to {last} in {len(y):,} values" if len(y) > 1 else last
    return Series(
        name,
        np.where(np.isfinite(x), x, x[drawn][0]) if drawn.any() else np.empty(0),
        np.where(drawn, y, np.nan),
        int((~drawn).sum()),
        story,
        last,
        bool(len(y) == 0 or np.isfinite(y[-1])),
    )


def value_axis(curves: Sequence[Series], log: bool, percent: bool) -> Axis:
    """The axis for the values of all curves of a panel, with a little air above and below."""
    values = np.concatenate([[], *(curve.y[np.isfinite(curve.y)] for curve in curves)])
    if not values.size:
        return Axis(0.0, 1.0, log=False, ticks=())
    low, high = float(values.min()), float(values.max())
    if log:
        start, end = math.log10(low), math.log10(high)
        air = 0.04 * (end - start)
        low = max(10 ** max(start - air, -323.3), _LEAST_POSITIVE) if air else low
        high = min(10 ** min(end + air, 308.25), _GREATEST) if air else high
        return log_axis(low, high, _TICKS)
    air = 0.06 * (high / 2 - low / 2) * 2 or (5.0 if percent else 0.0)
    top = 100.0 if percent and high <= 100 else _GREATEST
    bottom = 0.0 if low >= 0 else -_GREATEST
    axis = linear_axis(max(low - air, bottom), min(high + air, top), _TICKS)
    if not percent:
        return axis
    return Axis(axis.low, axis.high, log=False, ticks=tuple(Tick(tick.at, f"{tick.label} %") for tick in axis.ticks))
