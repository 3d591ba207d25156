import doctest
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tensorgraph.view.curves as module
from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.view.curves import HUES, Panel, draw_curves
from tensorgraph.view.palette import COLOURS
from tensorgraph.view.series import read_series

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</title><script>alert(1)</script>",
    "]]>&amp;<!-- \" ' --",
    "nul \x00 bell \x07 vt \x0b escape \x1b",
    "lone \ud800 surrogate, \ufffe, \U0001f600",
    "right to left \u202e gnal, zero\u200bwidth, e\u0301\u0301\u0301",
    "权重" * 200,
    "W" * 1000,
    "a\nb\tc\rd",
    "",
    " ",
]


def drawn(svg):
    """The points of each curve, in pixels, piece by piece."""
    lines = [
        e for e in ET.fromstring(svg).iter(SVG + "path") if "tg-line" in e.get("class") and "h20" not in e.get("d")
    ]
    return [[tuple(map(float, point.split(","))) for point in e.get("d")[1:].split()] for e in lines]


def plot_frame(svg):
    """Left, top, width and height of the first panel's plot."""
    (path, *_) = [e.get("d") for e in ET.fromstring(svg).iter(SVG + "path") if e.get("class") == "tg-axis"]
    left, top, height, width = map(float, re.fullmatch(r"M(.*),(.*)v(.*)h(.*)", path).groups())
    return left, top, width, height


@given(
    label=st.text() | st.sampled_from(HOSTILE),
    names=st.lists(st.text() | st.sampled_from(HOSTILE), max_size=12, unique=True),
    title=st.text() | st.sampled_from(HOSTILE),
    width=st.integers(360, 900),
    log=st.booleans(),
    percent=st.booleans(),
    data=st.data(),
)
def test_nothing_breaks_out_of_the_page(read_page, label, names, title, width, log, percent, data):
    values = st.lists(st.floats(), max_size=6)
    curves = {name: data.draw(values) for name in names}
    svg = draw_curves(
        Panel(label, curves, log=log, percent=percent),
        Panel(label, {}),
        title=title or "untitled",
        subtitle=label,
        x_label=label,
        width=width,
    )
    root = read_page(svg)
    assert len(list(root.iter(SVG + "style"))) == 1
    groups = [e for e in root.iter(SVG + "g") if e[0].tag == SVG + "title"]
    assert len(groups) == len(names)
    assert (
        svg.encode()
        == draw_curves(
            Panel(label, curves, log=log, percent=percent),
            Panel(label, {}),
            title=title or "untitled",
            subtitle=label,
            x_label=label,
            width=width,
        ).encode()
    )


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=30),
    st.booleans(),
)
@example([1.7976931348623157e308, -1.7976931348623157e308, 0.0], False)
@example([5e-324, 1e-323, 0.0], True)
@example([5e-324, 1.7976931348623157e308], True)
@example([1.0, 1.0 + 2**-52], True)
def test_curves_show_their_values_in_proportion(values, log):
    svg = draw_curves(Panel("v", {"v": values}, log=log))
    left, top, width, height = plot_frame(svg)
    shown = [(k, v) for k, v in enumerate(values) if v > 0 or not log]
    if len(shown) < 2 or len(shown) != len(values):
        return
    (points,) = drawn(svg)
    assert [x for x, _ in points] == pytest.approx([left + width * k / (len(values) - 1) for k, _ in shown], abs=0.01)
    heights = np.array([(top + height - y) / height for _, y in points])
    assert ((heights >= -1e-4) & (heights <= 1 + 1e-4)).all()
    scaled = np.log10(values) if log else np.array(values) / max(1, *np.abs(values))
    order = np.argsort(scaled, kind="stable")
    assert (np.diff(heights[order]) >= -1e-4).all()
    if np.ptp(scaled) > 1e-12 and max(np.abs(values)) > 1e-300 and not (log and min(values) < 1e-300):
        # Three quarters of the height and more are used, and differences are in proportion.
        assert np.ptp(heights) > 0.5
        expected = np.ptp(heights) * (scaled - scaled.min()) / np.ptp(scaled)
        np.testing.assert_allclose(heights - heights.min(), expected, atol=1e-3)


