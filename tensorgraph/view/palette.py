"""The colours of the pictures, for light and for dark surroundings, and the style sheet made from them (floor 4).

A picture paints its own background, so it is legible wherever it is put; which of the two sets it wears follows the
reader's `prefers-color-scheme`, unless `theme` fixes it. Text has a contrast of at least 4.5 : 1 on every surface
(WCAG 2.2, criterion 1.4.3), outlines and edges at least 3 : 1 (1.4.11); a test computes both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from tensorgraph.errors import ArgumentError
from tensorgraph.view.measure import FONTS

__all__ = ["COLOURS", "Theme", "style_sheet"]

Theme = Literal["auto", "light", "dark"]

COLOURS: Final[dict[str, tuple[str, str]]] = {
    # role: (light, dark)
    "paper": ("#ffffff", "#10151c"),
    "text": ("#1c2430", "#e8edf3"),
    "muted": ("#5a6675", "#9dabbb"),
    "edge": ("#7a8797", "#76859a"),
    "grad": ("#a8321f", "#ff9d85"),
    "alarm": ("#c01528", "#ff8a8f"),
    "module": ("#f4f6f9", "#171e28"),
    "module-line": ("#7d8a9a", "#6b7a8e"),
    "op": ("#ffffff", "#1f2835"),
    "op-line": ("#66758a", "#8494a8"),
    "output": ("#f4ebfd", "#2b1f40"),
    "output-line": ("#8442c8", "#bb8ff2"),
    "parameter": ("#fff3d9", "#352a12"),
    "parameter-line": ("#b26f00", "#e2ab4c"),
    "leaf": ("#e3f6ea", "#12301f"),
    "leaf-line": ("#22834a", "#5cc587"),
    "input": ("#e5f1fe", "#11293f"),
    "input-line": ("#2570b8", "#66aeee"),
    "constant": ("#f2f4f6", "#242b35"),
    "constant-line": ("#6f7b8a", "#8a97a8"),
    "group": ("#eef0f4", "#222a36"),
    "group-line": ("#66758a", "#8494a8"),
    "reference": ("#ffffff", "#10151c"),
    "reference-line": ("#66758a", "#8494a8"),
}

_KINDS: Final = ("op", "output", "parameter", "leaf", "input", "constant", "group", "reference")

# (selector, property, role)
_PAINT: Final[tuple[tuple[str, str, str], ...]] = (
    (".tg-paper", "fill", "paper"),
    (".tg-name", "fill", "text"),
    (".tg-text", "fill", "text"),
    (".tg-muted", "fill", "muted"),
    (".tg-title", "fill", "muted"),
    (".tg-title", "stroke", "module"),
    (".tg-grad", "fill", "grad"),
    (".tg-alarm", "fill", "alarm"),
    (".tg-module", "fill", "module"),
    (".tg-module", "stroke", "module-line"),
    (".tg-edge", "stroke", "edge"),
    (".tg-tip", "fill", "edge"),
    *((f".tg-card.tg-{kind}", "fill", kind) for kind in _KINDS),
    *((f".tg-{kind}", "stroke", f"{kind}-line") for kind in _KINDS),
)

_FIXED: Final = (
    ("text", f"font-family:{FONTS};font-size:11px;white-space:pre"),
    (".tg-name", "font-size:12px;font-weight:700"),
    (".tg-title", "font-weight:600;paint-order:stroke;stroke-width:4px;stroke-linejoin:round"),
    (".tg-card", "stroke-width:1.3;stroke-linejoin:round"),
    (".tg-constant", "stroke-dasharray:4 2.5"),
    (".tg-reference", "stroke-dasharray:1.5 2"),
    (".tg-inner", "fill:none;stroke-width:1"),
    (".tg-rule", "fill:none;stroke-width:1;stroke-opacity:.35;stroke-dasharray:none"),
    (".tg-module", "stroke-width:1;stroke-opacity:.65"),
    (".tg-edge", "fill:none;stroke-width:1.2"),
    (".tg-still", "stroke-dasharray:3 3"),
    (".tg-node:hover .tg-card", "stroke-width:2.4"),
    (".tg-link:hover .tg-edge", "stroke-width:2.4"),
)


def style_sheet(theme: Theme) -> str:
    """The rules for a picture whose root element has the classes `tg` and `tg-<theme>`.

    Colours stand in the rules themselves, as many programs that show SVG know no CSS variables.

    Raises:
        ArgumentError: the theme is none of "auto", "light", "dark".
    """
    if theme not in ("auto", "light", "dark"):
        raise ArgumentError(f'theme: expected "auto", "light" or "dark", got {theme!r}')
    scope = f".tg-{theme} "
    fixed = "".join(f"{scope}{selector}{{{declarations}}}" for selector, declarations in _FIXED)
    painted = "".join(_rules(scope, int(theme == "dark")))
    if theme != "auto":
        return fixed + painted
    # The canvas around a picture that is shown by itself follows too.
    in_dark = "".join(_rules(scope, 1))
    return f".tg-auto{{color-scheme:light dark}}{fixed}{painted}@media(prefers-color-scheme:dark){{{in_dark}}}"


def _rules(scope: str, scheme: int) -> Iterator[str]:
    for selector, attribute, role in _PAINT:
        yield f"{scope}{selector}{{{attribute}:{COLOURS[role][scheme]}}}"
