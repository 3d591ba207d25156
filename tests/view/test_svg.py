"""The picture: what stands in it, that it fits, that it is the same on every run. Read by an XML parser of its own."""

import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, RenderError
from tensorgraph.view.measure import text_width
from tensorgraph.view.reach import reach

SVG = "{http://www.w3.org/2000/svg}"


def scalar() -> tg.Tensor:
    a = tg.tensor(2.0, requires_grad=True, name="a")
    b = tg.tensor(-3.0, name="b")
    out = a * b + a
    out.name = "out"
    return out


def net(backward: bool = True) -> tg.Tensor:
    model = tg.nn.MLP([64, 32, 10], activation="sigmoid", rng=0)
    rng = np.random.default_rng(1)
    x, y = tg.tensor(rng.uniform(size=(32, 64)), name="x"), tg.tensor(np.eye(10)[np.arange(32) % 10], name="y")
    cost = tg.nn.squared_error(model(x), y) + tg.nn.l2(model, 1e-4)
    cost.name = "J"
    if backward:
        cost.backward()
    return cost


def parse(picture: object) -> ET.Element:
    return ET.fromstring(str(picture))


def groups(root: ET.Element, name: str) -> list[ET.Element]:
    return [g for g in root.iter(f"{SVG}g") if g.get("class") == f"tg-{name}"]


def lines(group: ET.Element) -> list[str]:
    return [text.text or "" for text in group.iter(f"{SVG}text")]


def card(root: ET.Element, title: str) -> ET.Element:
    (found,) = (g for g in groups(root, "node") if lines(g)[0] == title)
    return found


def kind(group: ET.Element) -> str:
    (outline,) = (p for p in group.iter(f"{SVG}path") if "tg-card" in p.get("class", ""))
    return outline.attrib["class"].removeprefix("tg-card tg-")


def test_a_scalar_graph_shows_data_and_gradient() -> None:
    out = scalar()
    out.backward()
    root = parse(tg.render(out))
    assert lines(card(root, "a")) == ["a", "scalar", "value", "2", "grad", "-2"]
    assert lines(card(root, "b")) == ["b", "scalar", "value", "-3"]
    assert lines(card(root, "multiply")) == ["multiply", "scalar", "value", "-6", "grad", "1"]
    assert lines(card(root, "out")) == ["out", "  add", "scalar", "value", "-4", "grad", "1"]


def test_before_a_backward_there_is_no_gradient() -> None:
    assert "grad" not in lines(parse(tg.render(scalar())))


def test_gradients_between_are_those_of_the_output() -> None:
    """Against the derivative by hand: d(x²·3)/d(x²) = 3, though x has the sum of two backward runs."""
    x = tg.tensor(5.0, requires_grad=True, name="x")
    square = x * x
    square.name = "square"
    out = square * 3.0
    out.backward()
    out.backward()
    root = parse(tg.render(out))
    assert lines(card(root, "square"))[-1] == "3"
    assert lines(card(root, "x"))[-1] == "60"


def test_drawing_changes_nothing() -> None:
    out = net()
    before = [(t.grad.numpy().copy(), t.numpy().copy()) for t in reach(out).leaves if t.grad is not None]
    tg.render(out)
    after = [(t.grad.numpy(), t.numpy()) for t in reach(out).leaves if t.grad is not None]
    assert all(np.array_equal(p, q) for a, b in zip(before, after, strict=True) for p, q in zip(a, b, strict=True))


def test_a_stale_graph_is_drawn_without_the_gradients_that_are_gone() -> None:
    w = tg.tensor(2.0, requires_grad=True, name="w")
    out = w * w
    out.backward()
    w.assign(3.0)
    root = parse(tg.render(out))
    assert lines(card(root, "w")) == ["w", "scalar", "value", "3", "grad", "4"]
    assert lines(card(root, "multiply")) == ["multiply", "scalar", "value", "4"]


def test_the_net_of_the_derivation() -> None:
    root = parse(tg.render(net()))
    titles = {lines(g)[0]: g for g in groups(root, "node")}
    assert {"W1", "b1", "z2", "a2", "W2", "b2", "z3", "a3", "J", "x", "y", "squared_error"} <= titles.keys()
    assert {name: kind(titles[name]) for name in ("W1", "b1", "x", "y", "z2", "J")} == {
        "W1": "parameter",
        "b1": "parameter",
        "x": "input",
        "y": "input",
        "z2": "op",
        "J": "output",
    }
    assert lines(titles["W1"])[1] == "(32, 64)"
    assert re.fullmatch(r"\S+ ± \S+  \[\S+, \S+\]", lines(titles["W1"])[3])
    assert lines(titles["W1"])[4] == "grad"
    assert [t.text for t in root.iter(f"{SVG}text") if t.get("class") == "tg-title"] == [
        "MLP(64-32-10, sigmoid)",
        "layer 2",
        "layer 3",
    ]


