"""Where the boxes, arrows and frames of a picture stand, as the layout engine has decided (floor 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import RenderError
from tensorgraph.view.dot import skeleton
from tensorgraph.view.engine import run_engine
from tensorgraph.view.lanes import lane
from tensorgraph.view.places import Box, Curve, Direction, Frame, Point
from tensorgraph.view.sides import find_sides
from tensorgraph.view.subject import Subject

__all__ = ["Layout", "lay_out"]


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
        return _read(json.loads(answer), subject, direction)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RenderError(
            f"the layout engine's answer has an unknown form ({error!r}); is it a Graphviz of 2.40 or later?"
        ) from error


def _read(answer: dict[str, Any], subject: Subject, direction: Direction) -> Layout:
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
    curves = {part["id"]: _curve(part, height) for part in answer.get("edges", ()) if "id" in part}
    for op, found in find_sides(subject.sketch).items():
        for place, i in enumerate(found[1:], 1):
            curves[f"e{i}"] = lane(nodes[op], nodes[subject.sketch.edges[i].tail], place, direction)
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
