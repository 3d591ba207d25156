"""From what a user wants to see to what is shown: nodes chosen, gradients gathered, cards written (floor 4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tensorgraph.core.sweep import history, reverse
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, GradientError
from tensorgraph.view.abridge import abridge
from tensorgraph.view.card import SHOWN, Card, Shown, make_card
from tensorgraph.view.modules import Modules
from tensorgraph.view.reach import Reach, original, reach
from tensorgraph.view.references import shorten
from tensorgraph.view.sketch import Sketch, sketch

__all__ = ["DEFAULT_MAX_NODES", "Subject", "prepare"]

DEFAULT_MAX_NODES: Final = 2000


@dataclass(frozen=True, slots=True)
class Subject:
    """What is drawn: the sketch, one card per node, and one sentence that says it all."""

    sketch: Sketch
    cards: list[Card]
    sentence: str


def prepare(obj: Any, show: Collection[Shown], max_nodes: int | None) -> Subject:
    """The nodes of `obj`'s graph and their cards, abridged when there are more than `max_nodes`.

    Raises:
        ArgumentError: `show` or `max_nodes` means nothing.
        RenderError: there is no tensor in `obj`.
    """
    if isinstance(show, str) or not set(show) <= set(SHOWN):
        raise ArgumentError(f"show: expected a collection of {', '.join(map(repr, SHOWN))}, got {show!r}")
    if max_nodes is not None and (type(max_nodes) is not int or max_nodes < 1):
        raise ArgumentError(f"max_nodes: expected a positive integer, or None for no limit, got {max_nodes!r}")
    graph = reach(obj)
    whole = max_nodes is None or len(graph) <= max_nodes
    drawing = shorten(sketch(graph)) if whole else abridge(graph, max_nodes or 1)
    grads = _gradients(graph, sweep=whole) if "grad" in show else {}
    paths = Modules(drawing.modules, {})
    cards = [make_card(node, grads, show, paths.path(node.module)) for node in drawing.nodes]
    counts = {"ops": len(graph.ops), "leaves": len(graph.leaves), "outputs": len(graph.outputs)}
    sentence = "Computational graph: " + ", ".join(f"{what} {n:,}" for what, n in counts.items())
    return Subject(drawing, cards, sentence)


def _gradients(graph: Reach, *, sweep: bool) -> dict[Tensor, np.ndarray[Any, Any]]:
    """The leaves' `.grad` and, once there is one, what a sweep from the one scalar output gives the nodes between.

    Leaves have what `backward` added up, however often it ran; nodes between have the gradient of this output. After
    a leaf took a new value the old graph has no such gradient, and none is shown.
    """
    grads: dict[Tensor, np.ndarray[Any, Any]] = {}
    for leaf in map(original, graph.leaves):
        if leaf._grad is not None:
            grads[leaf] = leaf._grad._data
    if not (grads and sweep and len(graph.outputs) == 1):
        return grads
    (output,) = graph.outputs
    if output._op is None or not output._requires or output.size != 1 or output.dtype.kind == "c":
        return grads
    nodes, _ = history((output,))
    try:
        with np.errstate(all="ignore"):
            found = reverse(nodes, {output: np.ones_like(output._data)}, sources=nodes)
    except GradientError:
        return grads
    between = {t: np.asarray(g) for t, g in found.items() if t._op is not None}
    return {**between, **grads}
