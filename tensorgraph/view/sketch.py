"""A picture before it has a form: which nodes it shows, how they are joined, which modules enclose them (floor 4).

`sketch` shows every op, leaf and constant array; `view/abridge.py` shows the two ends of what is too large for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from tensorgraph.core.op import Op
from tensorgraph.core.tensor import Tensor
from tensorgraph.view.modules import Module, find_modules
from tensorgraph.view.reach import Reach, is_inline, original

__all__ = ["Digest", "Edge", "Kind", "Node", "Reference", "Sketch", "operand_names", "sketch"]

Kind = Literal["op", "output", "parameter", "leaf", "input", "constant", "group", "reference"]


@dataclass(frozen=True, slots=True)
class Digest:
    """What stands in a picture for many nodes: a title and counted things in columns."""

    title: str
    columns: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands beside an op for boxes that are far away: their captions."""

    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One box: a tensor, a constant array, or what stands for others; `module` is the number of its call, or -1."""

    kind: Kind
    value: Tensor | np.ndarray[Any, Any] | Digest | Reference
    module: int = -1


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow from an operand to its use; `flows` says whether a gradient comes back along it."""

    tail: int
    head: int
    operand: str
    flows: bool
    count: int = 1


@dataclass(slots=True)
class Sketch:
    """Nodes in topological order, the edges between them, and the module calls around them."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    modules: tuple[Module, ...] = ()
    note: str = ""


def sketch(graph: Reach) -> Sketch:
    """Every node and every edge of the graph."""
    modules = find_modules(graph.ops)
    drawing = Sketch(modules=modules.calls)
    places: dict[int, int] = {}
    outputs = set(graph.outputs)

    def place(x: Any, user_module: int) -> int:
        number = places.get(id(x))
        if number is None:
            kind = kind_of(x, outputs)
            module = user_module if kind in {"parameter", "constant"} else modules.of.get(x, -1)
            number = places[id(x)] = len(drawing.nodes)
            drawing.nodes.append(Node(kind, original(x) if isinstance(x, Tensor) else x, module))
        return number

    for t in graph.ops:
        module = modules.of.get(t, -1)
        tails = [(place(x, module), x, name) for x, name in shown_operands(t)]
        head = place(t, module)
        drawing.edges.extend(Edge(tail, head, name, flows(x, t)) for tail, x, name in tails)
    for t in graph.outputs:
        place(t, -1)
    return drawing


def kind_of(x: Any, outputs: Iterable[Tensor]) -> Kind:
    """What a tensor or a constant array is in the picture."""
    if not isinstance(x, Tensor):
        return "constant"
    if x._op is not None:
        return "output" if x in outputs else "op"
    if x._notes is not None and x._notes.get("parameter"):
        return "parameter"
    return "leaf" if x._requires else "input"


def shown_operands(t: Tensor) -> list[tuple[Any, str]]:
    """The operands of a node that are boxes of their own, with their names on the card; plain numbers are not."""
    if t._op is None:
        return []
    names = operand_names(t._op, t._inputs)
    return [(x, name) for x, name in zip(t._inputs, names, strict=True) if not is_inline(x)]


def operand_names(op: Op[Any], inputs: Sequence[Any]) -> list[str]:
    """What the card calls each operand; those of a variadic op are numbered."""
    if op.variadic:
        return [f"{op.operands[0]}[{i}]" for i in range(len(inputs))]
    return list(op.operands)


def flows(x: Any, use: Tensor) -> bool:
    """Whether a gradient comes back from `use` to the operand `x`."""
    return isinstance(x, Tensor) and x._requires and use._requires
