import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph.view.page as module
from tensorgraph.errors import ArgumentError
from tensorgraph.view.page import page, px, text
from tensorgraph.view.quote import legible


def draw(body=(), theme="auto", **options):
    return page(body, width=300, height=100, title="t", description="d", theme=theme, **options)


@given(st.floats(-1e6, 1e6))
def test_px_is_short_and_exact_to_a_hundredth(length):
    assert abs(float(px(length)) - length) <= 0.005 + 1e-9
    assert px(length) not in {"-0", ""}
    assert "e" not in px(length)


def test_a_line_of_text_is_shortened_to_its_width(read_page, lines_of):
    root = read_page(draw([text(10, 20, ("text", "x" * 500), width=280)]))
    (line,) = lines_of(root)
    assert len(line) * 0.602 * 11 <= 280
    assert "…" in line


@pytest.mark.parametrize("hostile", ["</title><script>alert(1)</script>", "]]>&amp;", "\x00\x0b \ud800 \ufffe", "a\nb"])
def test_text_from_outside_stays_text(read_page, lines_of, hostile):
    svg = page(
        [text(10, 20, ("text", hostile), width=280)],
        width=300,
        height=100,
        title=hostile,
        description=hostile,
        theme="auto",
    )
    root = read_page(svg)
    assert [root[0].text, root[1].text, *lines_of(root)] == [legible(hostile)] * 3


def test_what_fonts_may_draw_wider_is_held_to_its_width():
    assert "textLength" not in text(0, 0, ("text", "plain é"), width=100)
    assert 'textLength="22"' in text(0, 0, ("text", "权重"), width=100)


def test_the_theme_chooses_the_rules():
    auto, light, dark = (draw(theme=theme) for theme in ("auto", "light", "dark"))
    assert auto.count("@media(prefers-color-scheme:dark)") == 1
    assert "@media" not in light + dark
    assert "#10151c" in dark
    assert "#10151c" not in light
    for theme, svg in (("auto", auto), ("light", light), ("dark", dark)):
        assert f'class="tg-page-{theme}"' in svg
        rules = svg.split("<style>")[1].split("</style>")[0].replace("@media(prefers-color-scheme:dark){", "")
        selectors = [rule.partition("{")[0] for rule in rules.split("}") if rule]
        assert all(
            selector.startswith(f".tg-page-{theme} ") for selector in selectors
        )  # nothing leaks into an HTML page


def test_an_unknown_theme_is_refused():
    with pytest.raises(ArgumentError, match='theme: expected "auto", "light" or "dark", got \'Dark\''):
        draw(theme="Dark")


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(16, 21, 28)")])
def test_the_reader_s_scheme_colours_the_page(browser, tmp_path, scheme, paper):
    for theme in ("auto", "light", "dark"):
        (tmp_path / "page.svg").write_text(draw(theme=theme), encoding="utf-8")
        context = browser.new_context(color_scheme=scheme)
        tab = context.new_page()
        tab.goto((tmp_path / "page.svg").as_uri())
        fill = tab.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        expected = {"auto": paper, "light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}[theme]
        context.close()
        assert fill == expected


def test_its_examples_run():
    assert doctest.testmod(module).failed == 0
