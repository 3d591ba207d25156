"""Arrows from what stands beside an op, past its neighbours, into the op: along a lane before the row (floor 4)."""

from __future__ import annotations

from typing import Final

from tensorgraph.view.places import Box, Curve, Direction, Point

__all__ = ["lane"]

_FIRST: Final = 12.0
_NEXT: Final = 5.0
_TIP: Final = 7.0
_ROUND: Final = 5.0


def lane(op: Box, side: Box, place: int, direction: Direction) -> Curve:
    """The arrow from the `place`-th side of an op (the first is 0, and needs no lane), where the op's operands arrive.

    Drawn as if downwards; the other directions are this one, mirrored or transposed.
    """
    level = direction in {"LR", "RL"}
    sign = -1.0 if direction in {"BT", "RL"} else 1.0
    a, b = (_transposed(op), _transposed(side)) if level else (op, side)
    top_a, top_b = (a.y, b.y) if sign > 0 else (-a.y - a.height, -b.y - b.height)
    outward = 1.0 if b.x > a.x else -1.0
    edge = a.x + a.width if outward > 0 else a.x
    start = b.x + b.width / 2
    end = edge - outward * min(16.0 * place, a.width / 2)
    height = min(top_a, top_b) - _FIRST - _NEXT * (place - 1)
    turn = _ROUND * outward
    stops = [
        (start, top_b),
        (start, height + _ROUND),
        (start - turn, height),
        (end + turn, height),
        (end, height + _ROUND),
        (end, top_a - _TIP),
    ]
    bends = [None, (start, height), None, (end, height), None]

    def placed(x: float, y: float) -> Point:
        return Point(sign * y, x) if level else Point(x, sign * y)

    points = [placed(*stops[0])]
    for here, there, bend in zip(stops, stops[1:], bends, strict=False):
        points += [placed(*(bend or here)), placed(*(bend or there)), placed(*there)]
    return Curve(tuple(points), placed(end, top_a), placed((start + end) / 2, height - 3))


def _transposed(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)
