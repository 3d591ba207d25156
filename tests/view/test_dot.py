"""DOT for users: a graphviz.Digraph that Graphviz itself reads, with the same nodes as the picture."""

import json
import re

import graphviz
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError
from tensorgraph.view.engine import run_engine


def net() -> tg.Tensor:
    model = tg.nn.MLP([3, 2], rng=0)
    loss = tg.nn.squared_error(model(np.ones((1, 3))), np.zeros((1, 2))) + tg.nn.l2(model, 0.1)
    loss.name = "J"
    return loss


def read(digraph: graphviz.Digraph) -> dict:
    return json.loads(run_engine(digraph.source, "json0"))


def test_it_is_a_digraph() -> None:
    digraph = tg.to_dot(net())
    assert isinstance(digraph, graphviz.Digraph)
    digraph.node("mine", "<i>")
    digraph.attr(bgcolor="pink")
    assert read(digraph)["bgcolor"] == "pink"
    assert "mine" in {part["name"] for part in read(digraph)["objects"]}


def test_arrows_point_from_operand_to_use() -> None:
    x = tg.tensor(1.0, requires_grad=True, name="x")
    parsed = read(tg.to_dot(tg.exp(x)))
    labels = {part["_gvid"]: part.get("label", "").partition("\\l")[0] for part in parsed["objects"]}
    arrows = {(labels[e["tail"]], labels[e["head"]]) for e in parsed["edges"] if e.get("style") != "invis"}
    assert arrows == {("x  scalar", "exp  scalar")}


def test_kinds_have_shapes_and_colours_of_their_own() -> None:
    source = tg.to_dot(net()).source
    shapes = dict(re.findall(r'legend_(\w+) \[label="[^"]+" (.*?) fillcolor', source))
    assert shapes.keys() == {"parameter", "constant", "op", "output"}
    assert len(set(shapes.values())) == 4


def test_modules_are_clusters() -> None:
    parsed = read(tg.to_dot(net()))
    clusters = {part["name"]: part for part in parsed["objects"] if part["name"].startswith("cluster_")}
    assert clusters["cluster_0"]["label"] == "MLP(3-2, sigmoid)"
    assert clusters["cluster_1"]["label"] == "layer 2"
    assert clusters["cluster_1"]["_gvid"] in clusters["cluster_0"]["subgraphs"]
    names = {part["_gvid"]: part.get("label", "").partition(" ")[0] for part in parsed["objects"]}
    assert {names[i] for i in clusters["cluster_1"]["nodes"]} >= {"W1", "b1", "z2", "a2"}


def test_a_direction() -> None:
    assert read(tg.to_dot(net(), direction="LR"))["rankdir"] == "LR"
    with pytest.raises(ArgumentError, match="direction"):
        tg.to_dot(net(), direction="XX")


def test_boxes_are_wide_enough_for_wide_characters() -> None:
    """Graphviz knows no width for them, so the size is ours."""
    x = tg.tensor(1.0, requires_grad=True, name="权" * 15)
    (node,) = (part for part in read(tg.to_dot(tg.exp(x), show=()))["objects"] if "权" in part.get("label", ""))
    assert float(node["width"]) * 72 >= 15 * 12
