"""Shapes and orders of axes: the keywords that the cards' cases do not know, memory orders, views."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, AxisError, ShapeError

X = np.random.default_rng(9).normal(size=(2, 3, 4))
LAYOUTS = [X, np.asfortranarray(X), X.transpose(1, 2, 0), X[::-1, ::2], np.asfortranarray(X)[:, ::-1]]


@pytest.mark.parametrize("order", ["C", "F", "A"])
@pytest.mark.parametrize("x", LAYOUTS, ids=lambda x: str(x.strides))
def test_reshape_orders(alike, order, x):
    n = x.size
    x = np.array(x)  # tg.tensor keeps the layout of what it copies, as np.array does
    for f in (
        lambda xp, x: xp.reshape(x, (n // 2, 2), order=order),
        lambda xp, x: xp.reshape(x, (2, -1), order=order),
        lambda xp, x: xp.reshape(x, -1, order),
    ):
        alike(f, x, dtypes=(float,), grads=order in {"C", "F"})
        undone(f, x)


def undone(f, x):
    """The gradient of a rearrangement puts each number back where it came from, in the layout of x."""
    leaf = tg.tensor(x, requires_grad=True)
    f(tg, leaf).backward(f(np, x))
    np.testing.assert_array_equal(leaf.grad.numpy(), x)
    _, dy = tg.jvp(lambda t: f(tg, t), (leaf.detach(),), (np.ascontiguousarray(x),))
    np.testing.assert_array_equal(dy.numpy(), f(np, x))


@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
@pytest.mark.parametrize("x", LAYOUTS, ids=lambda x: str(x.strides))
def test_ravel_orders(alike, order, x):
    x = np.array(x)
    alike(lambda xp, x: xp.ravel(x, order), x, dtypes=(float,), grads=order in {"C", "F"})
    undone(lambda xp, x: xp.ravel(x, order), x)
    assert tg.tensor(x).flatten(order).tolist() == x.flatten(order).tolist()


def test_reshape_refuses():
    with pytest.raises(ShapeError, match=r"reshape: got float64\[2,3,4\] with shape=\(5, 5\)"):
        tg.reshape(X, (5, 5))
    with pytest.raises(ArgumentError, match="order"):
        tg.reshape(X, (-1,), order="X")
    with pytest.raises(ArgumentError, match="order"):
        tg.ravel(X, "X")
    with pytest.raises(ArgumentError, match="shape takes integers"):
        tg.reshape(X, (2.0, 12))


def test_reshape_copy():
    t = tg.tensor(X)
    assert np.shares_memory(tg.reshape(t, (6, 4), copy=False).numpy(), t.numpy())
    assert tg.reshape(t, (6, 4), copy=True).shape == (6, 4)
    with pytest.raises(ShapeError, match="copy=False"):
        tg.reshape(t.T, (6, 4), copy=False)


def test_methods_take_their_tuple_as_arguments():
    t = tg.tensor(X)
    assert t.reshape(6, 4).shape == t.reshape((6, 4)).shape == t.reshape([6, 4]).shape == (6, 4)
    assert t.reshape(6, -1, order="F").tolist() == X.reshape(6, -1, order="F").tolist()
    assert t.reshape(-1).shape == t.reshape(np.int64(24)).shape == (24,)
    assert tg.tensor([3.0]).reshape(()).shape == tg.tensor([3.0]).reshape().shape == ()
    assert t.transpose(2, 0, 1).shape == t.transpose((2, 0, 1)).shape == (4, 2, 3)
    assert t.transpose().shape == t.transpose(None).shape == t.T.shape == (4, 3, 2)
    assert t.mT.shape == (2, 4, 3)
    assert t[0, 0].transpose(0).shape == (4,)


@pytest.mark.parametrize("axis", [None, 0, 2, (0, -1), ()])
def test_squeeze(alike, axis):
    alike(lambda xp, x: xp.squeeze(x, axis=axis), X[:1, :, :1])
    with pytest.raises(ShapeError, match="squeeze"):
        tg.squeeze(X, 1)


@pytest.mark.parametrize("axis", [0, -1, (0, 2), (-1, 0), [1]])
def test_expand_dims(alike, axis):
    alike(lambda xp, x: xp.expand_dims(x, axis), X[0])
    with pytest.raises(AxisError):
        tg.expand_dims(X, 7)


@pytest.mark.parametrize(("source", "destination"), [(0, -1), ([0, 1], [1, 0]), ((2, -3), (0, 1)), (1, 1)])
def test_moveaxis(alike, source, destination):
    alike(lambda xp, x: xp.moveaxis(x, source, destination), X)
    with pytest.raises(ValueError, match="out of bounds"):
        tg.moveaxis(X, 3, 0)


@pytest.mark.parametrize(("axis", "start"), [(0, 3), (1, 0), (-1, 1), (2, -1)])
def test_rollaxis(alike, axis, start):
    alike(lambda xp, x: xp.rollaxis(x, axis, start), X)


def test_axes_of_length_zero_and_one_are_told_apart_when_moved(alike):
    alike(lambda xp, x: xp.moveaxis(x, 0, 1), X[:, :0], dtypes=(float,), grads=False)
    alike(lambda xp, x: xp.moveaxis(x, [0, 1], [1, 0]), X[:1, :1])


def test_static_parameters_are_kept_as_they_were():
    """A list that the caller changes after the call must not change the gradient."""
    x = tg.tensor(X, requires_grad=True)
    axes = [2, 0, 1]
    y = tg.transpose(x, axes)
    axes.reverse()
    w = np.random.default_rng(0).normal(size=y.shape)
    y.backward(w)
    np.testing.assert_array_equal(x.grad.numpy(), w.transpose(1, 2, 0))


def test_matrix_transpose_wants_a_matrix():
    with pytest.raises(ShapeError, match="matrix_transpose"):
        tg.matrix_transpose([1.0, 2.0])
    with pytest.raises(ShapeError, match="matrix_transpose"):
        _ = tg.tensor(1.0).mT


@given(npst.mutually_broadcastable_shapes(num_shapes=1, base_shape=(2, 3, 2), max_dims=3))
def test_broadcast_to_sums_back(shapes):
    shape = shapes.input_shapes[0]
    if np.broadcast_shapes(shape, (2, 3, 2)) != (2, 3, 2):
        return
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    value, back = tg.vjp(lambda x: tg.broadcast_to(x, (2, 3, 2)), x)
    np.testing.assert_array_equal(value.numpy(), np.broadcast_to(x, (2, 3, 2)))
    assert back(np.ones((2, 3, 2)))[0].tolist() == np.full(shape, 12 / max(1, x.size)).tolist()


VIEWS = {
    "reshape": lambda t: t.reshape(-1),
    "transpose": lambda t: t.T,
    "slice": lambda t: t[1:],
    "broadcast_to": lambda t: tg.broadcast_to(t, (2, 2, 3, 4)),
    "split": lambda t: tg.split(t, 2)[0],
    "ravel": tg.ravel,
    "sliding_window_view": lambda t: tg.sliding_window_view(t, 2, axis=0),
    "diagonal": tg.diagonal,
}


@pytest.mark.parametrize("name", VIEWS)
def test_views_never_see_a_later_write(name):
    t = tg.tensor(X)
    view = VIEWS[name](t)
    before = view.tolist()
    t[...] = 0.0
    assert view.tolist() == before
    view = VIEWS[name](t)
    w = tg.tensor(X)
    seen = VIEWS[name](w)
    w.assign(np.zeros_like(X))
    assert seen.tolist() == before
    assert not view.numpy().flags.writeable


@pytest.mark.parametrize("name", VIEWS)
def test_gradients_through_views_own_their_memory(name):
    x = tg.tensor(X, requires_grad=True)
    VIEWS[name](x).sum().backward()
    first = x.grad.tolist()
    VIEWS[name](x).sum().backward()
    assert x.grad.tolist() == (2 * np.array(first)).tolist()
    cotangent = np.ones(VIEWS[name](x).shape)
    x.grad = None
    VIEWS[name](x).backward(cotangent)
    cotangent[...] = 7.0
    assert x.grad.tolist() == first


@given(st.permutations(range(4)))
def test_transposed_twice(axes):
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    back = [axes.index(i) for i in range(4)]
    assert tg.transpose(tg.transpose(x, axes), back).tolist() == x.tolist()
