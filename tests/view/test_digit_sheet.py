import doctest
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph.view.digit_sheet as module
from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.view.digit_sheet import draw_digit_sheet

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["</title><script>alert(1)</script>", "\x00\x0b\x1b", "\ud800\ufffe", "权重" * 99, "\u202eabc", "W" * 500, ""]
RNG = np.random.default_rng(0)
SIXTEENTHS = RNG.integers(0, 17, (3, 8, 8)) / 16


def ink(svg, shape):
    """The drawn images read back from their paths, pixel by pixel, and the side of a pixel."""
    images, sides = [], set()
    for card in (e for e in ET.fromstring(svg).iter(SVG + "g")):
        image = np.zeros(shape)
        for path in (e for e in card if e.get("class") == "tg-ink"):
            sides.add(float(re.search(r"scale\((.*)\)", path.get("transform"))[1]))
            for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path.get("d")):
                run = image[int(row), int(column) : int(column) + int(length)]
                assert not run.any()  # no pixel is drawn twice
                assert len(run) == int(length)
                run[...] = float(path.get("fill-opacity"))
        images.append(image)
    return np.array(images), sides


def test_sixteenths_are_drawn_exactly_and_crisply():
    svg = draw_digit_sheet(SIXTEENTHS, [1, 2, 3], [4, 5, 6])
    images, sides = ink(svg, (8, 8))
    np.testing.assert_array_equal(images, SIXTEENTHS)
    assert sides == {14.0}
    assert "shape-rendering:crispEdges" in svg


@pytest.mark.parametrize("shape", [(28, 20), (1, 1), (3, 200), (8, 1)])
def test_images_of_any_shape_keep_their_proportions(read_page, shape):
    pixels = RNG.random((2, *shape))
    svg = draw_digit_sheet(pixels, [1, 2], [3, 4])
    read_page(svg)
    images, (side,) = ink(svg, shape)
    np.testing.assert_allclose(images, pixels, atol=1 / 64 + 1e-4)
    assert side * max(shape) <= 112 + 1e-6


@given(
    labels=st.lists(st.tuples(*[st.text() | st.integers(0, 9) | st.sampled_from(HOSTILE)] * 2), max_size=7),
    columns=st.integers(1, 9),
    confident=st.booleans(),
    title=st.text(min_size=1) | st.sampled_from(HOSTILE[:-1]),
)
def test_nothing_breaks_out_of_the_page(read_page, labels, columns, confident, title):
    n = len(labels)
    true, predicted = [t for t, _ in labels], [p for _, p in labels]
    images = np.broadcast_to(SIXTEENTHS[0], (n, 8, 8))
    sure = np.linspace(0, 1, n) if confident else None

    def draw():
        return draw_digit_sheet(images, true, predicted, sure, title=title, subtitle=title, columns=columns)

    root = read_page(draw())
    assert len(list(root.iter(SVG + "g"))) == n
    assert len(list(root.iter(SVG + "style"))) == 1
    assert draw().encode() == draw().encode()


def test_captions_say_what_was_meant_and_what_was_read(read_page, lines_of):
    root = read_page(draw_digit_sheet(SIXTEENTHS, [3, 5, 1], np.array([8, 6, 7]), [0.62, 1.0, 0.004]))
    assert lines_of(root)[1:] == [
        *("true 3 → predicted 8", "62 %"),
        *("true 5 → predicted 6", "100 %"),
        *("true 1 → predicted 7", "0 %"),
    ]
    told = [e[0].text for e in root.iter(SVG + "g")]
    assert told[0] == "true 3 → predicted 8, confidence 62 %"
    assert root[1].text == "3 images: true 3, predicted 8; true 5, predicted 6; true 1, predicted 7."


def test_long_names_take_two_lines_on_all_cards(read_page, lines_of):
    root = read_page(draw_digit_sheet(SIXTEENTHS[:2], ["ankle boot", 1], ["sandal", 2]))
    assert lines_of(root)[1:] == ["true ankle boot", "predicted sandal", "true 1", "predicted 2"]


def test_bars_are_as_long_as_the_confidence():
    svg = draw_digit_sheet(SIXTEENTHS, [1, 2, 3], [4, 5, 6], [0.0, 0.25, 1.0])
    bars = [e for e in ET.fromstring(svg).iter(SVG + "rect") if e.get("height") == "4"]
    lengths = np.array([float(bar.get("width")) for bar in bars]).reshape(3, 2)
    np.testing.assert_allclose(lengths[:, 1] / lengths[:, 0], [0.0, 0.25, 1.0], atol=1e-3)


def test_cards_do_not_overlap():
    svg = draw_digit_sheet(np.zeros((11, 8, 8)), range(11), range(11), np.ones(11), columns=4)
    cards = [e for e in ET.fromstring(svg).iter(SVG + "rect") if e.get("class") == "tg-card"]
    boxes = [tuple(float(card.get(key)) for key in ("x", "y", "width", "height")) for card in cards]
    assert len({y for _, y, _, _ in boxes}) == 3
    for k, (x, y, width, height) in enumerate(boxes):
        for u, v, _, _ in boxes[:k]:
            assert abs(x - u) >= width or abs(y - v) >= height


def test_a_sheet_of_none_says_so(read_page, lines_of):
    root = read_page(draw_digit_sheet(np.zeros((0, 8, 8)), [], [], []))
    assert lines_of(root) == ["Misclassified digits", "There is none."]


def test_rounding_past_the_ends_is_forgiven(read_page, lines_of):
    root = read_page(draw_digit_sheet(np.full((1, 2, 2), 1 + 1e-7), [1], [2], [-1e-9]))
    assert lines_of(root)[-1] == "0 %"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.zeros((8, 8)), [1], [2]), ShapeError, r"images: expected shape \(n, height, width\), got \(8, 8\)"),
        ((np.zeros((1, 0, 8)), [1], [2]), ShapeError, r"got \(1, 0, 8\)"),
        ((np.zeros((2, 8, 8)), [1], [2, 3]), ShapeError, "for each of 2 images, got 1 true, 2 predicted"),
        ((np.zeros((1, 8, 8)), [1], [2], [0.5, 0.5]), ShapeError, r"confidence \(2,\)"),
        ((np.full((1, 8, 8), 16), [1], [2]), ArgumentError, "images: expected values from 0 to 1, got 16 to 16"),
        ((np.full((1, 8, 8), np.nan), [1], [2]), ArgumentError, "images: expected values from 0 to 1, got nan"),
        ((np.zeros((1, 8, 8)), [1], [2], [1.5]), ArgumentError, "confidence: expected values from 0 to 1, got 1.5"),
        ((np.zeros((1, 8, 8), complex), [1], [2]), DtypeError, "images: expected real numbers, got dtype complex128"),
    ],
)
def test_what_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        draw_digit_sheet(*arguments)


def test_the_options_are_checked():
    with pytest.raises(ArgumentError, match="columns: expected at least 1, got 0"):
        draw_digit_sheet(SIXTEENTHS, [1, 2, 3], [1, 2, 3], columns=0)
    with pytest.raises(ArgumentError, match="theme"):
        draw_digit_sheet(SIXTEENTHS, [1, 2, 3], [1, 2, 3], theme="blue")


def test_its_examples_run():
    assert doctest.testmod(module).failed == 0
