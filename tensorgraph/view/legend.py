"""The key to a picture: the kinds of boxes and arrows that occur in it, and the notation of its figures (floor 4)."""

from __future__ import annotations

from typing import Final

from tensorgraph.view.sketch import Kind, Sketch
from tensorgraph.view.subject import Subject

__all__ = ["edge_kinds", "kinds", "remarks"]

MEANING: Final[dict[Kind, str]] = {
    "input": "leaf without gradient",
    "leaf": "leaf with gradient",
    "parameter": "parameter",
    "constant": "constant array",
    "op": "op",
    "output": "output",
    "group": "many nodes",
    "reference": "box drawn elsewhere",
}


def kinds(sketch: Sketch) -> list[tuple[Kind, str]]:
    """The kinds of boxes that occur, each with its meaning."""
    present = {node.kind for node in sketch.nodes}
    return [(kind, meaning) for kind, meaning in MEANING.items() if kind in present]


def edge_kinds(sketch: Sketch) -> list[tuple[bool, str]]:
    """The kinds of arrows that occur: whether no gradient comes back along it, and the meaning."""
    present = {not edge.flows for edge in sketch.edges}
    return [
        (still, meaning)
        for still, meaning in ((False, "gradient flows back"), (True, "no gradient"))
        if still in present
    ]


def remarks(subject: Subject) -> list[str]:
    """What else a reader must know: the notation of the figures, and what was left out."""
    cards = [card for card in subject.cards if card.kind not in {"group", "reference"}]
    spans = [span for card in cards for text in card.texts for span in text.spans]
    said = []
    if any("±" in span.text for span in spans if span.style in {"text", "grad"}):
        said.append("mean ± standard deviation  [min, max]")
    if subject.sketch.note:
        said.append(subject.sketch.note)
    return said
