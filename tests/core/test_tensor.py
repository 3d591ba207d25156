"""Tensor: what it is, how it leaves the graph, and that nothing leaves it silently."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg


@pytest.fixture
def x() -> tg.Tensor:
    return tg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True, name="x")


def test_attributes(x: tg.Tensor) -> None:
    assert (x.shape, x.ndim, x.size, x.dtype, x.name) == ((2, 3), 2, 6, np.float64, "x")
    assert x.is_leaf
    assert x.op is None
    assert x.inputs == ()
    y = x * 2.0
    assert not y.is_leaf
    assert y.requires_grad
    assert y.op is not None
    assert y.op.name == "multiply"
    assert y.inputs[0] is x
    assert y.inputs[1].item() == 2.0
    assert x.T.shape == x.mT.shape == (3, 2)
    assert len(x) == 2
    assert [row.tolist() for row in x] == x.tolist()
    assert hash(x) == hash(x)
    assert {x: 1}[x] == 1


def test_tensor_copies_what_it_is_given() -> None:
    a = np.ones(2)
    t = tg.tensor(a)
    a[:] = 9
    assert t.tolist() == [1.0, 1.0]
    assert tg.tensor(t) is not t
    with pytest.raises(ValueError, match="read-only"):
        t.numpy()[0] = 5.0


@pytest.mark.parametrize("bad", ["text", None, [object()], {"a": 1}, np.array(["a"]), [[1.0], [1.0, 2.0]]])
def test_what_is_no_array_of_numbers_is_refused(bad: object) -> None:
    with pytest.raises(tg.errors.TensorgraphError):
        tg.tensor(bad)
    with pytest.raises(tg.errors.TensorgraphError):
        tg.exp(bad)


def test_masked_arrays_and_integer_leaves_are_refused() -> None:
    with pytest.raises(tg.errors.DtypeError, match="mask"):
        tg.tensor(np.ma.masked_array([1.0, 2.0], [True, False]))
    with pytest.raises(tg.errors.DtypeError, match="int64"):
        tg.tensor([1, 2], requires_grad=True)
    with pytest.raises(tg.errors.DtypeError, match="bool"):
        tg.tensor(True, requires_grad=True)


WAYS_OUT: dict[str, Callable[[Any], Any]] = {
    "asarray": np.asarray,
    "array": np.array,
    "float": float,
    "bool": bool,
    "math": math.exp,
    "asarray of a list": lambda t: np.asarray([t]),
    "tensor of a list": lambda t: tg.tensor([t, t]),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_silent_way_out_of_the_graph(way: str) -> None:
    leave = WAYS_OUT[way]
    t = tg.tensor(1.0, requires_grad=True, name="t")
    with pytest.raises(tg.errors.CoercionError):
        leave(t)
    with tg.no_grad():
        leave(t)
    leave(t.detach())


def test_the_ways_out_that_say_so(x: tg.Tensor) -> None:
    assert x[0, 1].item() == 2.0
    assert x.item(3) == 4.0
    with pytest.raises(tg.errors.ShapeError, match="one element"):
        x.item()
    assert not x.detach().requires_grad
    assert x.detach().name == "x"
    assert np.asarray(x.detach(), dtype=np.float32).dtype == np.float32
    with pytest.raises(tg.errors.ArgumentError, match="copy=False"):
        np.array(x.detach(), dtype=np.float32, copy=False)


def test_truth_index_and_conversions() -> None:
    assert bool(tg.tensor([3.0]) > 2.0)
    with pytest.raises(tg.errors.ShapeError, match="ambiguous"):
        bool(tg.tensor([1, 2]))
    assert [10, 20, 30][tg.tensor(1)] == 20
    with pytest.raises(tg.errors.DtypeError, match="integer"):
        [10, 20][tg.tensor(1.0)]  # type: ignore[call-overload]
    assert (int(tg.tensor(3.7)), float(tg.tensor(2)), complex(tg.tensor(1.0))) == (3, 2.0, 1 + 0j)
    with pytest.raises(tg.errors.DtypeError, match="0-d"):
        len(tg.tensor(1.0))
    with pytest.raises(tg.errors.DtypeError, match="0-d"):
        iter(tg.tensor(1.0))
    assert f"{tg.tensor(1.23456):.2f}" == "1.23"


def test_requires_grad_can_be_set_on_leaves_only(x: tg.Tensor) -> None:
    x.requires_grad = False
    assert not (x * 2).requires_grad
    x.requires_grad = True
    y = x * 2
    with pytest.raises(tg.errors.GradientError, match="leaf"):
        y.requires_grad = False
    with pytest.raises(tg.errors.DtypeError):
        tg.tensor([1]).requires_grad = True


def test_grad_can_be_set_to_a_gradient_only(x: tg.Tensor) -> None:
    x.grad = np.ones((2, 3))
    assert x.grad is not None
    x.grad = None
    assert x.grad is None
    with pytest.raises(tg.errors.ShapeError, match=r"float64\[2,3\]"):
        x.grad = np.ones(3)


def test_assign_gives_a_leaf_a_new_value_and_leaves_views_alone(x: tg.Tensor) -> None:
    before, detached = x.numpy(), x.detach()
    x.assign(np.zeros((2, 3)))
    assert before[0, 0] == detached[0, 0].item() == 1.0
    assert x.tolist() == [[0.0] * 3] * 2
    with pytest.raises(tg.errors.ShapeError, match="assign"):
        x.assign([1.0])
    with pytest.raises(tg.errors.DtypeError, match="complex"):
        x.assign(np.zeros((2, 3), complex))
    with pytest.raises(tg.errors.MutationError, match="leaf"):
        (x * 2).assign(np.zeros((2, 3)))
    source = np.ones((2, 3))
    x.assign(source)
    source[:] = 7
    assert x[0, 0].item() == 1.0


def test_item_assignment_only_outside_a_graph(x: tg.Tensor) -> None:
    t = tg.tensor([1.0, 2.0, 3.0])
    kept = t.numpy()
    t[tg.tensor(1)] = 9.0
    assert t.tolist() == [1.0, 9.0, 3.0]
    assert kept.tolist() == [1.0, 2.0, 3.0]
    for recorded in (x, x * 2):
        with pytest.raises(tg.errors.MutationError, match=r"\.at\[i\]\.set"):
            recorded[0] = 1.0


def test_repr_is_short_and_says_what_matters(x: tg.Tensor) -> None:
    assert repr(tg.tensor([1.0, 2.0])) == "tensor([1., 2.])"
    assert repr(tg.tensor(1, dtype="float32", requires_grad=True, name="w")) == (
        "tensor(1., dtype=float32, name='w', requires_grad=True)"
    )
    assert "op=multiply" in repr(x * 2)
    assert len(repr(tg.tensor(np.zeros((1000, 1000))))) < 500


def test_copies_and_pickles_of_leaves_and_refusal_for_the_rest(x: tg.Tensor) -> None:
    x.grad = np.ones((2, 3))
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert twin is not x
        assert twin.tolist() == x.tolist()
        assert twin.requires_grad
        assert twin.name == "x"
    deep = copy.deepcopy(x)
    assert deep.grad is not None
    assert deep.grad.tolist() == [[1.0] * 3] * 2
    for fail in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(tg.errors.GradientError, match="detach"):
            fail(x * 2)


def test_names_are_strings() -> None:
    t = tg.tensor(1.0)
    t.name = "α <b>"
    assert t.name == "α <b>"
    with pytest.raises(tg.errors.ArgumentError, match="string"):
        t.name = 3  # type: ignore[assignment]


@pytest.mark.parametrize("method", ["sort", "partition"])
def test_methods_that_numpy_runs_in_place_are_refused_and_the_function_named(method: str) -> None:
    t = tg.tensor([3.0, 1.0, 2.0])
    with pytest.raises(tg.errors.MutationError, match=rf"tg\.{method}\(t\)"):
        getattr(t, method)(1)
    assert t.tolist() == [3.0, 1.0, 2.0]
    assert type(np.sort(t)) is tg.Tensor