def test_kinds_differ_in_colour_and_in_shape() -> None:
    model = tg.nn.Linear(2, 2, rng=0)
    x = tg.tensor(np.ones((2, 2)), requires_grad=True, name="leaf")
    out = (model(x) + tg.tensor(np.ones((2, 2)), name="input")) * np.full((2, 2), 2.0)
    root = parse(tg.render(out))
    shapes: dict[str, set[str]] = {}
    for group in groups(root, "node"):
        (outline,) = (p for p in group.iter(f"{SVG}path") if "tg-card" in p.get("class", ""))
        shapes.setdefault(kind(group), set()).add(re.sub(r"[-\d.,]+", "#", outline.attrib["d"]))
    assert shapes.keys() == {"leaf", "input", "constant", "parameter", "op", "output"}
    forms = {
        k: (v, sum(1 for p in next(g for g in groups(root, "node") if kind(g) == k).iter(f"{SVG}path")))
        for k, v in shapes.items()
    }
    angular = {k for k, (d, _) in forms.items() if not any("a" in one for one in d)}
    assert angular == {"input", "constant", "parameter"}
    assert len({str(forms[k]) for k in angular}) == 3
    assert forms["output"][1] > forms["op"][1]  # a second outline
    style = root.find(f"{SVG}style").text
    fills = {k: re.search(rf"\.tg-card\.tg-{k}{{fill:(#\w+)}}", style)[1] for k in shapes}
    strokes = {k: re.search(rf"\.tg-{k}{{stroke:(#\w+)}}", style)[1] for k in shapes}
    assert len(set(fills.values())) == len(set(strokes.values())) == 6


def test_the_legend_explains_what_occurs_and_nothing_else() -> None:
    (legend,) = groups(parse(tg.render(net())), "legend")
    assert lines(legend) == [
        "leaf without gradient",
        "parameter",
        "op",
        "output",
        "gradient flows back",
        "no gradient",
        "mean ± standard deviation  [min, max]",
    ]
    x = tg.tensor(1.0, requires_grad=True)
    (small,) = groups(parse(tg.render(tg.exp(x))), "legend")
    assert lines(small) == ["leaf with gradient", "output", "gradient flows back"]
    assert not groups(parse(tg.render(tg.exp(x), legend=False)), "legend")


def test_each_use_is_an_arrow() -> None:
    x = tg.tensor(3.0, requires_grad=True, name="x")
    y = x * x + x
    stories = Counter(g.find(f"{SVG}title").text for g in groups(parse(tg.render(y)), "link"))
    assert stories == {
        "x → multiply (operand x)": 1,
        "x → multiply (operand y)": 1,
        "multiply → add (operand x)": 1,
        "x → add (operand y)": 1,
    }


def test_an_arrow_without_gradient_is_dashed() -> None:
    root = parse(tg.render(scalar()))
    dashed = {
        g.find(f"{SVG}title").text: any("tg-still" in p.get("class", "") for p in g.iter(f"{SVG}path"))
        for g in groups(root, "link")
    }
    assert {story for story, still in dashed.items() if still} == {"b → multiply (operand y)"}


def test_plain_numbers_stand_inside_the_op() -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    out = tg.sum(x**2 * 0.5, axis=0)
    titles = [lines(g)[0] for g in groups(parse(tg.render(out)), "node")]
    assert titles == ["leaf", "power(·, 2)", "multiply(·, 0.5)", "sum(axis=0)"]


def test_dtypes_other_than_float64_are_named() -> None:
    x = tg.tensor(np.ones((2, 3)), dtype="float32", requires_grad=True, name="x")
    assert lines(card(parse(tg.render(tg.exp(x))), "x"))[1] == "float32 (2, 3)"


def test_what_is_not_finite_is_called_out() -> None:
    x = tg.tensor([1.0, np.nan] * 10, requires_grad=True, name="x")
    root = parse(tg.render(x * 2.0))
    alarms = [t.text for t in root.iter(f"{SVG}text") if t.get("class") == "tg-alarm"]
    assert alarms == ["10 NaN of 20"] * 2
    nan = parse(tg.render(tg.sum(x)))
    assert [t.text for t in nan.iter(f"{SVG}text") if t.get("class") == "tg-alarm"][-1] == "nan"


def test_show_chooses_what_the_boxes_say() -> None:
    out = scalar()
    out.backward()
    assert lines(card(parse(tg.render(out, show=())), "out")) == ["out", "  add"]
    assert lines(card(parse(tg.render(out, show=("grad",))), "out")) == ["out", "  add", "grad", "1"]
    assert lines(card(parse(tg.render(out, show=["shape"])), "out")) == ["out", "  add", "scalar"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"show": "value"}, "show: expected a collection of 'shape', 'dtype', 'value', 'grad', got 'value'"),
        ({"show": ("values",)}, "show: expected"),
        ({"direction": "up"}, 'direction: expected "TB", "BT", "LR" or "RL", got \'up\''),
        ({"theme": "sepia"}, 'theme: expected "auto", "light" or "dark"'),
        ({"max_nodes": 0}, "max_nodes: expected a positive integer, or None for no limit, got 0"),
        ({"max_nodes": True}, "max_nodes"),
    ],
)
def test_options_without_meaning(options: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)):
        tg.render(scalar(), **options)


