"""A sheet of small images with what they show and what a net took them for, as an SVG document (floor 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.view.measure import fit, text_width
from tensorgraph.view.page import MARGIN, Paint, heading, page, px, text
from tensorgraph.view.palette import COLOURS, Theme
from tensorgraph.view.quote import legible, xml_text

__all__ = ["draw_digit_sheet"]

_PAINT: Final[tuple[Paint, ...]] = (
    ("card", "fill", COLOURS["module"]),
    ("ink", "fill", COLOURS["text"]),
    ("track", "fill", ("#dfe4ea", "#2a3442")),
)
_FIXED: Final = (".tg-ink{shape-rendering:crispEdges}",)

_IMAGE: Final = 112.0
_PAD: Final = 20.0
_CARD: Final = _IMAGE + 2 * _PAD
_GAP: Final = 14.0
_LEVELS: Final = 32
"""Shades of ink; a multiple of 16, so that the vendored digits are drawn exactly."""


def draw_digit_sheet(
    images: ArrayLike,
    true: Sequence[object] | NDArray[Any],
    predicted: Sequence[object] | NDArray[Any],
    confidence: ArrayLike | None = None,
    *,
    title: str = "Misclassified digits",
    subtitle: str = "",
    columns: int = 5,
    theme: Theme = "auto",
) -> str:
    """The images in rows, each with its caption "true 3 → predicted 8", as the text of an SVG document.

    Args:
        images: Shape (n, height, width), from 0 (paper) to 1 (ink).
        true: The n true labels, numbers or names.
        predicted: The n labels that the net gave.
        confidence: How sure the net was of each, from 0 to 1, drawn as a bar.
        title: The heading of the sheet.
        subtitle: A line below the heading.
        columns: How many images stand in a row.
        theme: "light", "dark", or "auto" for the reader's choice.

    Raises:
        ShapeError: the images are not of shape (n, height, width), or the others are not n.
        DtypeError: images or confidences are not real numbers.
        ArgumentError: a pixel or a confidence is not within [0, 1], `columns` < 1, or the theme is unknown.

    >>> svg = draw_digit_sheet([[[0.0, 1.0], [1.0, 0.5]]], true=[3], predicted=[8], confidence=[0.62])
    >>> svg.startswith("<svg"), "true 3 → predicted 8, confidence 62 %" in svg
    (True, True)
    """
    pixels = _fractions("images", images)
    if pixels.ndim != 3 or 0 in pixels.shape[1:]:
        raise ShapeError(f"images: expected shape (n, height, width), got {pixels.shape}")
    n = len(pixels)
    sure = None if confidence is None else _fractions("confidence", confidence)
    if len(true) != n or len(predicted) != n or (sure is not None and sure.shape != (n,)):
        got = f"{len(true)} true, {len(predicted)} predicted" + (
            f", confidence {sure.shape}" if sure is not None else ""
        )
        raise ShapeError(f"expected one label of each kind, and one confidence, for each of {n} images, got {got}")
    if columns < 1:
        raise ArgumentError(f"columns: expected at least 1, got {columns!r}")

    captions = [(legible(str(t)), legible(str(p))) for t, p in zip(true, predicted, strict=True)]
    pairs = "; ".join(f"true {t}, predicted {p}" for t, p in captions) or "none"
    # Class names may be long: then "true" and "predicted" take a line each, on all cards alike.
    two_lines = any(text_width(_caption(t, p), 11) > _CARD - 16 for t, p in captions)
    card = _IMAGE + _PAD + (51 if two_lines else 34) + (24 if sure is not None else 0)
    across = max(3, min(columns, n)) if columns >= 3 else columns
    width = 2 * MARGIN + across * (_CARD + _GAP) - _GAP
    body, top = heading(title, subtitle, width=width)
    for k, (label, image) in enumerate(zip(captions, pixels, strict=True)):
        x = MARGIN + k % across * (_CARD + _GAP)
        y = top + k // across * (card + _GAP)
        body += _draw_card(x, y, card, image, label, None if sure is None else float(sure[k]), two_lines)
    rows = -(-n // across)
    if not n:
        body.append(text(MARGIN, top + 16, ("muted", "There is none."), width=width - 2 * MARGIN))
    return page(
        body,
        width=width,
        height=top + (rows * (card + _GAP) - _GAP if n else 24) + MARGIN,
        title=title,
        description=f"{n:,} images: {pairs}.",
        theme=theme,
        paint=_PAINT,
        fixed=_FIXED,
    )


def _fractions(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """The values as floats between 0 and 1; what rounding has carried past an end is put back."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"{name}: expected real numbers, got dtype {array.dtype}")
    array = array.astype(np.float64)
    if not ((array > -1e-6) & (array < 1 + 1e-6)).all():
        raise ArgumentError(f"{name}: expected values from 0 to 1, got {array.min():.6g} to {array.max():.6g}")
    clipped: NDArray[np.float64] = np.clip(array, 0.0, 1.0)
    return clipped


