"""10,000 names of any characters: the picture parses, has the elements that plain names give, and shows them."""

from collections import Counter
from xml.etree import ElementTree as ET

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.view.engine import run_engine
from tensorgraph.view.quote import legible

SVG = "{http://www.w3.org/2000/svg}"
BATCH = 40

SYNTAX = st.sampled_from(
    ["<", ">", "&", '"', "'", "\\", "]]>", "<!--", "-->", "&lt;", "&#0;", "\\N", "\\l", "\x00", "\x0b", "\ud800", "￾",
     "\n", "\r", "\t", "\u202e", "\u2028", "</text>", "</title>", "</svg>", "<![CDATA[", "<?x", "{", "|", "}", ":", ";",
     "%", "$", "a", " ", "权", "🎉", "e\u0301"]
)  # fmt: skip
NAME = st.text(max_size=12) | st.lists(SYNTAX, max_size=8).map("".join)


def picture(names: list[str], frame: str) -> ET.Element:
    leaves = [tg.tensor(1.0, name=name) for name in names]
    leaves[0].requires_grad = True
    out = tg.sum(tg.stack(leaves))
    out._notes = {"frames": [(frame, 0, out._stamp + 1)]}
    return ET.fromstring(str(tg.render(out, show=())))


def census(root: ET.Element) -> Counter[str]:
    return Counter(element.tag for element in root.iter())


PLAIN = census(picture([f"n{i}" for i in range(BATCH)], "frame"))


@settings(max_examples=250, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(st.lists(NAME, min_size=BATCH, max_size=BATCH), NAME)
def test_any_name_is_drawn_as_itself(names: list[str], frame: str) -> None:
    root = picture(names, frame)
    assert census(root) == PLAIN
    nodes = [g for g in root.iter(f"{SVG}g") if g.get("class") == "tg-node"]
    kinds = ["leaf"] + ["input"] * (BATCH - 1)
    for name, kind, node in zip(names, kinds, nodes, strict=False):
        tooltip = node.find(f"{SVG}title").text.splitlines()[0]
        assert tooltip == (f"{legible(name)} ({kind})" if name else kind)
        drawn = node.find(f"{SVG}text").text
        if len(name) <= 15:
            assert drawn == (legible(name) or kind) or "…" in drawn
    frames = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "tg-module"]
    assert len(frames) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(st.lists(NAME, min_size=BATCH, max_size=BATCH), NAME)
def test_any_name_survives_graphviz(names: list[str], frame: str) -> None:
    """The DOT of `to_dot` says the same to Graphviz: as many nodes, each with its name."""
    leaves = [tg.tensor(np.ones(1), name=name) for name in names]
    leaves[0].requires_grad = True
    out = tg.stack(leaves)
    out._notes = {"frames": [(frame, 0, out._stamp + 1)]}
    drawn = ET.fromstring(run_engine(tg.to_dot(out, show=()).source, "svg"))
    texts = Counter(
        (t.text or "").replace("\xa0", " ").strip()
        for g in drawn.iter(f"{SVG}g")
        if g.get("class") == "node"
        for t in g.iter(f"{SVG}text")
    )
    for name, n in Counter(
        legible(name).replace("\xa0", " ").strip() for name in names if len(legible(name)) <= 15
    ).items():
        assert texts[name] >= n or not name
    assert sum(g.get("class") == "node" for g in drawn.iter(f"{SVG}g")) >= BATCH + 1
