"""The pieces of SVG that a picture is made of, each with its text quoted (floor 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import hypot
from typing import Literal

from tensorgraph.view.card import Span, span_width
from tensorgraph.view.measure import is_certain
from tensorgraph.view.places import Box, Curve, Point
from tensorgraph.view.quote import xml_text
from tensorgraph.view.shapes import curve, decimal, outline, path
from tensorgraph.view.sketch import Kind

__all__ = ["arrow", "line", "shape", "straight", "tooltip"]

_HALF_TIP = 2.9


def line(
    x: float, y: float, spans: Iterable[Span], anchor: Literal["start", "middle", "end"] = "start"
) -> Iterator[str]:
    """One line of text, a `text` element per run.

    A run whose width depends on the reader's fonts (East Asian, emoji, …) is told its width, so that it fits its box.
    """
    runs = list(spans)
    widths = [span_width((span,)) for span in runs]
    x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * sum(widths)
    for span, width in zip(runs, widths, strict=True):
        flush = anchor == "end" and len(runs) == 1  # with the margin, in a font of any width
        place = f'x="{decimal(x + width)}" text-anchor="end"' if flush else f'x="{decimal(x)}"'
        forced = "" if is_certain(span.text) else f' textLength="{decimal(width)}" lengthAdjust="spacingAndGlyphs"'
        if span.text:
            yield f'<text class="tg-{span.style}" {place} y="{decimal(y)}"{forced}>{xml_text(span.text)}</text>'
        x += width


def shape(kind: Kind, box: Box) -> Iterator[str]:
    """The outline of a box, in the form and colour of its kind."""
    first, *others = outline(kind, box)
    yield f'<path class="tg-card tg-{kind}" d="{first}"/>'
    for d in others:
        yield f'<path class="tg-{kind} tg-inner" d="{d}"/>'


def arrow(way: Curve, *, still: bool) -> Iterator[str]:
    """A curve with its tip; dashed when no gradient comes back along it."""
    last, tip = way.points[-1], way.tip
    dx, dy = tip.x - last.x, tip.y - last.y
    length = hypot(dx, dy) or 1.0
    nx, ny = -dy / length * _HALF_TIP, dx / length * _HALF_TIP
    yield f'<path class="tg-edge{" tg-still" if still else ""}" d="{curve(way.points)}"/>'
    yield f'<path class="tg-tip" d="{path([(last.x + nx, last.y + ny), tip, (last.x - nx, last.y - ny)])}"/>'


def straight(start: Point, end: Point) -> Curve:
    """A straight arrow."""
    dx, dy = end.x - start.x, end.y - start.y
    back = 7.0 / (hypot(dx, dy) or 1.0)
    foot = Point(end.x - dx * back, end.y - dy * back)
    return Curve((start, start, foot, foot), end, None)


def tooltip(text: str) -> str:
    """What a reader sees who rests the pointer on the group around it, and what a screen reader says."""
    return f"<title>{xml_text(text)}</title>"
