"""What stands beside an op, and the lanes that lead past neighbours: level, apart, and never through a box."""

import itertools
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.view.lanes import lane
from tensorgraph.view.layout import Layout, lay_out
from tensorgraph.view.places import Box, Curve
from tensorgraph.view.reach import reach
from tensorgraph.view.sides import find_sides, links
from tensorgraph.view.sketch import Sketch, sketch
from tensorgraph.view.subject import prepare

BOXES = [Box(0, 0, 100, 40), Box(140, 5, 90, 30), Box(260, -5, 110, 50)]


def net() -> tg.Tensor:
    model = tg.nn.MLP([3, 4, 2], rng=0)
    return tg.nn.squared_error(model(tg.tensor(np.ones((2, 3)), name="x")), np.zeros((2, 2))) + tg.nn.l2(model, 0.1)


def named(drawing: Sketch) -> dict[str, list[str]]:
    """For each op with sides, what stands there, by name."""
    captions = [
        getattr(n.value, "name", None) or getattr(getattr(n.value, "op", None), "name", n.kind) for n in drawing.nodes
    ]
    return {captions[op]: [captions[drawing.edges[i].tail] for i in found] for op, found in find_sides(drawing).items()}


def test_parameters_stand_beside_their_first_use() -> None:
    assert named(sketch(reach(net()))) == {"z2": ["W1", "b1"], "z3": ["W2", "b2"], "squared_error": ["constant"]}


def test_a_transposed_weight_stands_beside_too_with_its_weight_behind_it() -> None:
    class Turned(tg.nn.Module):
        def __init__(self) -> None:
            self.W = tg.tensor(np.ones((2, 3)), requires_grad=True)

        def forward(self, x: Any) -> tg.Tensor:
            return x @ self.W.mT + np.ones(2)

    drawing = sketch(reach(Turned()(tg.tensor(np.ones((4, 3)), name="x"))))
    assert named(drawing) == {"matmul": ["matrix_transpose"], "matrix_transpose": ["W"], "add": ["constant"]}
    assert len(list(links(drawing, find_sides(drawing)))) == 3


def test_a_parameter_used_again_stands_beside_its_first_use_alone() -> None:
    model = tg.nn.Linear(2, 2, rng=0)
    drawing = sketch(reach(model(model(tg.tensor(np.ones((1, 2)), name="x")))))
    assert sum(map(len, find_sides(drawing).values())) == 2


def test_leaves_stay_above() -> None:
    x = tg.tensor(1.0, requires_grad=True, name="x")
    assert named(sketch(reach(x * tg.tensor(2.0, name="y")))) == {}


def passes(way: Curve, box: Box) -> bool:
    """Whether an arrow (its corner points) runs through the inside of a box."""
    points = [*way.points[::3], way.tip]
    for a, b in itertools.pairwise(points):
        for t in np.linspace(0, 1, 50):
            x, y = a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t
            if box.x + 0.5 < x < box.x + box.width - 0.5 and box.y + 0.5 < y < box.y + box.height - 0.5:
                return True
    return False


@pytest.mark.parametrize("direction", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_lane_passes_the_neighbour_and_ends_at_the_op(direction: str, flipped: bool) -> None:
    boxes = [Box(-b.x - b.width, *b[1:]) if flipped else b for b in BOXES]
    if direction in {"LR", "RL"}:
        boxes = [Box(b.y, b.x, b.height, b.width) for b in boxes]
    op, neighbour, side = boxes
    way = lane(op, side, 1, direction)
    assert len(way.points) % 3 == 1
    assert not any(passes(way, box) for box in boxes)
    assert op.x <= way.tip.x <= op.x + op.width
    assert op.y <= way.tip.y <= op.y + op.height
    entry = {"TB": way.tip.y - op.y, "BT": op.y + op.height - way.tip.y, "LR": way.tip.x - op.x}
    assert entry.get(direction, op.x + op.width - way.tip.x) == 0
    assert not passes(way, neighbour)


def laid_out(direction: str) -> tuple[Sketch, Layout]:
    subject = prepare(net(), ("shape", "value"), None)
    return subject.sketch, lay_out(subject, direction, 60)


@pytest.mark.parametrize("direction", ["TB", "BT", "LR", "RL"])
def test_in_the_picture_the_sides_are_level_with_their_op(direction: str) -> None:
    drawing, layout = laid_out(direction)
    for op, found in find_sides(drawing).items():
        for i in found:
            a, b = layout.nodes[op], layout.nodes[drawing.edges[i].tail]
            if direction in {"TB", "BT"}:
                assert a.y + a.height / 2 == pytest.approx(b.y + b.height / 2, abs=0.5)
                assert b.x > a.x
            else:
                assert a.x + a.width / 2 == pytest.approx(b.x + b.width / 2, abs=0.5)
        first, second, *_ = [layout.nodes[drawing.edges[i].tail] for i in found] * 2
        for i in found[1:]:
            assert not passes(layout.edges[i], layout.nodes[op])
            assert not passes(layout.edges[i], first)
            assert not passes(layout.edges[i], second)
