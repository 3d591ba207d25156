"""The legend under a picture: samples of its boxes and arrows in lines that wrap at the picture's width (floor 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from tensorgraph.view.card import Span, span_width
from tensorgraph.view.elements import arrow, line, shape, straight
from tensorgraph.view.legend import edge_kinds, kinds, remarks
from tensorgraph.view.places import Box, Point
from tensorgraph.view.subject import Subject

__all__ = ["Key", "draw_key"]

_NARROWEST: Final = 420.0
_SAMPLE: Final = Box(0, 0, 26, 15)
_ROW: Final = 23.0
_GAP: Final = 18.0


class Key(NamedTuple):
    """The drawn legend and its size."""

    parts: list[str]
    width: float
    height: float


def draw_key(subject: Subject, top: float, picture_width: float) -> Key:
    """The legend with its upper edge at `top`, as wide as the picture where that is wide enough."""
    items: list[tuple[str, Callable[[Box], Iterator[str]] | None]] = []
    items += [(meaning, partial(shape, kind)) for kind, meaning in kinds(subject.sketch)]
    items += [(meaning, partial(_arrow, still)) for still, meaning in edge_kinds(subject.sketch)]
    items += [(remark, None) for remark in remarks(subject)]
    limit = max(picture_width, _NARROWEST)
    parts: list[str] = []
    x, y, widest = 0.0, top, 0.0
    for meaning, sample in items:
        text = (Span(meaning, "muted"),)
        room = 0.0 if sample is None else _SAMPLE.width + 8
        width = room + span_width(text)
        if x and x + width > limit:
            x, y = 0.0, y + _ROW
        if sample is not None:
            parts += sample(_SAMPLE._replace(x=x, y=y))
        parts += line(x + room, y + 11.5, text)
        x += width + _GAP
        widest = max(widest, x - _GAP)
    return Key(parts, widest, y + _SAMPLE.height - top)


def _arrow(still: bool, box: Box) -> Iterator[str]:
    middle = box.y + box.height / 2
    return arrow(straight(Point(box.x, middle), Point(box.x + box.width, middle)), still=still)
