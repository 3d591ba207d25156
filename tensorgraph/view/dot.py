"""A sketch as DOT: `tg.to_dot` for users, and the bare skeleton that the layout engine gets (floor 4).

User text never names a node, stands in quotes of our own making, and is left out of the skeleton altogether.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import ceil
from typing import Any, Final, get_args

import graphviz

from tensorgraph.errors import ArgumentError
from tensorgraph.view.card import SHOWN, Card, Shown
from tensorgraph.view.legend import kinds, remarks
from tensorgraph.view.measure import fit, text_width
from tensorgraph.view.palette import COLOURS
from tensorgraph.view.places import Direction
from tensorgraph.view.quote import dot_lines, dot_string, legible
from tensorgraph.view.sides import find_sides, links
from tensorgraph.view.sketch import Sketch
from tensorgraph.view.subject import DEFAULT_MAX_NODES, Subject, prepare

__all__ = ["MODULE_FONT", "digraph", "module_title", "skeleton", "to_dot"]

_SHAPES: Final = {
    "op": "shape=box style=rounded",
    "output": "shape=box style=rounded peripheries=2",
    "parameter": "shape=octagon",
    "leaf": "shape=ellipse",
    "input": "shape=parallelogram",
    "constant": "shape=note",
    "group": "shape=box3d",
    "reference": 'shape=ellipse style="filled,dotted"',
}
_INCH: Final = 72.0
MODULE_FONT: Final = 11.0
_MODULE_WIDTH: Final = 300.0


def to_dot(
    obj: Any,
    *,
    direction: Direction = "TB",
    show: Collection[Shown] = SHOWN,
    max_nodes: int | None = DEFAULT_MAX_NODES,
) -> graphviz.Digraph:
    """The graph that leads to `obj` (a tensor, or a pytree of tensors) as a `graphviz.Digraph`.

    It shows what `tg.render` shows, in Graphviz's own shapes and one set of colours, and can be edited and drawn by
    the graphviz package; `.source` is the DOT text. Arguments and errors are those of `tg.render`.

    >>> import tensorgraph as tg
    >>> x = tg.tensor(3.0, requires_grad=True, name="x")
    >>> print(tg.to_dot(x * x).source.splitlines()[0])
    digraph tensorgraph {
    """
    return digraph(prepare(obj, show, max_nodes), direction)


def digraph(subject: Subject, direction: Direction) -> graphviz.Digraph:
    """The subject as a `graphviz.Digraph`."""
    made = graphviz.Digraph("tensorgraph")
    made.body.extend(f"\t{line}\n" for line in _statements(subject, direction, skeletal=False))
    return made


def skeleton(subject: Subject, direction: Direction) -> str:
    """DOT with the sizes of the boxes and the edges alone: all that a layout depends on."""
    return "\n".join(["digraph tensorgraph {", *_statements(subject, direction, skeletal=True), "}\n"])


def module_title(label: str) -> str:
    """The title that a module's cluster bears."""
    return fit(legible(label), _MODULE_WIDTH, MODULE_FONT) or "module"


def _statements(subject: Subject, direction: Direction, *, skeletal: bool) -> Iterator[str]:
    if direction not in get_args(Direction):
        raise ArgumentError(f'direction: expected "TB", "BT", "LR" or "RL", got {direction!r}')
    yield f"graph [rankdir={direction} ranksep=0.42 nodesep=0.3 nslimit=2 nslimit1=2]"
    yield f"graph [fontname=Courier fontsize={MODULE_FONT:g} labeljust=l]"
    if skeletal:
        yield 'node [shape=box fixedsize=true label=""]'
        yield "edge [arrowsize=0.7 fontname=Courier fontsize=11]"
    else:
        yield f'graph [bgcolor="{_light("paper")}" color="{_light("module-line")}"]'
        yield f'node [fontname=Courier fontsize=11 style=filled fontcolor="{_light("text")}" margin="0.14,0.08"]'
        yield f'edge [arrowsize=0.7 fontname=Courier fontsize=11 color="{_light("edge")}"]'
    yield from _nodes(subject.sketch, subject.cards, direction, skeletal)
    sides = find_sides(subject.sketch) if skeletal else {}
    beside = {i for found in sides.values() for i in found}
    for i, edge in enumerate(subject.sketch.edges):
        shown = f"×{edge.count:,}" if edge.count > 1 else ""
        spine = ["weight=5"] * (subject.sketch.nodes[edge.tail].kind == "op")
        if skeletal and i not in beside:
            yield f"n{edge.tail} -> n{edge.head} [{' '.join([f'id=e{i}', *spine, *_room(shown)])}]"
        elif not skeletal:
            look = [f"label={dot_string(shown)}"] * bool(shown) + ["style=dashed"] * (not edge.flows)
            yield f"n{edge.tail} -> n{edge.head} [{' '.join([*spine, *look])}]"
    for inner, outer, i in links(subject.sketch, sides):
        # Graphviz puts the head of a level edge to the right, or above: so the spine is to the left, or above.
        turned = direction in {"TB", "BT"}
        ends = f"n{inner} -> n{outer}" if turned else f"n{outer} -> n{inner}"
        count = subject.sketch.edges[i].count
        name = [f"id=e{i}", *_room(f"×{count:,}" if count > 1 else "")] * (i >= 0)
        yield f"{ends} [{' '.join(['minlen=0', 'weight=8', *['dir=back'] * turned, *name])}]"
    if not skeletal:
        yield from _legend(subject)


def _nodes(sketch: Sketch, cards: Sequence[Card], direction: Direction, skeletal: bool) -> Iterator[str]:
    """The nodes, each inside the clusters of its modules; an explicit stack, as modules nest to any depth."""
    children: dict[int, list[int]] = {}
    members: dict[int, list[int]] = {}
    for number, module in enumerate(sketch.modules):
        children.setdefault(module.parent, []).append(number)
    for number, node in enumerate(sketch.nodes):
        members.setdefault(node.module, []).append(number)
    stack: list[int | None] = [-1]
    while stack:
        number_or_end = stack.pop()
        if number_or_end is None:
            yield "}"
            continue
        if number_or_end >= 0:
            title = module_title(sketch.modules[number_or_end].label)
            room = f'"{"x" * _columns(title)}"' if skeletal else dot_string(title)
            look = "" if skeletal else f' style="rounded,filled" fillcolor="{_light("module")}"'
            yield f"subgraph cluster_{number_or_end} {{"
            yield f"graph [label={room} margin={18 if direction in {'LR', 'RL'} else 12}{look}]"
            stack.append(None)
        for number in members.get(number_or_end, ()):
            yield f"n{number} [{_attributes(cards[number], skeletal)}]"
        stack.extend(reversed(children.get(number_or_end, [])))


def _room(label: str) -> list[str]:
    """The attribute that makes room for an edge's label, of a text that is as wide."""
    return [f'label="{"x" * (len(label) + 2)}"'] if label else []


def _columns(text: str) -> int:
    """How many columns of Courier, whose width every engine knows, are as wide as the text."""
    return ceil(text_width(text, 1.0) / text_width("x", 1.0))


def _attributes(card: Card, skeletal: bool) -> str:
    size = f"width={card.width / _INCH:.3f} height={card.height / _INCH:.3f}"
    if skeletal:
        return size
    label = dot_lines(_lines(card))
    fill, line = _light(card.kind), _light(f"{card.kind}-line")
    return f'label={label} {size} {_SHAPES[card.kind]} fillcolor="{fill}" color="{line}"'


def _lines(card: Card) -> Iterator[str]:
    """The card's texts, those of equal height on one line."""
    rows: dict[float, list[str]] = {}
    for text in card.texts:
        rows.setdefault(text.y, []).append("".join(span.text for span in text.spans))
    return map("  ".join, rows.values())


def _legend(subject: Subject) -> Iterator[str]:
    yield f'subgraph cluster_legend {{ graph [label="legend" margin=8 style=rounded color="{_light("module-line")}"]'
    shown = kinds(subject.sketch)
    for kind, meaning in shown:
        fill, line = _light(kind), _light(f"{kind}-line")
        yield f'legend_{kind} [label="{meaning}" {_SHAPES[kind]} fillcolor="{fill}" color="{line}"]'
    names = [f"legend_{kind}" for kind, _ in shown]
    for i, remark in enumerate(remarks(subject)):
        names.append(f"legend_remark{i}")
        yield f"{names[-1]} [label={dot_string(remark)} shape=plaintext style=solid]"
    if len(names) > 1:
        yield f"{' -> '.join(names)} [style=invis]"
    yield "}"


def _light(role: str) -> str:
    return COLOURS[role][0]
