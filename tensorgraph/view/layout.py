"""Where the boxes, arrows and frames of a picture stand, as the layout engine has decided (floor 4).

Coordinates are points, x to the right and y *down* from the upper left corner, as SVG has them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from tensorgraph.errors import RenderError
from tensorgraph.view.dot import Direction, skeleton
from tensorgraph.view.engine import run_engine
from tensorgraph.view.subject import Subject

__all__ = ["Box", "Curve", "Frame", "Layout", "Point", "lay_out"]


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


@dataclass(frozen=True, slots=True)
class Layout:
    """The picture's size; a box per node, a curve per edge and a box per module, numbered as in the sketch."""

    width: float
    height: float
    nodes: list[Box]
    edges: list[Curve]
    modules: dict[int, Frame]


def lay_out(subject: Subject, direction: Direction, timeout: float) -> Layout:
    """The engine's answer for the subject's skeleton.

    Raises:
        RenderError: there is no engine, it failed, or its answer has not the expected form.
    """
    answer = run_engine(skeleton(subject, direction), "json0", timeout=timeout)
    try:
        return _read(json.loads(answer), subject)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RenderError(
            f"the layout engine's answer has an unknown form ({error!r}); is it a Graphviz of 2.40 or later?"
        ) from error


def _read(answer: dict[str, Any], subject: Subject) -> Layout:
    _, _, width, height = _floats(answer["bb"])
    places: dict[str, Point] = {}
    modules: dict[int, Frame] = {}
    for part in answer["objects"]:
        name = part["name"]
        if name.startswith("cluster_"):
            left, low, right, high = _floats(part["bb"])
            box = Box(left, height - high, right - left, high - low)
            modules[int(name.removeprefix("cluster_"))] = Frame(box, _point(part["lp"], height).y + 3)
        else:
            places[name] = _point(part["pos"], height)
    nodes = []
    for i, card in enumerate(subject.cards):
        x, y = places[f"n{i}"]
        nodes.append(Box(x - card.width / 2, y - card.height / 2, card.width, card.height))
    curves = {part["id"]: _curve(part, height) for part in answer.get("edges", ())}
    edges = [curves[f"e{i}"] for i in range(len(subject.sketch.edges))]
    return Layout(width, height, nodes, edges, modules)


def _curve(part: dict[str, Any], height: float) -> Curve:
    tip, *points = part["pos"].split()
    if tip.startswith("s,"):  # an edge that was turned round for the layout
        points.reverse()
    elif not tip.startswith("e,"):
        raise ValueError(tip)
    label = _point(part["lp"], height) if "lp" in part else None
    return Curve(tuple(_point(p, height) for p in points), _point(tip[2:], height), label)


def _point(text: str, height: float) -> Point:
    x, y = _floats(text)
    return Point(x, height - y)


def _floats(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
