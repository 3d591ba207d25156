"""Pytrees: every kind of container there and back, static fields, mismatches that name their place."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.transforms.trees import flatten, flatten_like, leaf_paths, map_leaves, prefix_leaves, unflatten


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclass
class Ball:
    centre: Any
    radius: Any
    label: str = field(default="ball", metadata={"static": True})


@dataclass(frozen=True, slots=True)
class Frozen:
    x: Any

    def __post_init__(self) -> None:
        # What a constructor does to its arguments must not be done again to what stands for them.
        object.__setattr__(self, "x", self.x * 2)


@dataclass
class Late:
    x: Any
    y: Any = field(init=False, default=0.5)


class Scale(tg.nn.Module):
    def __init__(self, factor: float) -> None:
        self.factor = tg.tensor(factor, requires_grad=True)
        self.times = 3


TREES = [
    1.0,
    [1.0, (2.0, [3.0])],
    {"b": 1.0, "a": {"c": 2.0}},
    OrderedDict(z=1.0, a=2.0),
    deque([1.0, 2.0]),
    Pair(1.0, Pair(2.0, None)),
    Ball([1.0], 2.0, "other"),
    Late(1.0),
    None,
    (),
    {"all": [Pair(Ball(1.0, 2.0), {"n": None}), (3.0,)]},
]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_there_and_back(tree: Any) -> None:
    leaves, structure = flatten(tree)
    assert unflatten(structure, leaves) == tree
    assert len(leaf_paths(tree)) == len(leaves)
    doubled = map_leaves(lambda x: 2 * x, tree)
    assert flatten(doubled)[0] == [2 * x for x in leaves]
    assert flatten(doubled)[1] == structure


@given(
    st.recursive(
        st.floats(allow_nan=False),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            | st.builds(Pair, inner, inner)
        ),
        max_leaves=12,
    )
)
def test_any_tree_there_and_back(tree: Any) -> None:
    leaves, structure = flatten(tree)
    assert unflatten(structure, leaves) == tree
    assert flatten_like(structure, tree, "x") == leaves


def test_paths_are_python() -> None:
    tree = {"W": [1.0, Ball(2.0, Pair(3.0, 4.0))]}
    assert leaf_paths(tree) == ["['W'][0]", "['W'][1].centre", "['W'][1].radius.a", "['W'][1].radius.b"]


def test_dataclasses_are_rebuilt_past_their_constructors() -> None:
    ball = Frozen(1.0)
    assert map_leaves(lambda x: x, ball).x == 2.0
    assert tg.grad(lambda f: f.x**2)(ball).x.item() == 4.0
    late = Late(1.0)
    late.y = 7.0
    assert tg.grad(lambda t: t.x * t.y)(late).x.item() == 7.0
    kept = tg.grad(lambda b: b.radius * len(b.label))(Ball(1.0, 2.0, "abc"))
    assert (kept.radius.item(), kept.label) == (3.0, "abc")


def test_modules_are_trees_of_their_tensors() -> None:
    leaves, structure = flatten(Scale(2.0))
    assert [leaf.item() for leaf in leaves] == [2.0]
    assert unflatten(structure, [5.0]).factor == 5.0
    assert unflatten(structure, leaves).times == 3


MISMATCHES = {
    "type": ([1.0, 2.0], (1.0, 2.0), ": expected a list of 2, got a tuple of 2"),
    "length": ({"a": [1.0]}, {"a": [1.0, 2.0]}, r"\['a'\]: expected a list of 1, got a list of 2"),
    "keys": ({"a": 1.0}, {"b": 1.0}, ": expected a dict with 'a', got a dict with 'b'"),
    "leaf": (
        {"a": [1.0, Pair(1.0, 2.0)]},
        {"a": [1.0, 2.0]},
        r"\['a'\]\[1\]: expected a Pair with 0, 1, got one array",
    ),
    "tree": ([1.0, 2.0], [1.0, [2.0]], r"\[1\]: expected one array, got a list of 1"),
    "none": ([1.0, None], [1.0, 2.0], r"\[1\]: expected None, got one array"),
    "some": ([1.0, 2.0], [1.0, None], r"\[1\]: expected one array, got None"),
    "field": (Ball([1.0], 2.0), Ball((1.0,), 2.0), r"\.centre: expected a list of 1, got a tuple of 1"),
    "static": ([Ball(1.0, 2.0)], [Ball(1.0, 2.0, "x")], r"\[0\]: a Ball that differs in parts that are no arrays"),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_mismatches_name_the_place(name: str) -> None:
    expected, given_, message = MISMATCHES[name]
    with pytest.raises(tg.errors.ArgumentError, match=f"^where{message}$"):
        flatten_like(flatten(expected)[1], given_, "where")


def test_transforms_name_the_place() -> None:
    f = lambda p: {"z": p["W"][0] * p["W"][1]}  # noqa: E731
    p = {"W": [1.0, np.ones(2)]}
    with pytest.raises(
        tg.errors.ArgumentError, match=r"jvp: tangents\[0\]\['W'\]: expected a list of 2, got one array"
    ):
        tg.jvp(f, (p,), ({"W": 1.0},))
    with pytest.raises(tg.errors.ShapeError, match=r"jvp: tangents\[0\]\['W'\]\[1\]: expected shape \(2,\)"):
        tg.jvp(f, (p,), ({"W": [1.0, np.ones(3)]},))
    _, back = tg.vjp(f, p)
    with pytest.raises(tg.errors.ArgumentError, match="vjp: cotangent: expected a dict with 'z', got one array"):
        back(1.0)
    with pytest.raises(tg.errors.ShapeError, match=r"vjp: cotangent\['z'\]: expected the output's shape \(2,\)"):
        back({"z": np.ones(3)})
    with pytest.raises(tg.errors.DtypeError, match=r"vjp: cotangent\['z'\]: expected the output's dtype float64"):
        back({"z": np.ones(2) * 1j})
    with pytest.raises(tg.errors.DtypeError, match=r"grad: argument \[0\]\['n'\]: expected a floating"):
        tg.grad(lambda p: p["x"])({"x": 1.0, "n": "text"})


def test_prefixes() -> None:
    assert prefix_leaves(0, {"a": [1.0, 2.0], "n": None}, "x") == [0, 0]
    assert prefix_leaves({"a": None, "n": 3}, {"a": [1.0, 2.0], "n": None}, "x") == [None, None]
    assert prefix_leaves((0, Pair(None, 1)), (1.0, Pair(Ball(1.0, 2.0), 3.0)), "x") == [0, None, None, 1]
    with pytest.raises(tg.errors.ArgumentError, match="^x: "):
        prefix_leaves((0, 1), (1.0, 2.0, 3.0), "x")


def test_many_threads_may_meet_a_dataclass_first() -> None:
    for _ in range(20):
        cls = type("Fresh", (), {"__annotations__": {"x": Any}})
        fresh = dataclass(cls)
        found: list[Any] = []
        threads = [threading.Thread(target=lambda f=fresh: found.append(flatten(f(1.0))[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [[1.0]] * 8
