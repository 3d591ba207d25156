"""The SVG page on which charts and sheets are drawn: its frame, its colours, text that keeps to its width (floor 4).

A page paints its own background, describes itself to a screen reader, wears the reader's light or dark colours, and has
the same bytes whenever it is made of the same data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from tensorgraph.errors import ArgumentError
from tensorgraph.view.measure import FONTS, fit, is_certain, text_width
from tensorgraph.view.palette import COLOURS, Theme
from tensorgraph.view.quote import legible, xml_text

__all__ = ["MARGIN", "Paint", "heading", "page", "px", "text"]

MARGIN: Final = 24.0

Paint = tuple[str, Literal["fill", "stroke"], tuple[str, str]]
"""A class, the property that it sets, and the colours of the light and of the dark page."""

_PAINT: Final[tuple[Paint, ...]] = tuple((role, "fill", COLOURS[role]) for role in ("paper", "text", "muted", "alarm"))
_TITLE_SIZE: Final = 15.0
_SIZE: Final = 11.0


def px(length: float) -> str:
    """A length in pixels, to a hundredth, as short as it goes.

    >>> px(3.0), px(0.126), px(-0.001)
    ('3', '0.13', '0')
    """
    digits = f"{length:.2f}".rstrip("0").rstrip(".")
    return digits if digits != "-0" else "0"


def text(
    x: float,
    y: float,
    *runs: tuple[str, str],
    width: float,
    size: float = _SIZE,
    anchor: Literal["start", "middle", "end"] = "start",
) -> str:
    """A line of text with its baseline at y, as runs of (class, text), each of them shortened to fit `width`.

    What a reader's font might draw wider than it was reckoned is held to the reckoned width.
    """
    spans = []
    for role, content in runs:
        shown = fit(legible(content), width, size)
        if not shown:
            continue
        held = (
            "" if is_certain(shown) else f' textLength="{px(text_width(shown, size))}" lengthAdjust="spacingAndGlyphs"'
        )
        spans.append(f'<tspan class="tg-{role}"{held}>{xml_text(shown)}</tspan>')
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{px(x)}" y="{px(y)}" font-size="{px(size)}"{side}>{"".join(spans)}</text>'


def heading(title: str, subtitle: str, *, width: float) -> tuple[list[str], float]:
    """The title and the line below it, on a page of that width, and where what follows may begin."""
    room = width - 2 * MARGIN
    lines = [text(MARGIN, MARGIN + 12, ("text tg-bold", title), width=room, size=_TITLE_SIZE)]
    if not subtitle:
        return lines, MARGIN + 28
    return [*lines, text(MARGIN, MARGIN + 31, ("muted", subtitle), width=room)], MARGIN + 46


def page(
    body: Iterable[str],
    *,
    width: float,
    height: float,
    title: str,
    description: str,
    theme: Theme,
    paint: Iterable[Paint] = (),
    fixed: Iterable[str] = (),
) -> str:
    """The SVG document of the body's elements; `paint` and `fixed` are the body's own style rules.

    Raises:
        ArgumentError: the theme is none of "auto", "light", "dark".
    """
    if theme not in ("auto", "light", "dark"):
        raise ArgumentError(f'theme: expected "auto", "light" or "dark", got {theme!r}')
    size = f'width="{px(width)}" height="{px(height)}" viewBox="0 0 {px(width)} {px(height)}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" class="tg-page-{theme}">',
        f"<title>{xml_text(legible(title))}</title>",
        f"<desc>{xml_text(legible(description))}</desc>",
        f"<style>{''.join(_rules(theme, (*_PAINT, *paint), fixed))}</style>",
        '<rect class="tg-paper" width="100%" height="100%"/>',
        *body,
        "</svg>\n",
    )
    return "\n".join(lines)


def _rules(theme: Theme, paint: Iterable[Paint], fixed: Iterable[str]) -> Iterator[str]:
    scope = f".tg-page-{theme} "
    yield f"{scope}text{{font-family:{FONTS};white-space:pre}}{scope}.tg-bold{{font-weight:700}}"
    yield from (f"{scope}{rule}" for rule in fixed)
    schemes = {"light": (0,), "dark": (1,), "auto": (0, 1)}[theme]
    for k, scheme in enumerate(schemes):
        rules = "".join(f"{scope}.tg-{role}{{{name}:{colours[scheme]}}}" for role, name, colours in paint)
        yield rules if k == 0 else f"@media(prefers-color-scheme:dark){{{rules}}}"
