"""Curves of training as an SVG chart: what was measured after each epoch, a panel for each quantity (floor 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from numpy.typing import ArrayLike

from tensorgraph.errors import ArgumentError
from tensorgraph.view.axis import Axis, linear_axis
from tensorgraph.view.measure import fit, text_width
from tensorgraph.view.page import MARGIN, Paint, heading, page, px, text
from tensorgraph.view.palette import COLOURS, Theme
from tensorgraph.view.quote import legible, xml_text
from tensorgraph.view.series import Series, read_series, value_axis

__all__ = ["Panel", "draw_curves"]

HUES: Final = (
    # (light, dark), in an order that keeps neighbours apart for colour-blind readers too
    ("#1f66c1", "#6cb0f5"),
    ("#bd5207", "#f39a50"),
    ("#1c7d4c", "#5cc587"),
    ("#8442c8", "#bb8ff2"),
    ("#b8234b", "#ff8fa3"),
    ("#0b7a88", "#4fc3cf"),
    ("#846200", "#dcbb4a"),
    ("#5a6675", "#9dabbb"),
)
_DASHES: Final = ("", "7 4", "2 4", "9 4 2 4")
"""When the hues are used up, they come again in the next dash."""

_PAINT: Final[tuple[Paint, ...]] = (
    ("grid", "stroke", ("#e2e7ec", "#252e3a")),
    ("faint", "stroke", ("#f2f4f6", "#181f29")),
    ("axis", "stroke", COLOURS["edge"]),
    *((f"line{k}", "stroke", hue) for k, hue in enumerate(HUES)),
    *((f"dot{k}", "fill", hue) for k, hue in enumerate(HUES)),
)
_FIXED: Final = (
    "path{fill:none;stroke-width:1}",
    ".tg-line{stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}",
)

_PLOT: Final = 200.0
"""Height of a panel's plot."""
_LABEL: Final = 140.0
"""Widest label of a tick, of a curve in the key, and of its last value."""
_ROW: Final = 19.0
_LEAST: Final = 360.0


@dataclass(frozen=True)
class Panel:
    """One quantity, with a curve for each name.

    Attributes:
        label: What is measured, such as "loss".
        curves: For each name the values, at x = 1, 2, …; or an array of shape (2, n) that holds the x and the values.
        log: Whether the axis is logarithmic. Values that are not positive are then left out.
        percent: Whether the values are fractions, to be shown in percent.
    """

    label: str
    curves: Mapping[str, ArrayLike]
    log: bool = False
    percent: bool = False


def draw_curves(
    *panels: Panel,
    title: str = "Training",
    subtitle: str = "",
    x_label: str = "epoch",
    width: float = 760,
    theme: Theme = "auto",
) -> str:
    """The panels one above the other, over a common x axis, as the text of an SVG document.

    The key of each panel tells the last value of each curve. Values that cannot be drawn (NaN, infinite) leave a gap in
    their curve, and their number stands below the panel. Curves of very many values are thinned out such that no peak
    is lost.

    Raises:
        ArgumentError: there is no panel, the width is below 360, or the theme is unknown.
        ShapeError: the values of a curve are neither of shape (n,) nor of shape (2, n).
        DtypeError: the values of a curve are not real numbers.

    >>> svg = draw_curves(Panel("loss", {"train": [0.9, 0.4, 0.2], "held out": [0.9, 0.5, 0.4]}, log=True))
    >>> svg.startswith("<svg"), svg == draw_curves(Panel("loss", {"train": [1.0]}))
    (True, False)
    """
    if not panels:
        raise ArgumentError('draw_curves needs at least one panel: draw_curves(Panel("loss", {"train": [0.9, 0.4]}))')
    if not width >= _LEAST:
        raise ArgumentError(f"width: expected at least {_LEAST:.0f} pixels, got {width!r}")
    series = [read_series(panel.curves, panel.log, panel.percent) for panel in panels]
    axes = [value_axis(curves, panel.log, panel.percent) for panel, curves in zip(panels, series, strict=True)]
    labels = [tick.label for axis in axes for tick in axis.ticks]
    left = MARGIN + max([_tick_width(label) for label in labels], default=0.0) + 8
    x_axis = _x_axis([curve for curves in series for curve in curves], width - left - MARGIN)
    plot = width - left - max([MARGIN, *(_tick_width(tick.label) / 2 + 6 for tick in x_axis.ticks)])

    body, y = heading(title, subtitle, width=width)
    for panel, curves, axis in zip(panels, series, axes, strict=True):
        key, top = _key(panel, curves, y, width)
        body += key
        body += _grid(axis, x_axis, left, top, plot)
        body += _lines(curves, axis, x_axis, left, top, plot)
        y = top + _PLOT + 26
        if hidden := sum(curve.hidden for curve in curves):
            reason = "NaN, infinite or not positive" if panel.log else "NaN or infinite"
            note = f"{hidden:,} value{'s' * (hidden > 1)} left out: {reason}"
            body.append(text(left, top + _PLOT + 16, ("alarm", note), width=plot))
            y += 12
    bottom = y - 10
    for tick in x_axis.ticks:
        body.append(text(left + tick.at * plot, bottom, ("muted", tick.label), width=_LABEL, anchor="middle"))
    body.append(text(left + plot / 2, bottom + 20, ("muted", x_label), width=plot, anchor="middle"))

    told = "; ".join(
        f"{panel.label}: " + (", ".join(f"{curve.name} {curve.story}" for curve in curves) or "no curve")
        for panel, curves in zip(panels, series, strict=True)
    )
    return page(
        body,
        width=width,
        height=bottom + 20 + MARGIN,
        title=title,
        description=f"Curves over {x_label}. {told}.",
        theme=theme,
        paint=_PAINT,
        fixed=_FIXED,
    )


