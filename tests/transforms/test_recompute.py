"""checkpoint: the same numbers as without it, in every mode and order, for less memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg

RNG = np.random.default_rng(0)
W, X, V = RNG.normal(size=(3, 3)), RNG.normal(size=3), RNG.normal(size=3)


def block(w: Any) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        return {"a": tg.tanh(w @ x), "b": (x * x).sum(), "same": x, "mask": x > 0, "twice": [x + 1.0] * 2, "n": None}

    return f


def loss(f: Any) -> Any:
    def total(x: Any) -> Any:
        first = f(x)
        second = f(first["a"])
        joined = (second["a"] * first["b"]).sum() + (first["same"] * second["twice"][0]).sum() + second["twice"][1][0]
        return joined * second["b"]

    return total


PLAIN, SAVED = loss(block(W)), loss(tg.checkpoint(block(W)))

WAYS = {
    "value": lambda f: f(tg.tensor(X)),
    "grad": lambda f: tg.grad(f)(X),
    "jvp": lambda f: tg.jvp(f, (X,), (V,))[1],
    "hessian": lambda f: tg.hessian(f)(X),
    "reverse over reverse": lambda f: tg.jacobian(tg.grad(f), mode="reverse")(X),
    "reverse over forward": lambda f: tg.grad(lambda x: tg.jvp(f, (x,), (V,))[1])(X),
    "forward over forward": lambda f: tg.jvp(lambda x: tg.jvp(f, (x,), (V,))[1], (X,), (V,))[1],
    "third": lambda f: tg.grad(lambda x: tg.hvp(f, (x,), (V,)) @ V)(X),
    "vmap of grad": lambda f: tg.vmap(tg.grad(f))(np.stack([X, V])),
    "grad of vmap": lambda f: tg.grad(lambda xs: tg.vmap(f)(xs).sum())(np.stack([X, V])),
    "checkpointed again": lambda f: tg.grad(tg.checkpoint(f))(X),
    "pullback called twice": lambda f: (lambda back: back(1.0)[0] + back(2.0)[0])(tg.vjp(f, X)[1]),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_as_without(way: str) -> None:
    found, expected = WAYS[way](SAVED).numpy(), WAYS[way](PLAIN).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_against_finite_differences() -> None:
    report = tg.testing.check_grads(SAVED, (X,), order=2)
    assert report.verdict is tg.testing.Verdict.PASS


def test_parameters_that_the_function_closes_over() -> None:
    grads = []
    for wrapper in (lambda f: f, tg.checkpoint):
        w = tg.tensor(W, requires_grad=True)
        total = loss(wrapper(block(w)))(X)
        total.backward()
        total.backward()
        assert w.grad is not None
        grads.append(w.grad.numpy())
    np.testing.assert_allclose(grads[1], grads[0], rtol=1e-12)
    model = tg.nn.MLP([3, 4, 2], rng=0)
    for wrapper in (lambda f: f, tg.checkpoint):
        model.zero_grad()
        (wrapper(model)(tg.tensor(X)) ** 2).sum().backward()
        grads.append([p.grad.numpy() for p in model.parameters()])
    for a, b in zip(grads[-1], grads[-2], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
    w = tg.tensor(W, requires_grad=True)
    tg.checkpoint(lambda: (w * w).sum())().backward()
    assert w.grad is not None
    assert w.grad.tolist() == (2 * W).tolist()


def test_an_input_that_is_made_of_another_input() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y

    for wrapper in (lambda f: f, tg.checkpoint):
        x = tg.tensor(3.0, requires_grad=True)
        wrapper(f)(x, x * x).backward()
        assert x.grad is not None
        assert x.grad.item() == 27.0


def test_create_graph() -> None:
    found = []
    for wrapper in (lambda f: f, tg.checkpoint):
        w = tg.tensor(W, requires_grad=True)
        loss(wrapper(block(w)))(X).backward(create_graph=True)
        assert w.grad is not None
        first, w.grad = w.grad, None
        (first * first).sum().backward()
        found.append(w.grad.numpy())
    np.testing.assert_allclose(found[1], found[0], rtol=1e-11)


def test_keywords_arrays_and_constants() -> None:
    @tg.checkpoint
    def f(x: Any, *, factor: Any) -> Any:
        return x * factor

    given = np.array([1.0, 2.0, 3.0])
    x = tg.tensor(X, requires_grad=True)
    z = f(x, factor=given)
    given[:] = 7.0  # what the graph has read cannot be changed behind its back
    z.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1.0, 2.0, 3.0]
    mask = tg.checkpoint(lambda x: {"z": tg.sin(x), "mask": tg.sin(x) > 0})(x)["mask"]
    assert mask.is_leaf  # else it would keep the inside that is to be forgotten
    constant = tg.checkpoint(lambda x: x * 2)(tg.tensor(X))
    assert constant.is_leaf
    with tg.no_grad():
        assert not f(x, factor=given).requires_grad
    assert tg.checkpoint(lambda x: 5)(x) == 5


def test_mixed_dtypes() -> None:
    def f(x: Any, y: Any) -> Any:
        return x.astype(np.float64) * 2, x * x, (y * 1j, tg.real(y))

    def total(f: Any) -> Any:
        def g(x: Any, y: Any) -> Any:
            a, b, (c, d) = f(x, y)
            return a.sum() + b.sum().astype(np.float64) + tg.abs(c).sum() * d.sum()

        return g

    x, y = X.astype(np.float32), X + 2.0
    for found, expected in zip(
        tg.grad(total(tg.checkpoint(f)), (0, 1))(x, y), tg.grad(total(f), (0, 1))(x, y), strict=True
    ):
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)


def test_a_function_that_computes_something_else_is_found_out() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(tg.errors.GradientError, match="another result when it was run again.*random numbers outside"):
        tg.grad(tg.checkpoint(lambda x: (x * rng.normal(size=3)).sum()))(X)
    calls: list[int] = []

    def growing(x: Any) -> Any:
        calls.append(0)
        return [x * 2] * len(calls)

    with pytest.raises(tg.errors.GradientError, match="growing gave another result"):
        tg.grad(lambda x: tg.checkpoint(growing)(x)[0].sum())(X)
    w = tg.tensor(W, requires_grad=True)
    z = tg.checkpoint(lambda: (w * w).sum())()
    w.assign(2 * W)
    with pytest.raises(tg.errors.StaleLeafError):
        z.backward()


def test_an_error_inside_says_so_and_changes_nothing() -> None:
    w = tg.tensor(W, requires_grad=True)
    calls: list[int] = []

    def f() -> Any:
        calls.append(0)
        if len(calls) > 1:
            message = "second run"
            raise OSError(message)
        return (w * w).sum()

    z = tg.checkpoint(f)()
    with pytest.raises(OSError, match="second run"):
        z.backward()
    assert w.grad is None


def chain(x: Any, steps: int, wrap: Callable[[Any], Any], depth: int = 1) -> Any:
    """`steps` sines in a row, cut into equal pieces, these into pieces again, down to `depth`."""
    pieces = round(steps ** (1 / (depth + 1)))
    size = steps // pieces

    def piece(x: Any) -> Any:
        if depth > 1:
            return chain(x, size, wrap, depth - 1)
        for _ in range(size):
            x = tg.sin(x)
        return x

    saved = wrap(piece)
    for _ in range(pieces):
        x = saved(x)
    return x


def peak(steps: int, wrap: Callable[[Any], Any], depth: int = 1, size: int = 4000) -> float:
    """The highest memory of a forward and a backward run, in arrays of one step."""
    x = tg.tensor(np.linspace(0.0, 1.0, size), requires_grad=True)
    gc.collect()
    tracemalloc.start()
    chain(x, steps, wrap, depth).sum().backward()
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert x.grad is not None
    return top / (8 * size)


def test_memory_grows_with_the_root_of_a_chain() -> None:
    small, large = peak(64, tg.checkpoint), peak(1024, tg.checkpoint)
    assert peak(1024, lambda f: f) > 1000  # what a chain needs without
    assert large < 2.6 * 32
    assert large / small < 4.5  # 16 times the steps: √16, and not 16
    assert peak(1000, tg.checkpoint, depth=2) < 6 * 10  # cut twice: the cube root


def test_nothing_is_left_behind_without_the_collector() -> None:
    def alive() -> int:
        return sum(issubclass(type(o), tg.Tensor | np.ndarray) for o in gc.get_objects())

    x = tg.tensor(np.ones(10), requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        counts = []
        for _ in range(5):
            chain(x, 16, tg.checkpoint).sum().backward()
            x.grad = None
            counts.append(alive())
    finally:
        gc.enable()
    assert len(set(counts)) == 1
