"""How wide text is before anyone has drawn it (floor 4; imports nothing of ours).

Every picture is set in the reader's own fixed-width font, so a line's width follows from its characters alone: 0.6 em
for most, 1 em for East Asian ones, more for emoji, nothing for combining marks.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["FONTS", "fit", "is_certain", "text_width"]

FONTS: Final = (
    "ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono','Liberation Mono',Consolas,'Courier New',Courier,monospace"
)
"""From the reader's own to what everyone has; all of them advance by 0.55 to 0.602 em."""

_NARROW: Final = 0.602
_WIDE: Final = 1.0
_EMOJI: Final = 1.35
_UNKNOWN: Final = 1.0
_LAST_EVERYWHERE: Final = "\u052f"
# Punctuation and mathematical signs that the pictures themselves use; every font above has them.
_SURE: Final = frozenset("…−×·±→∂∇≤≥≈∞⟨⟩")


def _advance(char: str) -> float:
    if char <= "\u02ff":
        return _NARROW
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    if "\U0001f000" <= char <= "\U0001faff" or "\u2600" <= char <= "\u27bf":
        return _EMOJI
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return _WIDE
    return _NARROW if char <= _LAST_EVERYWHERE or char in _SURE else _UNKNOWN


def text_width(text: str, size: float) -> float:
    """The width of one line at a font size, in the unit of `size`.

    >>> text_width("W1", 10.0), text_width("权重", 10.0)
    (12.04, 20.0)
    """
    if text.isascii():
        return len(text) * _NARROW * size
    return sum(map(_advance, text)) * size


def is_certain(text: str) -> bool:
    """Whether every fixed-width font draws the text at that width; if not, the picture must force it to."""
    return text.isascii() or all(char <= "\u02ff" or char in _SURE for char in text)


def fit(text: str, width: float, size: float) -> str:
    """The text, or its two ends around an ellipsis if it is wider than `width`.

    >>> fit("encoder.block.0.attention.weight", 100.0, 10.0)
    'encoder.….weight'
    """
    if text_width(text, size) <= width:
        return text
    room = width / size - _NARROW
    head, tail, left = 0, len(text), True
    while True:
        nearest = text[head] if left else text[tail - 1]
        room -= _advance(nearest)
        if room < 0:
            break
        head, tail, left = (head + 1, tail, False) if left else (head, tail - 1, True)
    while tail < len(text) and unicodedata.combining(text[tail]):  # a mark without its letter would sit on the ellipsis
        tail += 1
    return f"{text[:head]}…{text[tail:]}"
