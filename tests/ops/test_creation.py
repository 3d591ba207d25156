"""New tensors: against NumPy, and with gradients where Tensors go in."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, CoercionError, DtypeError
from tensorgraph.testing import check_grads

X = np.random.default_rng(15).normal(size=(2, 3))


def equal(found, expected):
    assert type(found) is tg.Tensor
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize("name", ["zeros", "ones"])
@pytest.mark.parametrize("arguments", [(3,), ((2, 3),), ([0, 2],), ((), np.float32), (2, bool), (2, "int8", "F")])
def test_filled(name, arguments):
    equal(getattr(tg, name)(*arguments), getattr(np, name)(*arguments))
    assert tg.empty(*arguments).shape == np.empty(*arguments).shape


@pytest.mark.parametrize("name", ["zeros_like", "ones_like"])
def test_like(name):
    for keywords in ({}, {"dtype": np.int8}, {"shape": (4,)}):
        for x in (X, X.astype(np.float32), np.arange(3), True):
            equal(getattr(tg, name)(x, **keywords), getattr(np, name)(x, **keywords))
            equal(getattr(np, name)(tg.tensor(x), **keywords), getattr(np, name)(x, **keywords))
    assert tg.empty_like(X, dtype=int).dtype == int
    assert not getattr(tg, name)(tg.tensor(X, requires_grad=True)).requires_grad


@pytest.mark.parametrize("value", [2, 2.5, True, 1j, [1, 2, 3], np.float32(2)])
@pytest.mark.parametrize("dtype", [None, complex])
def test_full(value, dtype):
    equal(tg.full((2, 3), value, dtype), np.full((2, 3), value, dtype))
    if not isinstance(value, complex):
        equal(tg.full_like(X, value), np.full_like(X, value))
        equal(np.full_like(tg.tensor(X), value, dtype=dtype), np.full_like(X, value, dtype=dtype))


def test_full_of_tensors():
    check_grads(lambda c: tg.full((2, 3), c), (1.5,))
    check_grads(lambda c: tg.full((2, 3), c), (np.array([1.0, 2.0, 3.0]),))
    check_grads(lambda c: tg.full((3, 2), [c, 2.0]), (1.5,))
    check_grads(lambda c: tg.full_like(X, c), (1.5,))
    assert tg.full_like(np.zeros(2, np.float32), tg.tensor(1.5)).dtype == np.float32


@pytest.mark.parametrize(
    "obj", [1, 2.5, True, 1j, [1, 2], [[1.0], [2.0]], (1, 2.5), range(3), X, np.float32(1), [], 2**63]
)
@pytest.mark.parametrize("dtype", [None, np.float32])
def test_asarray(obj, dtype):
    if isinstance(obj, complex) and dtype is not None:
        return
    equal(tg.asarray(obj, dtype), np.asarray(obj, dtype))
    equal(tg.array(obj, dtype, ndmin=2), np.array(obj, dtype, ndmin=2))


def test_asarray_of_nested_tensors():
    check_grads(lambda a, b: tg.asarray([[a, 1.0], [2.0, b]]), (1.5, 2.5))
    check_grads(lambda a: tg.asarray([a, [1.0, 2.0], a]), (np.array([1.5, 2.5]),))
    assert tg.asarray([tg.tensor(1.0), 2], dtype=np.float32).dtype == np.float32
    with pytest.raises(ArgumentError, match="no array"):
        tg.asarray([tg.tensor([1.0, 2.0]), 1.0])


def test_asarray_copies_what_is_not_a_tensor():
    source = np.ones(3)
    t = tg.asarray(source)
    source[0] = 9.0
    assert t.tolist() == [1.0, 1.0, 1.0]
    assert tg.asarray(t) is tg.asarray(t, copy=False) is t
    for obj, dtype in ((source, None), ([1.0], None), (t, np.float32)):
        with pytest.raises(ArgumentError, match="copy=False"):
            tg.asarray(obj, dtype, copy=False)


def test_asarray_keeps_the_history_of_a_copy():
    x = tg.tensor(X, requires_grad=True)
    y = tg.asarray(x, copy=True)
    assert y is not x
    y.sum().backward()
    assert x.grad.tolist() == np.ones_like(X).tolist()
    free = tg.tensor(X)
    twin = tg.array(free)
    free[...] = 0.0
    assert twin.tolist() == X.tolist()


def test_refusals():
    for create in (tg.zeros, tg.ones, tg.empty):
        with pytest.raises(ArgumentError, match="device"):
            create(2, device="gpu")
        with pytest.raises(DtypeError, match="numbers"):
            create(2, dtype="U3")
    with pytest.raises(DtypeError):
        tg.asarray("abc")
    with pytest.raises(DtypeError):
        tg.asarray({"a": 1})
    with pytest.raises(CoercionError):
        tg.sin([tg.tensor(1.0, requires_grad=True)])
