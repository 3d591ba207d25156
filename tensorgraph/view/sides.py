"""What stands beside an op instead of above it: its parameters and constants (floor 4).

So the flow through the ops makes a straight spine, and a layer is as high as it is deep. The layout engine gets the
op and its sides as a chain of level edges; arrows that would have to pass a neighbour take a lane before the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from tensorgraph.view.sketch import Sketch

__all__ = ["Link", "Sides", "find_sides", "links"]

Sides = dict[int, list[int]]
"""For each op that has some, the edges from what stands beside it, nearest first."""

_SOURCES: Final = frozenset({"parameter", "constant", "reference"})
_MOST: Final = 2


class Link(NamedTuple):
    """A level edge of the layout, from one box to the next one outward; `edge` is the arrow it stands for, or -1."""

    inner: int
    outer: int
    edge: int


def find_sides(sketch: Sketch) -> Sides:
    """The sources of each op that stand beside it: in the same module, and not beside another op before.

    A source is a parameter, a constant, a reference, or an op that changes one of these alone (Wᵀ). Parameters come
    first. To turn such an arrow round makes no cycle, as all other uses of a source come after its first.
    """
    weight = {i: 1 + (node.kind == "parameter") for i, node in enumerate(sketch.nodes) if node.kind in _SOURCES}
    fed = Counter(edge.head for edge in sketch.edges)
    weight |= {edge.head: weight[edge.tail] for edge in sketch.edges if edge.tail in weight and fed[edge.head] == 1}
    used: set[int] = set()
    sides: Sides = {}
    for i, edge in enumerate(sketch.edges):
        if edge.tail in weight and edge.tail not in used:
            used.add(edge.tail)
            if sketch.nodes[edge.tail].module == sketch.nodes[edge.head].module:
                sides.setdefault(edge.head, []).append(i)
    for found in sides.values():
        found.sort(key=lambda i: -weight[sketch.edges[i].tail])
        del found[_MOST:]
    return sides


def links(sketch: Sketch, sides: Sides) -> Iterator[Link]:
    """The chain of each op: the op, its first side and what stands beside that, its second side, …."""
    for op, found in sides.items():
        inner = op
        for place, i in enumerate(found):
            outer = sketch.edges[i].tail
            yield Link(inner, outer, -1 if place else i)
            inner = outer
            while inner in sides:  # Wᵀ has W beside it
                inner = sketch.edges[sides[inner][-1]].tail
