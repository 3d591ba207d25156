"""Points, boxes and curves in a picture: in pt, x to the right and y *down*, as in SVG (imports nothing of ours)."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Box", "Curve", "Direction", "Frame", "Point"]

Direction = Literal["TB", "BT", "LR", "RL"]
"""Where the computation runs: down, up, to the right, to the left."""


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle by its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Frame(NamedTuple):
    """The rectangle around a module, and the baseline of its title."""

    box: Box
    baseline: float


class Curve(NamedTuple):
    """A chain of cubic Bézier curves, the tip of the arrow at its end, and the middle of the edge's label, if any."""

    points: tuple[Point, ...]
    tip: Point
    label: Point | None
