"""Colours: legible in both schemes, by the contrast that WCAG 2.2 defines; the style sheet holds all of them."""

import itertools

import pytest

from tensorgraph.errors import ArgumentError
from tensorgraph.view.palette import COLOURS, style_sheet

KINDS = ("op", "output", "parameter", "leaf", "input", "constant", "group")
SURFACES = ("paper", "module", *KINDS)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(("text", "surface"), [*itertools.product(("text", "muted", "grad", "alarm"), SURFACES)])
def test_text_is_legible_on_every_surface(scheme: int, text: str, surface: str) -> None:
    assert contrast(COLOURS[text][scheme], COLOURS[surface][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("line", "surface"),
    [(f"{kind}-line", surface) for kind in KINDS for surface in (kind, "paper", "module")]
    + [("edge", "paper"), ("edge", "module"), ("module-line", "paper")],
)
def test_lines_are_visible(scheme: int, line: str, surface: str) -> None:
    assert contrast(COLOURS[line][scheme], COLOURS[surface][scheme]) >= 3


def test_the_style_sheet_follows_the_reader() -> None:
    light, dark, auto = style_sheet("light"), style_sheet("dark"), style_sheet("auto")
    assert "prefers-color-scheme" in auto
    assert "prefers-color-scheme" not in light + dark
    for role, (by_day, by_night) in COLOURS.items():
        assert by_day in light, role
        assert by_night in dark, role
        assert by_day in auto, role
        assert by_night in auto, role


def test_two_themes_on_one_page_do_not_meet() -> None:
    """Every rule is inside the scope of its own theme, as a page may hold pictures of several."""
    for theme in ("auto", "light", "dark"):
        text = style_sheet(theme).replace("@media(prefers-color-scheme:dark){", "")
        selectors = [rule.partition("{")[0] for rule in text.split("}") if rule]
        assert all(selector.startswith(f".tg-{theme}") for selector in selectors)


def test_an_unknown_theme() -> None:
    with pytest.raises(ArgumentError, match='"auto", "light" or "dark", got \'sepia\''):
        style_sheet("sepia")  # type: ignore[arg-type]