def test_a_point_stands_where_the_ticks_say(lines_of, read_page):
    svg = draw_curves(Panel("loss", {"a": [0.0, 1.0, 4.0]}))
    ticks = {}
    for e in read_page(svg).iter(SVG + "text"):
        label = "".join(e.itertext())
        if e.get("text-anchor") == "end":
            ticks[float(label)] = float(e.get("y")) - 4
        if e.get("text-anchor") == "middle" and label.isdigit():
            ticks["x", int(label)] = float(e.get("x"))
    ((first, middle, last),) = drawn(svg)
    assert (first[1], middle[1], last[1]) == pytest.approx((ticks[0.0], ticks[1.0], ticks[4.0]), abs=0.02)
    assert (first[0], middle[0], last[0]) == pytest.approx([ticks["x", k] for k in (1, 2, 3)], abs=0.02)


def test_pairs_give_the_x_of_their_values():
    svg = draw_curves(Panel("loss", {"a": [[10, 30], [1.0, 2.0]], "b": [[10, 20, 30], [1.0, 1.0, 1.0]]}))
    left, _, width, _ = plot_frame(svg)
    a, b = drawn(svg)
    assert [x for x, _ in a] == pytest.approx([left, left + width], abs=0.02)
    assert [x for x, _ in b] == pytest.approx([left, left + width / 2, left + width], abs=0.02)


def test_panels_share_their_x_axis():
    svg = draw_curves(Panel("a", {"a": [1.0, 2.0, 3.0]}), Panel("b", {"b": [[1, 5], [1.0, 2.0]]}))
    left, _, width, _ = plot_frame(svg)
    a, b = drawn(svg)
    assert [x for x, _ in a] == pytest.approx([left, left + width / 4, left + width / 2], abs=0.02)
    assert [x for x, _ in b] == pytest.approx([left, left + width], abs=0.02)


def test_long_labels_of_x_stay_inside(read_page):
    for end in (1e9, 123_456_789_000.0, 1e-9, 1 + 1e-9):
        for width in (360, 760):
            read_page(draw_curves(Panel("loss", {"a": [[1.0, end], [0.0, 1.0]]}), width=width))


def test_values_that_cannot_be_drawn_leave_a_gap_and_are_counted(lines_of, read_page):
    values = [3.0, 2.0, np.nan, 1.0, np.inf, 0.5, 0.25, 0.0, -1.0]
    svg = draw_curves(Panel("loss", {"a": values}, log=True))
    assert [len(piece) for piece in drawn(svg)] == [2, 2]  # the lone 1.0 is a dot
    assert svg.count("<circle") == 2
    assert "4 values left out: NaN, infinite or not positive" in lines_of(read_page(svg))
    linear = draw_curves(Panel("loss", {"a": values}))
    assert [len(piece) for piece in drawn(linear)] == [2, 4]
    assert "2 values left out: NaN or infinite" in lines_of(read_page(linear))
    assert "1 value left out: NaN or infinite" in lines_of(read_page(draw_curves(Panel("", {"a": [1.0, np.nan]}))))
    assert "left out" not in draw_curves(Panel("loss", {"a": [1.0, 2.0]}))


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, np.inf]])
def test_a_panel_without_a_value_says_so(values, lines_of, read_page):
    assert "nothing to show" in lines_of(read_page(draw_curves(Panel("loss", {"a": values}))))
    assert "nothing to show" in lines_of(read_page(draw_curves(Panel("loss", {}))))


def test_the_key_tells_the_last_values(lines_of, read_page):
    root = read_page(
        draw_curves(
            Panel("accuracy", {"train": [0.5, 0.998], "held out": [0.25, 0.9861]}, percent=True),
            Panel("loss", {"train": [1.0, -0.0125], "lost": [1.0, np.nan], "void": []}),
        )
    )
    lines = lines_of(root)
    for line in ("train 99.8 %", "held out 98.6 %", "train −0.0125", "lost nan", "void no value"):
        assert line in lines
    assert "accuracy: train from 50 % to 99.8 % in 2 values, held out from 25 % to 98.6 %" in root[1].text


def test_percent_ends_at_a_hundred(lines_of, read_page):
    for values in ([1.0, 1.0, 1.0], [0.2, 1.0], [0.99, 0.995]):
        lines = lines_of(read_page(draw_curves(Panel("accuracy", {"a": values}, percent=True))))
        ticks = [float(line.removesuffix(" %")) for line in lines if re.fullmatch(r"[\d.]+ %", line)]
        assert max(ticks) <= 100
        assert len(ticks) >= 3