def _tick_width(label: str) -> float:
    return min(text_width(label, 11), _LABEL)


def _x_axis(curves: Sequence[Series], length: float) -> Axis:
    """The common x axis, with as many ticks as have room for their labels."""
    ends = [end for curve in curves if len(curve.x) for end in (float(curve.x.min()), float(curve.x.max()))]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    whole = all((curve.x % 1 == 0).all() for curve in curves) and bool(ends)
    for count in (10, 8, 6, 5, 4, 3, 2):
        axis = linear_axis(low, high, count, whole=whole)
        if sum(_tick_width(tick.label) + 16 for tick in axis.ticks) <= length:
            return axis
    bare = linear_axis(low, high, 1, whole=whole)
    return Axis(bare.low, bare.high, log=False, ticks=bare.ticks[:1])


def _stroke(k: int) -> str:
    dash = _DASHES[k // len(HUES) % len(_DASHES)]
    return f'class="tg-line tg-line{k % len(HUES)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _key(panel: Panel, curves: Sequence[Series], y: float, width: float) -> tuple[list[str], float]:
    """The panel's label and, beside and below it, its curves' names and last values; and where its plot begins."""
    room = width - 2 * MARGIN
    label = fit(legible(panel.label), room / 2, 12)
    scale = " (log scale)" if panel.log else ""
    y += 14
    parts = [text(MARGIN, y, ("text tg-bold", label), ("muted", scale), width=room, size=12)]
    x = MARGIN + text_width(label + scale, 12) + 24
    for k, curve in enumerate(curves):
        name, last = fit(legible(curve.name), _LABEL, 11), fit(curve.last, _LABEL, 11)
        item = 26 + text_width(f"{name} {last}", 11)
        if x + item > width - MARGIN:
            x, y = MARGIN, y + _ROW
        parts.append(f'<path {_stroke(k)} d="M{px(x)},{px(y - 4)}h20"/>')
        runs = ("text", name), ("text", " "), ("muted" if curve.last_is_finite else "alarm", last)
        parts.append(text(x + 26, y, *runs, width=_LABEL))
        x += item + 22
    return parts, y + 14


def _grid(axis: Axis, x_axis: Axis, left: float, top: float, plot: float) -> Iterator[str]:
    heights = [(top + (1 - tick.at) * _PLOT, tick.label) for tick in axis.ticks]
    for role, labelled in (("faint", False), ("grid", True)):
        lines = "".join(f"M{px(left)},{px(y)}h{px(plot)}" for y, label in heights if bool(label) is labelled)
        if labelled:
            lines += "".join(f"M{px(left + tick.at * plot)},{px(top)}v{px(_PLOT)}" for tick in x_axis.ticks)
        if lines:
            yield f'<path class="tg-{role}" d="{lines}"/>'
    yield f'<path class="tg-axis" d="M{px(left)},{px(top)}v{px(_PLOT)}h{px(plot)}"/>'
    for y, label in heights:
        if label:
            yield text(left - 8, y + 4, ("muted", label), width=_LABEL, anchor="end")


def _lines(curves: Sequence[Series], axis: Axis, x_axis: Axis, left: float, top: float, plot: float) -> Iterator[str]:
    if not any(curve.shown for curve in curves):
        yield text(left + plot / 2, top + _PLOT / 2, ("muted", "nothing to show"), width=plot, anchor="middle")
    for k, curve in enumerate(curves):
        yield f"<g><title>{xml_text(legible(f'{curve.name} {curve.story}'))}</title>"
        last = None
        for xs, ys in curve.pieces(x_axis, axis, columns=int(plot)):
            points = [(px(left + x * plot), px(top + (1 - y) * _PLOT)) for x, y in zip(xs, ys, strict=True)]
            last = points[-1]
            if len(points) > 1:
                yield f'<path {_stroke(k)} d="M{" ".join(f"{x},{y}" for x, y in points)}"/>'
            else:
                yield _dot(k, last, "2")
        if last:
            yield _dot(k, last, "3.2")
        yield "</g>"


def _dot(k: int, centre: tuple[str, str], radius: str) -> str:
    x, y = centre
    return f'<circle class="tg-dot{k % len(HUES)}" cx="{x}" cy="{y}" r="{radius}"/>'