@pytest.mark.parametrize("obj", [None, 3.0, [], {"a": np.ones(3)}, "text"])
def test_nothing_to_draw(obj: object) -> None:
    with pytest.raises(RenderError, match="expected a Tensor, or nested lists"):
        tg.render(obj)


def test_a_pytree_of_tensors_is_one_picture() -> None:
    x = tg.tensor(1.0, requires_grad=True, name="x")
    shared = tg.exp(x)
    root = parse(tg.render({"a": tg.sin(shared), "b": [tg.cos(shared), 7], "c": x}))
    kinds = Counter(kind(g) for g in groups(root, "node"))
    assert kinds == {"leaf": 1, "op": 1, "output": 2}


def test_a_lone_leaf() -> None:
    root = parse(tg.render(tg.tensor([1, 2], name="n")))
    assert lines(card(root, "n")) == ["n", "int64 (2,)", "value", "[1, 2]"]


def boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """The extent of each node, from the first path of its outline."""
    found = []
    for group in groups(root, "node"):
        (outline,) = (p for p in group.iter(f"{SVG}path") if "tg-card" in p.get("class", ""))
        x = y = 0.0
        xs, ys = [], []
        for command, rest in re.findall(r"([MLhvaz])([^MLhvaz]*)", outline.attrib["d"]):
            n = [float(v) for v in re.findall(r"-?[\d.]+", rest)]
            if command in "ML":
                for x, y in zip(n[::2], n[1::2], strict=True):
                    xs, ys = [*xs, x], [*ys, y]
            elif command == "h":
                x += n[0]
            elif command == "v":
                y += n[0]
            elif command == "a":
                x, y = x + n[-2], y + n[-1]
            xs, ys = [*xs, x], [*ys, y]
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


NAMES = [
    "W1",
    "encoder.blocks.0.attention.query_projection.kernel_matrix",
    "权重矩阵·第一层",
    "重み付き和",
    "손실 함수",
    "🎉🎉🎉",
    "e\u0301" * 40,
]


@pytest.mark.parametrize("direction", ["TB", "BT", "LR", "RL"])
def test_everything_fits(direction: str) -> None:
    """Texts lie in their boxes, boxes apart from each other and in the picture, modules around their nodes."""
    leaves = [
        tg.tensor(np.full((3, 4), float(i) * 1e-7), requires_grad=True, name=name) for i, name in enumerate(NAMES)
    ]
    total = tg.sum(tg.stack(leaves), axis=(0, 1))
    total.name = "和 🎉"
    root = parse(tg.render([total, net()], direction=direction))
    width, height = float(root.get("width")), float(root.get("height"))
    found = boxes(root)
    for (left, top, right, bottom), group in zip(found, groups(root, "node"), strict=True):
        assert 0 <= left < right <= width - 36 + 0.11
        assert 0 <= top < bottom <= height - 36 + 0.11
        for text in group.iter(f"{SVG}text"):
            size = 12 if text.get("class") == "tg-name" else 11
            long = text_width(text.text, size)
            start = float(text.get("x")) - (long if text.get("text-anchor") == "end" else 0)
            assert left + 2 <= start
            assert start + long <= right - 2 + 0.11
            assert top + 8 <= float(text.get("y")) <= bottom - 3
            if max(text.text) > "\u2fff":  # whatever font the reader has for it
                assert float(text.get("textLength")) == pytest.approx(long, abs=0.06)
    for a, b in itertools.combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], "boxes overlap"


def test_the_same_bytes_on_every_run() -> None:
    program = (
        "import numpy as np, tensorgraph as tg\n"
        "model = tg.nn.MLP([3, 4, 2], rng=0)\n"
        "J = tg.nn.squared_error(model(np.ones((2, 3))), np.zeros((2, 2))) + tg.nn.l2(model, 0.1)\n"
        "J.backward()\n"
        "print(tg.render([J, {'b': tg.exp(J), 'a': tg.sin(J)}]))\n"
        "print(tg.to_dot(J).source)\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent.parent.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "77")
    ]
    assert runs[0].count(b"<svg") == 1
    assert runs[0] == runs[1] == runs[2]


def test_nothing_from_outside() -> None:
    text = str(tg.render(net()))
    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|<foreignObject|<image|<use|\bhref|url\(|@import|\son\w+=", text)
    tags = {element.tag.removeprefix(SVG) for element in parse(text).iter()}
    assert tags == {"svg", "style", "rect", "g", "title", "path", "text"}


def test_the_picture_speaks() -> None:
    root = parse(tg.render(net()))
    assert root.get("role") == "img"
    assert re.fullmatch(r"Computational graph: ops \d+, leaves 6, outputs 1", root.get("aria-label"))
    tooltip = card(root, "z2").find(f"{SVG}title").text.splitlines()
    assert re.fullmatch(r"z2 = \w+\(.*b1\)", tooltip[0])
    assert tooltip[1] == "float64 (32, 32), 8,192 bytes"
    assert tooltip[2].startswith("value: mean ")
    assert tooltip[3].startswith("grad: mean ")
    assert tooltip[4] == "in MLP(64-32-10, sigmoid) / layer 2"