def test_many_values_are_thinned_without_losing_a_peak():
    rng = np.random.default_rng(0)
    values = rng.normal(size=100_000)
    values[31_415], values[92_653] = 50.0, -50.0
    svg = draw_curves(Panel("noise", {"a": values}))
    left, _, width, height = plot_frame(svg)
    (points,) = drawn(svg)
    assert len(points) < 4 * width + 8
    assert len(svg) < 100_000
    all_of_them = read_series({"a": values}, log=False, percent=False)[0]
    assert len(all_of_them.y) == 100_000
    # In each column the drawn points reach as high and as low as all values.
    lowest, highest = min(values), max(values)
    ys = np.array([y for _, y in points])
    assert np.ptp(ys) == pytest.approx(height / 1.12, abs=0.1)
    column = np.floor(np.array([x for x, _ in points]) - left).astype(int)
    place = np.floor(np.arange(100_000) / 99_999 * int(width)).astype(int)
    drawn_value = lowest + (ys.max() - ys) / np.ptp(ys) * (highest - lowest)
    for k in (0, 100, 222, int(width) - 2):
        here = values[np.abs(place - k) <= 1]
        shown = drawn_value[np.abs(column - k) <= 1]
        assert shown.max() == pytest.approx(here.max(), abs=0.02)
        assert shown.min() == pytest.approx(here.min(), abs=0.02)


def test_curves_that_go_back_in_x_are_drawn_whole():
    angle = np.linspace(0, 20, 5000)
    svg = draw_curves(Panel("spiral", {"a": [angle * np.cos(angle), angle * np.sin(angle)]}))
    assert len(drawn(svg)[0]) == 5000


def test_twenty_curves_differ_in_hue_or_dash():
    svg = draw_curves(Panel("loss", {f"curve {k}": [k, k + 1.0] for k in range(20)}))
    styles = {
        (e.get("class"), e.get("stroke-dasharray"))
        for e in ET.fromstring(svg).iter(SVG + "path")
        if "tg-line" in e.get("class")
    }
    assert len(styles) == 20


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1])
def test_curves_stand_out_from_the_paper(scheme):
    """WCAG 2.2, criterion 1.4.11: graphics have a contrast of 3 : 1 at least."""
    paper = luminance(COLOURS["paper"][scheme])
    for hue in HUES:
        low, high = sorted((luminance(hue[scheme]), paper))
        assert (high + 0.05) / (low + 0.05) >= 3


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8, bool])
def test_any_real_numbers_will_do(read_page, dtype):
    read_page(draw_curves(Panel("loss", {"a": np.array([1, 0, 1], dtype), "b": (3, 2, 1)})))


def test_what_is_refused():
    with pytest.raises(ArgumentError, match="at least one panel"):
        draw_curves()
    with pytest.raises(ArgumentError, match="width: expected at least 360 pixels, got 100"):
        draw_curves(Panel("loss", {}), width=100)
    with pytest.raises(ArgumentError, match="theme"):
        draw_curves(Panel("loss", {}), theme="blue")
    with pytest.raises(ShapeError, match=r"curve 'a': expected values of shape \(n,\), or \(2, n\) .* got \(3, 2\)"):
        draw_curves(Panel("loss", {"a": np.ones((3, 2))}))
    with pytest.raises(ShapeError, match=r"got \(\)"):
        draw_curves(Panel("loss", {"a": 1.0}))
    with pytest.raises(DtypeError, match="curve 'a': expected real numbers, got dtype complex128"):
        draw_curves(Panel("loss", {"a": [1j]}))


@pytest.mark.browser
@pytest.mark.parametrize("name", HOSTILE)
def test_a_browser_draws_it_all_inside_and_runs_nothing(browser, tmp_path, name):
    rng = np.random.default_rng(0)
    curves = {name: rng.random(50), "other" + name: rng.random(50) * 1e-9, "third": [1.0]}
    svg = draw_curves(Panel(name, curves, log=True), title=name or "t", subtitle=name, x_label=name, width=400)
    (tmp_path / "curves.svg").write_text(svg, encoding="utf-8")
    tab = browser.new_page()
    happened = []
    tab.on("dialog", lambda dialog: happened.append(dialog.message))
    tab.on("request", lambda request: happened.append(request.url))
    tab.goto((tmp_path / "curves.svg").as_uri())
    overflowing = tab.evaluate(
        """() => {
            const {width, height} = document.documentElement.viewBox.baseVal
            const out = b => b.x < -.5 || b.y < -.5 || b.x + b.width > width + .5 || b.y + b.height > height + .5
            const drawn = [...document.querySelectorAll('text,path,circle')]
            return drawn.filter(e => out(e.getBBox())).map(e => e.outerHTML)
        }"""
    )
    tab.close()
    assert overflowing == []
    assert happened == [(tmp_path / "curves.svg").as_uri()]


def test_its_examples_run():
    assert doctest.testmod(module).failed == 0
