"""vmap: a batch is its examples, under every nesting; axes, pytrees, sharing; what it refuses, and how it says so."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.testing.programs import random_program

RNG = np.random.default_rng(0)
W, XS, YS = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4)), RNG.normal(size=(5, 3))


def loss(w: Any, x: Any, y: Any) -> Any:
    return ((tg.tanh(w @ x) - y) ** 2).sum()


def each(f: Any, *args: Any) -> np.ndarray:
    """f on one example after the other."""
    return np.stack([f(*row).numpy() for row in zip(*args, strict=True)])


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), shared=st.sampled_from([(), (0,), (1,)]))
def test_random_programs(seed: int, shared: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    program, xs = random_program(rng, inputs=2, steps=7)
    axes = tuple(None if i in shared else 0 for i in range(2))
    many = [x if i in shared else np.stack([x, x * 1.01, x * 0.99]) for i, x in enumerate(xs)]

    def one(f: Any, k: int) -> Any:
        return f(*[x if i in shared else x[k] for i, x in enumerate(many)])

    def compare(found: Any, expected: list[Any]) -> None:
        truth = np.stack([t.numpy() for t in expected])
        np.testing.assert_allclose(found.numpy(), truth, rtol=1e-10, atol=1e-12 * np.abs(truth).max(initial=1.0))

    compare(tg.vmap(program, axes)(*many), [one(program, k) for k in range(3)])
    gradient = tg.grad(program, (0, 1))
    for i, found in enumerate(tg.vmap(gradient, axes)(*many)):
        compare(found, [one(gradient, k)[i] for k in range(3)])
    total = tg.grad(lambda *a: tg.vmap(program, axes)(*a).sum(), (0, 1))(*many)
    for i, found in enumerate(total):
        rows = [one(gradient, k)[i].numpy() for k in range(3)]
        truth = np.sum(rows, axis=0) if i in shared else np.stack(rows)
        np.testing.assert_allclose(found.numpy(), truth, rtol=1e-10, atol=1e-12 * np.abs(truth).max(initial=1.0))


def test_axes_in_and_out() -> None:
    f = tg.outer
    expected = each(f, XS, YS)
    for axis_x in (0, 1, -1):
        for out in (0, 1, 2, -1, -3):
            xs = np.moveaxis(XS, 0, axis_x)
            found = tg.vmap(f, (axis_x, 0), out)(xs, YS).numpy()
            np.testing.assert_allclose(np.moveaxis(found, out, 0), expected)
    shared, own = tg.vmap(lambda w, x: (w * 2, w @ x), (None, 0), (None, 0))(W, XS)
    assert shared.tolist() == (2 * W).tolist()
    np.testing.assert_allclose(own.numpy(), XS @ W.T)
    # What does not depend on the examples is repeated.
    assert tg.vmap(lambda x: tg.ones(2))(XS).tolist() == np.ones((5, 2)).tolist()
    assert tg.vmap(lambda x: 7.0)(XS).tolist() == [7.0] * 5


class Pair(NamedTuple):
    a: Any
    b: Any


def test_pytrees() -> None:
    def f(p: Any, x: Any) -> Any:
        return {"z": p["W"] @ x.a + p["b"], "b": x.b, "none": None}

    tree = Pair(XS, YS.T)
    found = tg.vmap(f, ({"W": None, "b": 0}, Pair(0, 1)), {"z": 1, "b": 0, "none": None})({"W": W, "b": YS}, tree)
    np.testing.assert_allclose(found["z"].numpy(), (XS @ W.T + YS).T)
    assert found["b"].tolist() == YS.tolist()
    assert found["none"] is None
    one = tg.vmap(f, (None, 0))({"W": W, "b": YS[0]}, Pair(XS, YS))
    np.testing.assert_allclose(one["z"].numpy(), XS @ W.T + YS[0])


def test_transforms_inside_and_outside() -> None:
    per_example = tg.vmap(tg.grad(loss), (None, 0, 0))(W, XS, YS).numpy()
    expected = each(lambda x, y: tg.grad(loss)(W, x, y), XS, YS)
    np.testing.assert_allclose(per_example, expected, rtol=1e-13)
    w = tg.tensor(W, requires_grad=True)
    tg.vmap(loss, (None, 0, 0))(w, XS, YS).sum().backward()
    assert w.grad is not None
    np.testing.assert_allclose(w.grad.numpy(), expected.sum(0), rtol=1e-12)
    # Squared lengths of the gradients of the examples, differentiated by the shared weights: three levels.
    penalty = lambda w: (tg.vmap(tg.grad(loss), (None, 0, 0))(w, XS, YS) ** 2).sum()  # noqa: E731
    summed = lambda w: sum((tg.grad(loss)(w, x, y) ** 2).sum() for x, y in zip(XS, YS, strict=True))  # noqa: E731
    np.testing.assert_allclose(tg.grad(penalty)(W).numpy(), tg.grad(summed)(W).numpy(), rtol=1e-12)
    for inner in (
        tg.hessian(lambda x: loss(W, x, YS[0])),
        tg.jacobian(lambda x: tg.tanh(W @ x)),
        lambda x: tg.jvp(lambda x: tg.tanh(W @ x), (x,), (XS[0],))[1],
        lambda x: tg.hvp(lambda x: loss(W, x, YS[0]), (x,), (x,)),
        lambda x: tg.vjp(lambda x: tg.tanh(W @ x), x)[1](YS[0])[0],
        lambda x: tg.linearize(lambda x: tg.tanh(W @ x), x)[1](x),
        lambda x: tg.vmap(lambda y: tg.grad(lambda x: loss(W, x, y))(x))(YS),
        lambda x: tg.value_and_grad(lambda x: loss(W, x, YS[0]))(x)[0],
        tg.elementwise_grad(tg.sin),
    ):
        np.testing.assert_allclose(tg.vmap(inner)(XS).numpy(), each(inner, XS), rtol=1e-11, atol=1e-13)


def test_no_confusion_between_levels() -> None:
    # Every pair: f sees x of the outer and y of the inner level; neither is taken for the other.
    f = lambda x, y: x[0] * y + tg.grad(lambda t: (t * x * y[0]).sum())(y)[:3]  # noqa: E731
    g = lambda x, y: x[0] * y + (x * y[0])[:3]  # noqa: E731
    square = RNG.normal(size=(3, 3))
    found = tg.vmap(lambda x: tg.vmap(lambda y: f(x, y))(square))(square).numpy()
    expected = np.stack([[g(x, y) for y in square] for x in square])
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    # An inner vmap over what the outer shares, and one over an axis of the outer's own example.
    cube = RNG.normal(size=(2, 3, 4))
    found = tg.vmap(lambda x: tg.vmap(lambda y: x.sum() * y, 1, 1)(x))(cube).numpy()
    np.testing.assert_allclose(found, cube.sum((1, 2))[:, None, None] * cube, rtol=1e-13)


def test_indices_that_differ_between_examples() -> None:
    table, rows = RNG.normal(size=(6, 2, 3)), np.array([[0, 5], [2, 2], [-1, 3]])
    gradient = tg.grad(lambda t, i: (t[i] ** 2).sum())
    cases = {
        "rows of a shared table": (lambda i: table_t[i], (rows,)),
        "single rows": (lambda i: table_t[i], (rows[:, 0],)),
        "behind a slice": (lambda i: table_t[:, :, i], (rows % 3,)),
        "two arrays": (lambda i: table_t[i, i % 2], (rows,)),
        "with a slice between": (lambda i: table_t[i, :, i % 3], (rows,)),
        "a table of its own": (lambda t, i: t[i], (table[:3], rows % 2)),
        "its own, behind a slice": (lambda t, i: t[:, i], (table[:3], rows % 3)),
        "a mask": (lambda t, i: tg.where(t > 0, t, i[0]), (table[:3], rows)),
        "along an axis": (lambda t, i: tg.take_along_axis(t, i[None], axis=1), (table[:3], rows % 3)),
        "taken": (lambda i: tg.take(table_t, i, axis=0), (rows,)),
        "read twice, added up": (lambda i: gradient(table_t, i), (rows,)),
        "written": (lambda t, i: t.at[i % 2].add(1.0), (table[:3], rows)),
    }
    table_t = tg.tensor(table)
    for name, (f, args) in cases.items():
        found = tg.vmap(f)(*map(tg.tensor, args)).numpy()
        np.testing.assert_allclose(found, each(f, *map(tg.tensor, args)), err_msg=name)


def test_per_example_gradients_of_a_model() -> None:
    model = tg.nn.MLP([4, 6, 3], rng=0)
    labels = np.array([0, 2, 1, 1, 0])
    for cost in (
        lambda m, x, k: tg.nn.cross_entropy(m(x), k, label_smoothing=0.1),
        lambda m, x, k: tg.nn.squared_error(m(x), YS[0]) + tg.nn.l2(m, 0.5),
    ):
        found = tg.vmap(tg.grad(cost), (None, 0, 0))(model, XS, labels)
        for i, (x, k) in enumerate(zip(XS, labels, strict=True)):
            single = tg.grad(cost)(model, x, k)
            for ours, theirs in zip(found.tensors(), single.tensors(), strict=True):
                np.testing.assert_allclose(ours.numpy()[i], theirs.numpy(), rtol=1e-11, atol=1e-15)


def test_no_examples_at_all() -> None:
    found = tg.vmap(tg.grad(loss), (None, 0, 0))(W, XS[:0], YS[:0])
    assert (found.shape, found.dtype) == ((0, 3, 4), W.dtype)
    assert tg.vmap(lambda x: tg.linalg.det(tg.outer(x, x)))(XS[:0]).shape == (0,)


def test_what_is_drawn_at_random_is_shared() -> None:
    rng = np.random.default_rng(0)
    found = tg.vmap(lambda x: x * 0 + tg.tensor(rng.normal(size=4)))(XS).numpy()
    assert (found == found[0]).all()


def test_single_precision_stays() -> None:
    found = tg.vmap(tg.grad(loss), (None, 0, 0))(*(a.astype(np.float32) for a in (W, XS, YS)))
    assert found.dtype == np.float32


def test_arguments_that_are_being_differentiated_elsewhere() -> None:
    x = tg.tensor(XS, requires_grad=True)
    total = tg.vmap(lambda x: (x * x.sum()).sum())(x).sum()
    total.backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 2 * XS.sum(1, keepdims=True) * np.ones(4), rtol=1e-12)
    with tg.no_grad():
        assert not tg.vmap(lambda x: x * 2)(x).requires_grad


REFUSED = {
    "if": lambda x: x if x.sum() > 0 else -x,
    "float": lambda x: x * float(x[0]),
    "item": lambda x: x * x[0].item(),
    "numpy": lambda x: x * x.numpy(),
    "asarray": lambda x: x * np.asarray(x),
    "index": lambda x: [1.0, 2.0][x[0].astype(int)],
    "range": lambda x: tg.ones(2) * len(range(x[0].astype(int))),
    "unsupported": lambda x: np.allclose(x, 1.0),
    "tensor": tg.tensor,
    "list": lambda x: tg.tensor([x[0], x[1]]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_values_of_single_examples_are_refused(name: str) -> None:
    with pytest.raises(tg.errors.CoercionError, match=r"every example of a vmap|would cut"):
        tg.vmap(REFUSED[name])(XS)


def test_errors_teach() -> None:
    add = lambda x, y: x + y  # noqa: E731
    with pytest.raises(tg.errors.ShapeError, match=r"disagree.*5 in argument \[0\], 3 in argument \[1\]"):
        tg.vmap(add)(XS, W)
    with pytest.raises(tg.errors.ArgumentError, match="no argument of <lambda> has an axis"):
        tg.vmap(add, None)(XS, W)
    with pytest.raises(tg.errors.AxisError, match=r"argument \[1\]: float64\[\] has no axis 0.*in_axes=None"):
        tg.vmap(add)(XS, 1.0)
    with pytest.raises(tg.errors.AxisError, match="no axis 4"):
        tg.vmap(add, out_axes=4)(XS, XS)
    with pytest.raises(tg.errors.ArgumentError, match="integers and None"):
        tg.vmap(add, "rows")(XS, XS)  # type: ignore[arg-type]
    with pytest.raises(tg.errors.ArgumentError, match="in_axes of <lambda>"):
        tg.vmap(add, (0, 0, 0))(XS, XS)
    with pytest.raises(tg.errors.ArgumentError, match="differs between the examples"):
        tg.vmap(add, out_axes=None)(XS, XS)
    with pytest.raises(tg.errors.GradientError, match=r"use tg\.grad"):
        tg.vmap(lambda x: x.sum().backward())(tg.tensor(XS, requires_grad=True))
    with pytest.raises(tg.errors.MutationError, match="is an example of a vmap"):
        tg.vmap(lambda x: x.__setitem__(0, 1.0))(XS)
    with pytest.raises(tg.errors.ShapeError, match="all examples must give one shape"):
        tg.vmap(tg.flatnonzero)(np.array([[0.0, 1.0], [1.0, 1.0]]))


def test_what_leaves_the_function_by_the_back_door_is_of_no_use() -> None:
    kept: list[Any] = []
    tg.vmap(lambda x: kept.append(x) or x)(XS)
    with pytest.raises(tg.errors.GradientError, match="come to its end"):
        kept[0] + 1.0
    assert "batch(float64[4], 5 examples)" in repr(kept[0])


def test_a_function_that_raises_leaves_nothing_behind() -> None:
    def f(x: Any) -> Any:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        tg.vmap(f)(XS)
    assert tg.grad(lambda x: (x * x).sum())(XS).shape == XS.shape


def test_against_jax() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def theirs(w: Any, x: Any, y: Any) -> Any:
        return ((jnp.tanh(w @ x) - y) ** 2).sum()

    expected = jax.vmap(jax.hessian(theirs, 1), (None, 0, 0))(W, XS, YS)
    found = tg.vmap(tg.hessian(loss, 1), (None, 0, 0))(W, XS, YS)
    np.testing.assert_allclose(found.numpy(), np.asarray(expected), rtol=1e-11, atol=1e-14)
