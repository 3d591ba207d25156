"""Long arrows, replaced by references where there are so many that nobody could follow them (floor 4).

An arrow across 50 ranks takes room in each of them, and a layout engine's time grows with the square of that. When a
graph has too much of it (a weight used at every step of a long recurrence, weight decay of a hundred layers), what
comes to a box from far away is drawn beside it as one small box that names it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tensorgraph.core.tensor import Tensor
from tensorgraph.view.sketch import Edge, Node, Reference, Sketch

__all__ = ["shorten"]

_BUDGET: Final = 3000
"""The sum of the arrows' lengths, in ranks, that is still laid out as it is; it takes about a second."""
_FAR: Final = 12
"""The longest arrow that is kept beyond it."""


def shorten(drawing: Sketch) -> Sketch:
    """The sketch with its long arrows as references, if there is too much of them; else as it is."""
    lengths = _lengths(drawing)
    if sum(lengths) <= _BUDGET:
        return drawing
    nodes, edges = list(drawing.nodes), list[Edge]()
    far: dict[int, list[Edge]] = {}
    for edge, length in zip(drawing.edges, lengths, strict=True):
        (far.setdefault(edge.head, []) if length > _FAR else edges).append(edge)
    for head, group in far.items():
        tails = dict.fromkeys(edge.tail for edge in group)
        reference = Reference(tuple(_caption(drawing.nodes[tail]) for tail in tails))
        edges.append(Edge(len(nodes), head, "", any(edge.flows for edge in group), len(group)))
        nodes.append(Node("reference", reference, drawing.nodes[head].module))
    return replace(drawing, nodes=nodes, edges=edges)


def _lengths(drawing: Sketch) -> list[int]:
    """How many ranks each edge spans: an op stands one rank below its lowest operand, a source above its first use.

    A source is a leaf, a constant, or an op of sources alone, such as a transposed weight.
    """
    tails: dict[int, list[int]] = {}
    uses: dict[int, list[int]] = {}
    for edge in drawing.edges:
        tails.setdefault(edge.head, []).append(edge.tail)
        uses.setdefault(edge.tail, []).append(edge.head)
    ranks: list[int] = []
    source: list[bool] = []
    for i in range(len(drawing.nodes)):  # operands come first
        ranks.append(1 + max((ranks[tail] for tail in tails.get(i, ())), default=-1))
        source.append(all(source[tail] for tail in tails.get(i, ())))
    for i in reversed(range(len(drawing.nodes))):
        if source[i] and i in uses:
            ranks[i] = min(ranks[use] for use in uses[i]) - 1
    return [ranks[edge.head] - ranks[edge.tail] for edge in drawing.edges]


def _caption(node: Node) -> str:
    value = node.value
    if isinstance(value, Tensor):
        return value._name or (value._op.name if value._op is not None else node.kind)
    return node.kind
