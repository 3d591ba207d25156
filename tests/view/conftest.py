"""What the tests of pages (charts and sheets) share."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pytest

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def outline(path: str) -> Iterator[tuple[float, float]]:
    """The points of path data made of M, L (also implied), h, v and z."""
    x = y = 0.0
    for command, rest in re.findall(r"([MLhvz])([^MLhvz]*)", path):
        numbers = [float(number) for number in NUMBER.findall(rest)]
        if command in "ML":
            for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                yield x, y
        elif command in "hv":
            (length,) = numbers
            x, y = (x + length, y) if command == "h" else (x, y + length)
            yield x, y


def visible(element: ET.Element) -> str:
    return "".join(char for char in "".join(element.itertext()) if unicodedata.category(char) not in {"Mn", "Me", "Cf"})


def corners(element: ET.Element) -> Iterator[tuple[float, float]]:
    """Points that enclose an element. Letters count 0.602 em, those beyond Latin 1 em, marks upon letters nothing."""
    number = {key: float(value) for key, value in element.attrib.items() if NUMBER.fullmatch(value)}
    match element.tag.removeprefix(SVG):
        case "rect" if element.get("width") != "100%":
            yield number["x"], number["y"]
            yield number["x"] + number["width"], number["y"] + number["height"]
        case "circle":
            for sign in (-1, 1):
                yield number["cx"] + sign * number["r"], number["cy"] + sign * number["r"]
        case "path":
            left, top, scale = 0.0, 0.0, 1.0
            if moved := element.get("transform"):
                left, top, scale = map(float, NUMBER.findall(moved))
            for x, y in outline(element.attrib["d"]):
                yield left + x * scale, top + y * scale
        case "text":
            size = number["font-size"]
            width = size * sum(0.602 if char < "\u0250" or char in "…−→" else 1 for char in visible(element))
            start = number["x"] - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
            yield start, number["y"] - size
            yield start + width, number["y"] + 0.25 * size


def read(svg: str) -> ET.Element:
    """Parse a page with expat, and check what holds for every page."""
    root = ET.fromstring(svg)
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    assert [child.tag for child in root][:3] == [SVG + tag for tag in ("title", "desc", "style")]
    assert root[0].text
    assert root[1].text
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top, width, height) == (0, 0, float(root.attrib["width"]), float(root.attrib["height"]))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "path", "circle", "text", "tspan", "g"}
    known = {"xmlns", "width", "height", "viewBox", "role", "class", "x", "y", "rx", "cx", "cy", "r", "d", "transform"}
    known |= {"font-size", "text-anchor", "textLength", "lengthAdjust", "fill-opacity", "stroke-dasharray"}
    for element in root.iter():
        assert set(element.attrib) <= known
        for x, y in corners(element):
            assert -0.01 <= x <= width + 0.01, (element.attrib, x, width)
            assert -0.01 <= y <= height + 0.01, (element.attrib, y, height)
    assert "url(" not in svg
    assert "nan" not in " ".join(value for element in root.iter() for value in element.attrib.values())
    return root


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], ET.Element]:
    return read


@pytest.fixture(scope="session")
def lines_of() -> Callable[[ET.Element], list[str]]:
    """The lines of text on a page."""
    return lambda root: ["".join(line.itertext()) for line in root.iter(SVG + "text")]