def _caption(true: str, predicted: str) -> str:
    return f"true {true} → predicted {predicted}"


def _draw_card(
    x: float,
    y: float,
    height: float,
    image: NDArray[np.float64],
    label: tuple[str, str],
    sure: float | None,
    two_lines: bool,
) -> Iterator[str]:
    percent = "" if sure is None else f"{100 * sure:.0f} %"
    told = _caption(*label) + (f", confidence {percent}" if percent else "")
    yield f"<g><title>{xml_text(told)}</title>"
    yield f'<rect class="tg-card" x="{px(x)}" y="{px(y)}" width="{px(_CARD)}" height="{px(height)}" rx="8"/>'
    yield from _draw_image(x + _PAD, y + _PAD, image)
    line, middle = y + _PAD + _IMAGE + 20, x + _CARD / 2
    true, predicted = ("text tg-bold", label[0]), (f"{'text' if label[0] == label[1] else 'alarm'} tg-bold", label[1])
    if two_lines:
        for word, run in (("true", true), ("predicted", predicted)):
            room = _CARD - 16 - text_width(f"{word} ", 11)
            shown = (run[0], fit(run[1], room, 11))
            yield text(middle, line, ("muted", f"{word} "), shown, width=_CARD, anchor="middle")
            line += 17
        line -= 17
    else:
        runs = ("muted", "true "), true, ("muted", " → predicted "), predicted
        yield text(middle, line, *runs, width=_CARD, anchor="middle")
    if sure is not None:
        track = _IMAGE - 42
        for role, length in (("track", track), ("muted", track * sure)):
            place = f'x="{px(x + _PAD)}" y="{px(line + 15)}"'
            yield f'<rect class="tg-{role}" {place} width="{px(length)}" height="4" rx="2"/>'
        yield text(x + _CARD - _PAD, line + 21, ("muted", percent), width=40, anchor="end")
    yield "</g>"


def _draw_image(x: float, y: float, image: NDArray[np.float64]) -> Iterator[str]:
    """The pixels as squares: one path for each shade, along the rows, with neighbours of one shade joined."""
    shades = np.rint(image * _LEVELS).astype(int)
    side = _IMAGE / max(image.shape)
    side = np.floor(side) if side >= 1 else side  # whole pixels are crisp
    x += (_IMAGE - side * image.shape[1]) / 2
    y += (_IMAGE - side * image.shape[0]) / 2
    for shade in np.unique(shades[shades > 0]).tolist():
        runs = "".join(_runs(shades == shade))
        place = f'transform="translate({px(x)} {px(y)}) scale({side:.10g})"'
        yield f'<path class="tg-ink" fill-opacity="{shade / _LEVELS:.4g}" {place} d="{runs}"/>'


def _runs(mask: NDArray[np.bool_]) -> Iterator[str]:
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(line.astype(np.int8), prepend=0, append=0))
        for start, stop in edges.reshape(-1, 2).tolist():
            yield f"M{start} {row}h{stop - start}v1h{start - stop}z"
