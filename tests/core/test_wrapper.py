"""The generated public functions: dtypes, operands of all kinds, errors that teach, protocols."""

from __future__ import annotations

import inspect
import linecache
import pickle
from decimal import Decimal

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS

LEFT = {
    "bool": True,
    "int": 3,
    "float": 2.5,
    "complex": 1 + 2j,
    "float32": np.float32(1.5),
    "float64": np.float64(1.5),
    "0-d": np.array(2.0),
    "array": np.array([1.0, 2.0]),
    "list": [1.0, 2.0],
}


@pytest.mark.parametrize("kind", LEFT)
@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "**", "//", "%", "<", "<=", ">", ">=", "==", "!="])
def test_left_operands_of_every_kind_give_tensors(kind: str, operator: str) -> None:
    left, right = LEFT[kind], np.array([0.5, 2.0])
    if kind == "complex" and operator in {"//", "%"}:
        with pytest.raises(tg.errors.DtypeError):
            eval(f"left {operator} t", {"left": left, "t": tg.tensor(right)})
        return
    t = tg.tensor(right, requires_grad=True)
    ours = eval(f"left {operator} t", {"left": left, "t": t})
    theirs = eval(f"left {operator} a", {"left": np.asarray(left) if kind == "list" else left, "a": right})
    assert type(ours) is tg.Tensor
    np.testing.assert_array_equal(ours.numpy(), theirs)
    assert ours.dtype == theirs.dtype
    assert ours.requires_grad is (operator in {"+", "-", "*", "/", "**", "//", "%"})


def test_matmul_with_an_ndarray_on_either_side() -> None:
    a, t = np.arange(6.0).reshape(2, 3), tg.tensor(np.arange(3.0), requires_grad=True)
    assert type(a @ t) is tg.Tensor
    assert (a @ t).tolist() == (a @ t.numpy()).tolist()
    (a @ t).sum().backward()
    assert t.grad is not None
    assert t.grad.tolist() == a.sum(axis=0).tolist()


def test_python_scalars_are_weak() -> None:
    for dtype in (np.float16, np.float32, np.complex64):
        t = tg.tensor([1.0, 2.0], dtype=dtype, requires_grad=True)
        assert (2.0 * t + 1).dtype == dtype
        assert (t**2).dtype == dtype
        assert (t * np.float64(2.0)).dtype == (np.result_type(dtype, np.float64))


def test_other_types_get_their_turn() -> None:
    class Greedy:
        def __radd__(self, other: object) -> str:
            return "mine"

        __rmatmul__ = __radd__

    t = tg.tensor(1.0)
    assert t + Greedy() == "mine"
    assert t @ Greedy() == "mine"
    with pytest.raises(TypeError):
        t + "text"
    with pytest.raises(TypeError):
        t + None


def test_numpy_protocols_give_tensors_with_history_or_raise() -> None:
    t = tg.tensor([1.0, 2.0], requires_grad=True)
    assert np.exp(t).op.name == "exp"
    assert np.sum(t, axis=0).op.name == "sum"
    assert np.add.reduce(t).tolist() == 3.0
    assert np.multiply.outer(t, t).shape == (2, 2)
    assert np.concatenate([t, np.ones(1)]).requires_grad
    array = np.ones(2)
    with pytest.raises(tg.errors.MutationError, match=r"\+="):
        array += t
    with pytest.raises(tg.errors.MutationError, match="out"):
        np.exp(t, out=array)
    with pytest.raises(tg.errors.TensorgraphError, match="silently"):
        np.add.at(t, 0, 1.0)
    with pytest.raises(tg.errors.TensorgraphError, match="silently"):
        np.busday_count(t, t)


def test_shape_errors_name_the_op_and_the_operands() -> None:
    x = tg.tensor(np.ones((128, 64)), dtype="float32", name="x")
    w = tg.tensor(np.ones((32, 10)), name="W1")
    with pytest.raises(
        tg.errors.ShapeError, match=r"matmul: got float32\[128,64\] 'x', float64\[32,10\] 'W1': expected"
    ):
        x @ w
    with pytest.raises(tg.errors.ShapeError, match=r"add: .*'x'.*'W1'"):
        x + w
    with pytest.raises(ValueError, match="add"):
        x + w
    with pytest.raises(tg.errors.AxisError, match=r"sum: .*axis=5"):
        tg.sum(x, axis=5)
    with pytest.raises(IndexError, match="getitem"):
        x[200]
    with pytest.raises(TypeError, match="unexpected keyword"):
        tg.sum(x, axes=1)  # type: ignore[call-arg]


def test_functions_look_like_functions() -> None:
    assert str(inspect.signature(tg.exp)).startswith("(x")
    assert tg.exp.__doc__
    assert tg.exp.__module__ == "tensorgraph"
    assert pickle.loads(pickle.dumps(tg.exp)) is tg.exp
    assert pickle.loads(pickle.dumps(OPS["exp"])) is OPS["exp"]
    assert linecache.getline(tg.exp.__code__.co_filename, 1).startswith("def exp(")


def test_ops_stay_in_the_language_of_their_operands() -> None:
    exp = OPS["exp"]
    assert type(exp(np.ones(2))) is np.ndarray
    assert type(exp(tg.tensor([1.0]))) is tg.Tensor
    assert type(tg.exp(np.ones(2))) is tg.Tensor


def test_unknown_numbers_are_refused() -> None:
    with pytest.raises(tg.errors.DtypeError):
        tg.exp(Decimal(1))
    with pytest.raises(tg.errors.DtypeError):
        tg.exp(np.array([1, None]))
