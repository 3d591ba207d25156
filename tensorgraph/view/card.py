"""What stands in a box, where, and how large the box must be (floor 4; imports core).

A card has a title line (name, op, shape) and up to two lines of figures (value, gradient); the box of a digest has
columns of counts. Text is placed here once, so that the layout engine needs sizes alone and never sees a user's text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np

from tensorgraph.core.tensor import Tensor
from tensorgraph.view.figures import Statistics, number, summary, warning
from tensorgraph.view.measure import fit, text_width
from tensorgraph.view.quote import legible
from tensorgraph.view.signature import call, signature
from tensorgraph.view.sketch import Digest, Kind, Node, Reference

__all__ = ["LINE", "SHOWN", "Card", "Shown", "Span", "Text", "make_card", "span_width"]

Shown = Literal["shape", "dtype", "value", "grad"]
SHOWN: Final[tuple[Shown, ...]] = get_args(Shown)

LINE: Final = 16.0
_SIZES: Final = {"name": 12.0}
_SIZE: Final = 11.0
_PAD_Y: Final = 8.0
_PAD_X: Final[dict[Kind, float]] = {"leaf": 15.0, "parameter": 13.0, "input": 19.0, "output": 14.0}
_GAP: Final = 16.0
_LISTED: Final = 100
_LONGEST: Final = 230.0
_KEY: Final = 6 * text_width("x", _SIZE)


class Span(NamedTuple):
    """A run of text in one style: "name", "title", "text", "muted", "grad" or "alarm"."""

    text: str
    style: str


class Text(NamedTuple):
    """A line at (x, baseline y) from the box's upper left corner; it starts or ends there."""

    x: float
    y: float
    anchor: Literal["start", "end"]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A box: its size, its lines, the x positions and y of its rules, and what a pointer resting on it reads."""

    kind: Kind
    width: float
    height: float
    texts: tuple[Text, ...]
    tooltip: str
    rule: float | None = None


def span_width(spans: tuple[Span, ...]) -> float:
    """The width of a line."""
    return sum(text_width(span.text, _SIZES.get(span.style, _SIZE)) for span in spans)


def make_card(node: Node, grads: Mapping[Tensor, Any], show: Collection[Shown], path: str) -> Card:
    """The card of a node; `grads` holds the gradients to show, `path` names the module around it."""
    if isinstance(node.value, Digest):
        return _digest_card(node.value)
    if isinstance(node.value, Reference):
        return _reference_card(node.value)
    value = node.value
    array = value._data if isinstance(value, Tensor) else value
    grad = grads.get(value) if isinstance(value, Tensor) else None
    left = _title(node)
    right = _form(array, show)
    rows: list[tuple[Span, ...]] = []
    if "value" in show:
        rows += _figures("value", array, "text")
    if "grad" in show and grad is not None:
        rows += _figures("grad", grad, "grad")
    pad = _PAD_X.get(node.kind, 12.0)
    inner = max(
        [span_width(left) + (_GAP + span_width(right) if right else 0), *(_KEY + span_width(r[1:]) for r in rows)]
    )
    width = 2 * pad + inner
    baseline = _PAD_Y + 12
    texts = [Text(pad, baseline, "start", left)]
    if right:
        texts.append(Text(width - pad, baseline, "end", right))
    for i, (key, *figures) in enumerate(rows, 1):
        y = baseline + 4 + i * LINE
        texts += [Text(pad, y, "start", (key,)), Text(pad + _KEY, y, "start", tuple(figures))]
    height = 2 * _PAD_Y + LINE + (len(rows) * LINE + 4 if rows else 0)
    rule = _PAD_Y + LINE + 2 if rows else None
    return Card(node.kind, width, height, tuple(texts), _tooltip(node, array, grad, path), rule)


def _title(node: Node) -> tuple[Span, ...]:
    value = node.value
    name = legible(value._name) if isinstance(value, Tensor) and value._name else ""
    if isinstance(value, Tensor) and value._op is not None:
        op = fit(signature(value), _LONGEST, _SIZE)
        return (Span(fit(name, _LONGEST, 12.0), "name"), Span(f"  {op}", "muted")) if name else (Span(op, "name"),)
    return (Span(fit(name, _LONGEST, 12.0), "name"),) if name else (Span(node.kind, "muted"),)


def _form(array: np.ndarray[Any, Any], show: Collection[Shown]) -> tuple[Span, ...]:
    parts = []
    if "dtype" in show and array.dtype != np.float64:
        parts.append(array.dtype.name)
    if "shape" in show:
        parts.append(str(array.shape) if array.ndim else "scalar")
    return (Span(" ".join(parts), "muted"),) if parts else ()


def _figures(key: str, array: np.ndarray[Any, Any], style: str) -> list[tuple[Span, ...]]:
    if array.size == 1 and not np.isfinite(array).all():
        style = "alarm"
    rows: list[tuple[Span, ...]] = [(Span(key, "muted"), Span(summary(array), style))]
    if trouble := warning(array):
        rows.append((Span("", "muted"), Span(trouble, "alarm")))
    return rows


def _tooltip(node: Node, array: np.ndarray[Any, Any], grad: np.ndarray[Any, Any] | None, path: str) -> str:
    value = node.value
    lines = []
    if isinstance(value, Tensor):
        name = legible(value._name) if value._name else ""
        made = call(value) if value._op is not None else node.kind
        lines.append(f"{name} = {made}" if name and value._op is not None else f"{name} ({made})" if name else made)
    else:
        lines.append("constant")
    lines.append(f"{array.dtype.name} {array.shape}, {array.nbytes:,} bytes")
    lines += _long_figures("value", array)
    if grad is not None:
        lines += _long_figures("grad", grad)
    if path:
        lines.append(f"in {path}")
    return "\n".join(lines)


def _long_figures(key: str, array: np.ndarray[Any, Any]) -> list[str]:
    if not array.size:
        return [f"{key}: empty"]
    if array.size == 1:
        return [f"{key}: {array.item()!r}"]
    s = Statistics.of(array)
    parts = [f"{what} {number(x, 6)}" for what, x in (("mean", s.mean), ("std", s.std), ("min", s.min), ("max", s.max))]
    trouble = warning(array)
    return [f"{key}: {', '.join(parts)}{f', {trouble}' if trouble else ''}"]


def _reference_card(reference: Reference) -> Card:
    captions = [legible(caption) for caption in reference.captions]
    few = captions if len(captions) <= 4 else [*captions[:2], "…", captions[-1]]
    text = (Span(fit(", ".join(few), _LONGEST, _SIZE), "text"),)
    pad = 12.0
    tooltip = "drawn elsewhere: " + ", ".join(captions[:_LISTED] + ["…"] * (len(captions) > _LISTED))
    return Card("reference", 2 * pad + span_width(text), 24, (Text(pad, 16, "start", text),), tooltip)


def _digest_card(digest: Digest) -> Card:
    pad, gap = 14.0, 22.0
    title = (Span(digest.title, "name"),)
    baseline = _PAD_Y + 12
    texts = [Text(pad, baseline, "start", title)]
    x = pad
    for heading, rows in digest.columns:
        cells = [(fit(legible(what), _LONGEST, _SIZE), f"{n:,}") for what, n in rows]
        wide = max([text_width(f"{what}  {n}", _SIZE) for what, n in cells] + [text_width(heading, _SIZE)])
        texts.append(Text(x, baseline + 6 + LINE, "start", (Span(heading, "muted"),)))
        for i, (what, n) in enumerate(cells, 2):
            y = baseline + 6 + i * LINE
            texts += [
                Text(x, y, "start", (Span(what, "text"),)),
                Text(x + wide, y, "end", (Span(n, "text"),)),
            ]
        x += wide + gap
    deepest = max((len(rows) for _, rows in digest.columns), default=0)
    width = max(x - gap, pad + span_width(title)) + pad
    height = 2 * _PAD_Y + 6 + LINE * (2 + deepest)
    counted = "\n".join(f"{legible(what)}: {n:,}" for _, rows in digest.columns for what, n in rows)
    return Card("group", width, height, tuple(texts), f"{digest.title}\n{counted}", _PAD_Y + LINE + 3)
