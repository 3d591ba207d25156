"""The picture as an SVG document: no script, nothing from outside, the same bytes on every run (floor 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tensorgraph.view.card import Card, Span
from tensorgraph.view.dot import module_title
from tensorgraph.view.elements import arrow, line, shape, tooltip
from tensorgraph.view.key import draw_key
from tensorgraph.view.layout import Layout, lay_out
from tensorgraph.view.palette import Theme
from tensorgraph.view.places import Direction
from tensorgraph.view.quote import legible, xml_attr
from tensorgraph.view.shapes import decimal, path
from tensorgraph.view.sketch import Edge
from tensorgraph.view.subject import Subject

__all__ = ["draw"]

_MARGIN: Final = 18.0
_KEY_GAP: Final = 24.0


def draw(subject: Subject, style: str, *, direction: Direction, theme: Theme, legend: bool, timeout: float) -> str:
    """The SVG of a subject, laid out by the engine, in the colours of a style sheet."""
    layout = lay_out(subject, direction, timeout)
    width, height = layout.width, layout.height
    parts = [*_modules(subject, layout), *_edges(subject, layout), *_titles(subject, layout)]
    parts += _nodes(subject, layout)
    if legend:
        key = draw_key(subject, height + _KEY_GAP, width)
        parts += [f'<g class="tg-legend">{"".join(key.parts)}</g>']
        width, height = max(width, key.width), height + _KEY_GAP + key.height
    w, h = decimal(width + 2 * _MARGIN), decimal(height + 2 * _MARGIN)
    size = f'width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
    about = f'role="img" aria-label={xml_attr(subject.sentence)}'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tg tg-{theme}" {size} {about}>',
            f"<style>{style}</style>",
            f'<rect class="tg-paper" width="{w}" height="{h}" rx="8"/>',
            f'<g transform="translate({decimal(_MARGIN)} {decimal(_MARGIN)})">',
            *parts,
            "</g>",
            "</svg>\n",
        ]
    )


def _modules(subject: Subject, layout: Layout) -> Iterator[str]:
    for number, (box, _) in sorted(layout.modules.items()):
        x, y, w, h = map(decimal, box)
        frame = f'<rect class="tg-module" x="{x}" y="{y}" width="{w}" height="{h}" rx="10"/>'
        yield f"<g>{tooltip(legible(subject.sketch.modules[number].label))}{frame}</g>"


def _titles(subject: Subject, layout: Layout) -> Iterator[str]:
    """The modules' titles, drawn above the arrows, with a halo."""
    for number, (box, baseline) in sorted(layout.modules.items()):
        yield from line(box.x + 11, baseline, (Span(module_title(subject.sketch.modules[number].label), "title"),))


def _edges(subject: Subject, layout: Layout) -> Iterator[str]:
    for edge, way in zip(subject.sketch.edges, layout.edges, strict=True):
        label = ""
        if way.label is not None and edge.count > 1:
            label = "".join(line(way.label.x, way.label.y + 4, (Span(f"×{edge.count:,}", "muted"),), "middle"))
        story = tooltip(_story(edge, subject.cards))
        yield f'<g class="tg-link">{story}{"".join(arrow(way, still=not edge.flows))}{label}</g>'


def _story(edge: Edge, cards: list[Card]) -> str:
    tail, head = (cards[end].texts[0].spans[0].text for end in (edge.tail, edge.head))
    return f"{tail} → {head}{f' (operand {edge.operand})' if edge.operand else ''}"


def _nodes(subject: Subject, layout: Layout) -> Iterator[str]:
    for card, box in zip(subject.cards, layout.nodes, strict=True):
        parts = [tooltip(card.tooltip), *shape(card.kind, box)]
        if card.rule is not None:
            y = box.y + card.rule
            inset = 12.0
            rule = path([(box.x + inset, y), (box.x + box.width - inset, y)], closed=False)
            parts.append(f'<path class="tg-{card.kind} tg-rule" d="{rule}"/>')
        for text in card.texts:
            parts += line(box.x + text.x, box.y + text.y, text.spans, text.anchor)
        yield f'<g class="tg-node">{"".join(parts)}</g>'
