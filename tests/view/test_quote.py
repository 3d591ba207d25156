"""Quoting: what a language can hold comes back from its own parser; what it cannot is shown, never dropped."""

import json
import subprocess
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tensorgraph.errors import ArgumentError
from tensorgraph.view.engine import find_engine
from tensorgraph.view.quote import dot_lines, dot_string, json_for_script, legible, xml_attr, xml_text

ANY = st.text(st.characters(), max_size=20) | st.text(
    "\x00\x0b\x1f\x7f\x85\ud800\udfff￾￿<>&'\"\\ \t\r\n]-:;{}|NGLl", max_size=20
)
AWKWARD = [
    "<b>bold</b>", "a:b", "port:n", "tail\\", "\\N", "\\G\\l\\", "&lt;", "&#65;", "]]>", "--><script>", '"', '\\"',
    "\\\\", "{a|b}", "<<table>>", "%s", "a;b", "\u202eabc", "权重", "🎉", "\x00", "\x0b", "\ud800", "￿", "", "\n",
    "digraph{",
]  # fmt: skip


def legal_in_xml(text: str) -> bool:
    return all(c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" for c in text)


@settings(max_examples=1000)
@given(ANY)
def test_xml_gives_back_what_xml_can_hold(text: str) -> None:
    root = ET.fromstring(f"<a b={xml_attr(text)}>{xml_text(text)}<c/></a>".encode())
    shown = text if legal_in_xml(text) else "".join(c if legal_in_xml(c) else repr(c)[1:-1] for c in text)
    assert (root.text or "") == root.attrib["b"] == shown
    assert len(root) == 1


@settings(max_examples=500)
@given(ANY)
def test_legible_is_one_visible_line(text: str) -> None:
    shown = legible(text)
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert legal_in_xml(shown)
    assert legible(shown) == shown
    if text.isprintable():
        assert shown == text


@settings(max_examples=500)
@given(st.recursive(st.none() | st.booleans() | st.integers() | ANY, lambda x: st.lists(x) | st.dictionaries(ANY, x)))
def test_json_comes_back_and_cannot_end_a_script(value: object) -> None:
    text = json_for_script(value)
    assert json.loads(text) == json.loads(json.dumps(value))  # which joins two halves of a surrogate pair
    assert text.isascii()
    assert not set("<>&\u2028\u2029") & set(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_json_refuses_what_has_no_word_for(value: object) -> None:
    with pytest.raises(ArgumentError, match="cannot be written as JSON"):
        json_for_script(value)


def texts_of(dot: str) -> list[str]:
    """What Graphviz itself shows for the labels of a graph."""
    command = [find_engine("svg"), "-Tsvg"]
    run = subprocess.run(command, input=dot.encode(), capture_output=True, check=True)
    return [text.text or "" for text in ET.fromstring(run.stdout).iter("{http://www.w3.org/2000/svg}text")]


def test_graphviz_shows_the_very_text() -> None:
    labels = [legible(text) for text in AWKWARD]
    nodes = "\n".join(f"n{i} [label={dot_string(label)}]" for i, label in enumerate(labels))
    assert texts_of(f"digraph {{ {nodes} }}") == [label for label in labels if label]


@settings(max_examples=25)
@given(st.lists(ANY.map(legible).filter(str.strip), min_size=20, max_size=20))
def test_graphviz_shows_any_text(labels: list[str]) -> None:
    nodes = "\n".join(f"n{i} [label={dot_string(label)}]" for i, label in enumerate(labels))
    shown = texts_of(f"digraph {{ {nodes} }}")
    assert [text.replace("\xa0", " ") for text in shown] == [label.replace("\xa0", " ") for label in labels]


def test_lines_stay_lines() -> None:
    lines = ["one", "two\\", "<three>"]
    assert texts_of(f"digraph {{ n [label={dot_lines(lines)}] }}") == lines
