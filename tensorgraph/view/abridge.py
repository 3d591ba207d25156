"""A graph that is too large to read, as its two ends and a digest of what lies between (floor 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from tensorgraph.core.tensor import Tensor
from tensorgraph.view.modules import find_modules
from tensorgraph.view.reach import Reach, original
from tensorgraph.view.sketch import Digest, Edge, Node, Sketch, flows, kind_of, shown_operands, sketch

__all__ = ["abridge"]

_END: Final = 6
"""Ops shown at each end."""
_OPERANDS: Final = 4
"""Leaves and constants shown of one op."""
_ROWS: Final = 12
"""Lines in a column of the digest."""


def abridge(graph: Reach, limit: int) -> Sketch:
    """The first and the last ops, and one box that counts the rest; the ends of a topological order, so no cycle."""
    end = max(1, min(_END, limit // 8))
    last = max(end, len(graph.ops) - end)
    first_ops, middle, last_ops = graph.ops[:end], graph.ops[end:last], graph.ops[last:]
    drawing = Sketch(note=f"{len(graph):,} nodes, more than max_nodes={limit:,}: the first and last ops and a digest")
    places: dict[int, int] = {}
    _show(first_ops, graph, drawing, places)
    box = len(drawing.nodes)
    drawing.nodes.append(Node("group", Digest("", ())))
    _show(last_ops, graph, drawing, places)
    if len(drawing.nodes) > len(graph):
        return sketch(graph)
    drawing.nodes[box] = Node("group", _digest(graph, middle, len(drawing.nodes) - 1))
    _join(graph, drawing, places, box)
    return drawing


def _show(ops: Iterable[Tensor], graph: Reach, drawing: Sketch, places: dict[int, int]) -> None:
    """Add ops, each after a few of the leaves and constants that it uses."""
    outputs = set(graph.outputs)
    for t in ops:
        sources = [x for x, _ in shown_operands(t) if not isinstance(x, Tensor) or x._op is None]
        for x in (*sources[:_OPERANDS], t):
            if id(x) not in places:
                places[id(x)] = len(drawing.nodes)
                drawing.nodes.append(Node(kind_of(x, outputs), original(x) if isinstance(x, Tensor) else x))


def _join(graph: Reach, drawing: Sketch, places: dict[int, int], box: int) -> None:
    """Add the edges; those into and out of the box are drawn once and carry their number."""
    counts: Counter[tuple[int, int, bool]] = Counter()
    for t in graph.ops:
        head = places.get(id(t), box)
        for x, name in shown_operands(t):
            tail = places.get(id(x), box)
            if box not in (tail, head):
                drawing.edges.append(Edge(tail, head, name, flows(x, t)))
            elif tail != head:
                counts[tail, head, flows(x, t)] += 1
    drawing.edges.extend(Edge(tail, head, "", flow, n) for (tail, head, flow), n in counts.items())


def _digest(graph: Reach, middle: list[Tensor], shown: int) -> Digest:
    ops: Counter[str] = Counter(t._op.name for t in middle if t._op is not None)
    columns: list[tuple[str, tuple[tuple[str, int], ...]]] = [("ops", _top(ops))] if ops else []
    modules = find_modules(graph.ops)
    if modules.calls:
        numbers = Counter(modules.of.get(t, -1) for t in middle)
        calls: Counter[str] = Counter()
        for number, n in numbers.items():
            calls[modules.path(number) or "in no module"] += n
        columns.append(("modules", _top(calls)))
    gets_gradient = sum(t._requires for t in graph.leaves)
    whole = {
        "ops": len(graph.ops),
        "leaves with gradient": gets_gradient,
        "leaves without gradient": len(graph.leaves) - gets_gradient,
        "constant arrays": graph.constants,
    }
    columns.append(("in the whole graph", tuple((what, n) for what, n in whole.items() if n)))
    return Digest(f"… {len(graph) - shown:,} more nodes …", tuple(columns))


def _top(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    ranked = sorted(counts.items(), key=lambda item: -item[1])  # of equal ones, the first used first
    if len(ranked) <= _ROWS:
        return tuple(ranked)
    rest = ranked[_ROWS - 1 :]
    return (*ranked[: _ROWS - 1], (f"{len(rest)} others", sum(n for _, n in rest)))
