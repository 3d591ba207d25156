"""Graphs beyond reading: drawn as two ends and a digest, without recursion, and complete when asked for."""

import itertools
import re
import sys
from collections import Counter
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.view.reach import reach

SVG = "{http://www.w3.org/2000/svg}"


def nodes(picture: object) -> list[list[str]]:
    root = ET.fromstring(str(picture))
    return [[t.text or "" for t in g.iter(f"{SVG}text")] for g in root.iter(f"{SVG}g") if g.get("class") == "tg-node"]


def chain(length: int) -> tg.Tensor:
    x = y = tg.tensor(1.0, requires_grad=True, name="x")
    for _ in range(length):
        y = y + x
    return y


def digest(picture: object) -> dict[str, str]:
    (box,) = (texts for texts in nodes(picture) if texts[0].endswith("more nodes …"))
    cells = box[1:]
    return {a: b for a, b in itertools.pairwise(cells) if re.fullmatch(r"[\d,]+", b)}


def test_a_chain_of_a_million() -> None:
    assert sys.getrecursionlimit() <= 1000 + 100
    y = tg.tensor(0.0, requires_grad=True, name="x")
    for _ in range(1_000_000):
        y = y + 1.0
    y.name = "end"
    picture = str(tg.render(y))
    assert len(picture) < 50_000
    drawn = nodes(picture)
    assert len(drawn) == 14
    assert [texts[0] for texts in drawn] == [
        "x",
        *["add(·, 1)"] * 6,
        "… 999,988 more nodes …",
        *["add(·, 1)"] * 5,
        "end",
    ]
    assert digest(picture) == {"add": "999,988", "ops": "1,000,000", "leaves with gradient": "1"}
    assert "1,000,001 nodes, more than max_nodes=2,000: the first and last ops and a digest" in picture
    assert tg.to_dot(y).source.count("->") < 40


def test_a_diamond_ten_thousand_times() -> None:
    y = tg.tensor(1.0, requires_grad=True, name="x")
    for _ in range(10_000):
        y = (y + y) * 0.5
    picture = tg.render(y)
    assert digest(picture) == {"add": "9,994", "multiply": "9,994", "ops": "20,000", "leaves with gradient": "1"}


def test_edges_into_the_digest_carry_their_number() -> None:
    root = ET.fromstring(str(tg.render(chain(5000))))
    links = Counter(g.find(f"{SVG}title").text for g in root.iter(f"{SVG}g") if g.get("class") == "tg-link")
    assert links["x → … 4,988 more nodes …"] == 1
    labels = [t.text for g in root.iter(f"{SVG}g") if g.get("class") == "tg-link" for t in g.iter(f"{SVG}text")]
    assert labels == ["×4,988"]


def test_at_the_limit_everything_is_drawn() -> None:
    y = chain(19)
    assert len(nodes(tg.render(y, max_nodes=20))) == 20
    assert any("more nodes" in texts[0] for texts in nodes(tg.render(y, max_nodes=19)))
    assert len(nodes(tg.render(y, max_nodes=None))) == 20


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 30])
def test_every_limit_draws(limit: int) -> None:
    drawn = nodes(tg.render(chain(100), max_nodes=limit))
    assert digest(tg.render(chain(100), max_nodes=limit))["ops"] == "100"
    assert len(drawn) <= max(limit, 4)


def test_a_few_thousand_nodes_unabridged() -> None:
    """Each of the 1,500 ops uses x; the arrows that would cross the whole picture are references to it."""
    drawn = nodes(tg.render(chain(1500), max_nodes=None))
    assert Counter(texts[0] for texts in drawn if len(texts) > 1) == {"x": 1, "add": 1500}
    assert {tuple(texts) for texts in drawn if len(texts) == 1} == {("x",)}
    assert sum(len(texts) == 1 for texts in drawn) == 1500 - 12


def test_long_arrows_stay_while_they_are_few() -> None:
    assert all(len(texts) > 1 for texts in nodes(tg.render(chain(60))))


def test_a_reference_stands_for_all_that_comes_from_far() -> None:
    model = tg.nn.MLP([2] * 60, rng=0)
    root = ET.fromstring(str(tg.render(tg.sum(model(np.ones((1, 2)))) + tg.nn.l2(model, 0.1))))
    (reference,) = (g for g in root.iter(f"{SVG}g") if "drawn elsewhere" in (g.findtext(f"{SVG}title") or ""))
    assert re.fullmatch(r"W1, W2, …, W5\d", reference.findtext(f"{SVG}text"))
    assert reference.findtext(f"{SVG}title").startswith("drawn elsewhere: W1, W2, W3, W4, W5, ")
    assert "box drawn elsewhere" in [t.text for t in root.iter(f"{SVG}text")]


def test_many_leaves_and_constants_of_one_op() -> None:
    leaves = [tg.tensor(float(i), requires_grad=i % 2 == 0, name=f"p{i}") for i in range(3000)]
    out = tg.sum(tg.stack([*leaves, *(np.ones(()) for _ in range(3))]) * np.ones(3003))
    picture = tg.render(out)
    assert [texts[0] for texts in nodes(picture)][:4] == ["p0", "p1", "p2", "p3"]
    found = digest(picture)
    assert (found["ops"], found["leaves with gradient"], found["leaves without gradient"]) == ("3", "1,500", "1,500")


def test_many_outputs() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    picture = tg.render([x * float(i) for i in range(3000)])
    assert digest(picture)["multiply"] == "2,988"


def test_the_digest_counts_modules() -> None:
    model = tg.nn.MLP([4] * 30, rng=0)
    out = tg.sum(model(np.ones((2, 4))))
    found = digest(tg.render(out, max_nodes=50))
    assert found["ops"] == str(len(reach(out).ops))
    assert any(key.endswith("/ layer 10") for key in found)


def test_folded_names_are_counted() -> None:
    x = tg.tensor(0.5, requires_grad=True)
    ops = [tg.exp, tg.sin, tg.cos, tg.tanh, tg.sigmoid, tg.negative, tg.square, tg.abs, tg.arctan, tg.arcsinh, tg.sinh]
    ops += [tg.expm1, tg.softplus, tg.sign, tg.cosh]
    y = x
    for i in range(300):
        y = ops[i % len(ops)](y) * 0.1
    found = digest(tg.render(y, max_nodes=100))
    assert found["multiply"] == "294"
    assert "5 others" in found
