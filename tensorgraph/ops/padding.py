"""Borders put around an array (floor 2).

`pad` is NumPy's, mode by mode: what copies elements is a `take` along each axis, what is computed from them is joined
on by `concatenate`, one axis after the other, so that corners come out as in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.borders import Pairs, pad_constant, pad_copied, slab
from tensorgraph.ops.casting import astype
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.layout import alias, broadcast_to, reshape
from tensorgraph.ops.quantiles import median
from tensorgraph.ops.reductions import max as largest
from tensorgraph.ops.reductions import mean
from tensorgraph.ops.reductions import min as smallest
from tensorgraph.ops.rounding import floor, rint
from tensorgraph.ops.taking import take
from tensorgraph.ops.values import as_operand

__all__ = ["pad"]


@composition()
def pad(x: Operand, /, pad_width: Any, mode: Any = "constant", **settings: Any) -> Any:
    """x with a border: `pad_width` elements before and after along each axis.

    Widths are one number, a pair (before, after), a pair per axis, or a dict from axis to one of these. Modes and their
    settings are NumPy's: "constant" (`constant_values`), "edge", "linear_ramp" (`end_values`), "maximum", "minimum",
    "mean", "median" (`stat_length`), "reflect", "symmetric" (`reflect_type` "even" or "odd"), "wrap", and "empty",
    whose border is zeros. `constant_values` and `end_values` may be Tensors and have gradients. A function as mode
    raises: it would write into the border in place.

    >>> import tensorgraph as tg
    >>> tg.pad([1, 2, 3], (2, 1), mode="reflect")
    tensor([3, 2, 1, 2, 3, 2])
    """
    if not isinstance(mode, str) or mode not in _MODES:
        message = f"pad: expected a mode among {', '.join(_MODES)}, got {mode!r}"
        raise ArgumentError(message)
    known, border = _MODES[mode]
    if unknown := set(settings) - known:
        message = f"pad: mode {mode!r} has no setting {', '.join(sorted(unknown))}; it has {', '.join(known) or 'none'}"
        raise ArgumentError(message)
    x = as_operand(x)
    pairs = _widths(pad_width, x.shape)
    if mode not in {"constant", "empty"}:
        for axis, (n, pair) in enumerate(zip(x.shape, pairs, strict=True)):
            if n == 0 and any(pair):
                message = f"pad: axis {axis} of shape {x.shape} is empty, so mode {mode!r} has nothing to continue"
                raise ShapeError(message)
    return border(x, pairs, **settings) if any(map(any, pairs)) else alias(x)


def _widths(pad_width: Any, shape: tuple[int, ...]) -> Pairs:
    """The widths before and after, per axis."""
    if isinstance(pad_width, Mapping):
        whole: list[Any] = [(0, 0)] * len(shape)
        for axis, width in pad_width.items():
            whole[axis] = width if isinstance(width, Iterable) else (width, width)
        pad_width = whole
    widths = np.asarray(pad_width)
    if widths.size == 0 and not shape:
        return ()
    if widths.dtype.kind not in "iu" or widths.min(initial=0) < 0:
        message = f"pad: expected widths that are integers, none negative, got {pad_width!r}"
        raise ArgumentError(message)
    return tuple((int(a), int(b)) for a, b in _per_axis("pad_width", widths, len(shape)))


def _per_axis(name: str, value: Any, ndim: int) -> Any:
    """A setting as one pair per axis; of a Tensor, pairs of Tensors."""
    if not hasattr(value, "shape"):
        value = np.asarray(value)
    if value.size == 1:
        value = reshape(value, shape=())
    elif value.size == 2 and value.shape != (2, 1):
        value = reshape(value, shape=(2,))
    try:
        return broadcast_to(value, shape=(ndim, 2))
    except ValueError as error:
        message = f"pad: expected {name} as a number, a pair or {ndim} pairs, got shape {value.shape}"
        raise ShapeError(message) from error


def _constant(x: Any, pairs: Pairs, constant_values: Any = 0) -> Any:
    if not isinstance(constant_values, Tensor):
        constant_values = np.asarray(constant_values)
        if constant_values.size == 1:
            return pad_constant(x, pairs=pairs, value=constant_values.item())
    values = _per_axis("constant_values", constant_values, x.ndim)

    def ends(_x: Any, axis: int) -> tuple[Any, Any]:
        return values[axis, 0], values[axis, 1]

    return _joined(x, pairs, ends)


def _linear_ramp(x: Any, pairs: Pairs, end_values: Any = 0) -> Any:
    values = _per_axis("end_values", end_values, x.ndim)

    def ends(x: Any, axis: int) -> tuple[Any, Any]:
        before, after = pairs[axis]
        n = x.shape[axis]
        low, high = values[axis, 0], values[axis, 1]
        first = low + (_along(x, axis, 0, 1) - low) * _steps(x, axis, before)
        last = high + (_along(x, axis, n - 1, n) - high) * _steps(x, axis, after)[::-1]
        return (floor(first), floor(last)) if x.dtype.kind in "iu" else (first, last)

    return _joined(x, pairs, ends)


def _steps(x: Any, axis: int, count: int) -> Any:
    """0, 1/n … (n−1)/n along an axis of x."""
    steps = np.arange(count) / max(count, 1)
    return steps.astype(x.dtype if x.dtype.kind in "fc" else None).reshape((-1,) + (1,) * (x.ndim - axis - 1))


def _along(x: Any, axis: int, start: int, stop: int) -> Any:
    return x[slab(axis, start, stop)]


def _statistic(of: Callable[..., Any]) -> Callable[..., Any]:
    def border(x: Any, pairs: Pairs, stat_length: Any = None) -> Any:
        lengths = None if stat_length is None else _per_axis("stat_length", stat_length, x.ndim)

        def ends(x: Any, axis: int) -> tuple[Any, Any]:
            n = x.shape[axis]
            before, after = (n, n) if lengths is None else (min(int(k), n) for k in lengths[axis])
            if min(before, after) < 1:
                message = f"pad: stat_length={stat_length!r} leaves nothing to continue"
                raise ArgumentError(message)
            first = of(_along(x, axis, 0, before), axis=axis, keepdims=True)
            last = first if before == after == n else of(_along(x, axis, n - after, n), axis=axis, keepdims=True)
            return (rint(first), rint(last)) if x.dtype.kind in "iu" else (first, last)

        return _joined(x, pairs, ends)

    return border


def _joined(x: Any, pairs: Pairs, ends: Callable[[Any, int], tuple[Any, Any]]) -> Any:
    """Axis by axis, what lies before and after joined to x; `ends` makes it from what has been joined so far."""
    for axis, widths in enumerate(pairs):
        if any(widths):
            before, after = (
                broadcast_to(astype(end, x.dtype), shape=(*x.shape[:axis], n, *x.shape[axis + 1 :]))
                for end, n in zip(ends(x, axis), widths, strict=True)
            )
            x = concatenate([before, x, after], axis=axis)
    return x


def _copied(mode: str) -> Callable[..., Any]:
    return lambda x, pairs: pad_copied(x, pairs=pairs, mode=mode)


def _mirrored(mode: str) -> Callable[..., Any]:
    def border(x: Any, pairs: Pairs, reflect_type: str = "even") -> Any:
        if reflect_type not in {"even", "odd"}:
            message = f"pad: expected reflect_type 'even' or 'odd', got {reflect_type!r}"
            raise ArgumentError(message)
        if reflect_type == "even":
            return _copied(mode)(x, pairs)
        for axis, widths in enumerate(pairs):
            if any(widths):
                x = _odd(x, axis, widths, mode == "symmetric")
        return x

    return border


def _odd(x: Any, axis: int, widths: tuple[int, int], repeats_edge: bool) -> Any:
    """x continued by point reflection in its first and last element, as often as the widths need.

    Two reflections make a shift: with the period T and the rise D = x[n−1] − x[0], element r + qT is x[r] + qD for even
    q, and 2 x[n−1] − x[mirror of r] + (q−1) D for odd q.
    """
    n = x.shape[axis]
    if n == 1:
        return _copied("edge")(x, tuple(widths if i == axis else (0, 0) for i in range(x.ndim)))
    turns, places = np.divmod(np.arange(-widths[0], n + widths[1]), n if repeats_edge else n - 1)
    odd = turns % 2 == 1
    places = np.where(odd, n - 1 - places, places)
    spread = (-1,) + (1,) * (x.ndim - axis - 1)
    sign, of_last, of_rise = (
        c.astype(x.dtype).reshape(spread)
        for c in (np.where(odd, -1, 1), np.where(odd, 2, 0), np.where(odd, turns - 1, turns))
    )
    first, last = _along(x, axis, 0, 1), _along(x, axis, n - 1, n)
    return sign * take(x, places, axis=axis) + of_last * last + of_rise * (last - first)


_MODES: dict[str, tuple[frozenset[str], Callable[..., Any]]] = {
    "constant": (frozenset({"constant_values"}), _constant),
    "edge": (frozenset(), _copied("edge")),
    "empty": (frozenset(), lambda x, pairs: pad_constant(x, pairs=pairs)),
    "linear_ramp": (frozenset({"end_values"}), _linear_ramp),
    "maximum": (frozenset({"stat_length"}), _statistic(largest)),
    "mean": (frozenset({"stat_length"}), _statistic(mean)),
    "median": (frozenset({"stat_length"}), _statistic(median)),
    "minimum": (frozenset({"stat_length"}), _statistic(smallest)),
    "reflect": (frozenset({"reflect_type"}), _mirrored("reflect")),
    "symmetric": (frozenset({"reflect_type"}), _mirrored("symmetric")),
    "wrap": (frozenset(), _copied("wrap")),
}
"""By mode: its settings and the function that makes the border."""
