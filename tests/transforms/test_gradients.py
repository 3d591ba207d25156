"""grad, value_and_grad, vjp, jvp: pytrees, nesting, errors, and no confusion between levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy

import tensorgraph as tg


def polynomial_derivative(order: int, at: float) -> float:
    s = sympy.Symbol("s")
    return float(sympy.diff(sympy.sin(s) * s**4 / (1 + s**2), s, order).subs(s, at))


def forward_derivative(f: Any) -> Any:
    return lambda x: tg.jvp(f, (x,), (1.0,))[1]


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_any_order_in_reverse_mode(order: int) -> None:
    f: Any = lambda x: tg.sin(x) * x**4 / (1 + x**2)  # noqa: E731
    for _ in range(order):
        f = tg.grad(f)
    assert f(1.3).item() == pytest.approx(polynomial_derivative(order, 1.3), rel=1e-11)


@pytest.mark.parametrize("modes", ["rf", "fr", "ff", "rrf", "frf", "fff"])
def test_any_mixture_of_modes(modes: str) -> None:
    f: Any = lambda x: tg.sin(x) * x**4 / (1 + x**2)  # noqa: E731
    for mode in modes:
        f = tg.grad(f) if mode == "r" else forward_derivative(f)
    assert f(1.3).item() == pytest.approx(polynomial_derivative(len(modes), 1.3), rel=1e-11)


def test_no_perturbation_confusion() -> None:
    # d/dx [x · d/dy (x + y)] = 1 and d/dx [x · d/dy (x y)] = 2x, in every mixture of modes.
    for outer in (tg.grad, forward_derivative):
        for inner in (tg.grad, forward_derivative):
            assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(2.0).item() == 1.0
            assert outer(lambda x: x * inner(lambda y: x * y)(1.0))(3.0).item() == 6.0
            assert outer(lambda x: inner(lambda y: x * y * y)(x))(3.0).item() == 12.0


class Point(NamedTuple):
    x: Any
    y: Any


@dataclass
class Ball:
    centre: Any
    radius: Any


def test_pytrees_of_every_kind() -> None:
    def f(tree: Any) -> Any:
        return tree["a"][0] * tree["a"][1].x * tree["b"].radius + tree["b"].centre.sum() + tree["a"][1].y

    tree = {"a": [2.0, Point(3.0, 4.0)], "b": Ball(np.ones(2), 5.0), "none": None}
    g = tg.grad(f)(tree)
    assert (g["a"][0].item(), g["a"][1].x.item(), g["a"][1].y.item()) == (15.0, 10.0, 1.0)
    assert isinstance(g["a"][1], Point)
    assert isinstance(g["b"], Ball)
    assert g["b"].centre.tolist() == [1.0, 1.0]
    assert g["b"].radius.item() == 6.0
    assert g["none"] is None


def test_argnums_aux_and_keywords() -> None:
    def f(x: Any, y: Any, *, scale: float) -> Any:
        return x * y * scale, {"note": "kept", "sum": x + y}

    (gx, gy), aux = tg.grad(f, argnums=(0, 1), has_aux=True)(2.0, 3.0, scale=10.0)
    assert (gx.item(), gy.item()) == (30.0, 20.0)
    assert aux["note"] == "kept"
    assert not aux["sum"].requires_grad
    (value, aux), g = tg.value_and_grad(f, argnums=-1, has_aux=True)(2.0, 3.0, scale=10.0)
    assert (value.item(), g.item()) == (60.0, 20.0)
    assert not value.requires_grad


def test_the_gradient_of_a_constant_is_zero() -> None:
    assert tg.grad(lambda x: 3.0)(np.ones(2)).tolist() == [0.0, 0.0]
    assert tg.grad(lambda x: tg.sum(tg.stop_gradient(x)))(np.ones(2)).tolist() == [0.0, 0.0]
    assert tg.jvp(lambda x: 3.0, (1.0,), (1.0,))[1].item() == 0.0
    assert tg.grad(lambda x, y: y, argnums=(0, 1))(1.0, 2.0)[1].item() == 1.0


def test_gradients_with_respect_to_closed_over_tensors_go_on_through_a_transform() -> None:
    w = tg.tensor(3.0, requires_grad=True)
    inner = tg.grad(lambda x: w * x * x)(2.0)
    assert inner.item() == 12.0
    inner.backward()
    assert w.grad is not None
    assert w.grad.item() == 4.0
    out, pullback = tg.vjp(lambda x: w * x, 2.0)
    w.grad = None
    out.backward()
    assert w.grad is not None
    assert w.grad.item() == 2.0
    assert pullback(1.0)[0].item() == 3.0


def test_a_transform_leaves_no_trace_on_its_arguments() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    g = tg.grad(lambda t: (t**3).sum())(x.detach())
    assert not g.requires_grad
    assert x.grad is None
    recorded = tg.grad(lambda t: (t**3).sum())(x)
    recorded.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 12.0]
    with tg.no_grad():
        quiet = tg.grad(lambda t: (t**3).sum())(x)
    assert quiet.tolist() == [3.0, 12.0]
    assert not quiet.requires_grad


def test_vjp_with_trees_and_several_calls() -> None:
    out, pullback = tg.vjp(lambda a, b: {"p": a * b, "q": [a + b]}, np.array([1.0, 2.0]), 3.0)
    assert out["p"].tolist() == [3.0, 6.0]
    for k in (1.0, 2.0):
        ga, gb = pullback({"p": np.array([k, k]), "q": [np.array([0.0, 1.0])]})
        assert ga.tolist() == [3.0 * k, 3.0 * k + 1.0]
        assert gb.item() == 3.0 * k + 1.0
    with pytest.raises(tg.errors.ArgumentError, match="expected a dict"):
        pullback([1.0])
    with pytest.raises(tg.errors.ShapeError, match=r"\(2,\)"):
        pullback({"p": np.ones(3), "q": [np.ones(2)]})


def test_the_pullback_can_be_differentiated_in_its_cotangent() -> None:
    _, pullback = tg.vjp(lambda x: x**2, np.array([1.0, 2.0]))
    g = tg.grad(lambda c: pullback(c)[0].sum())(np.ones(2))
    assert g.tolist() == [2.0, 4.0]
    _, push = tg.jvp(lambda x: x**2, (3.0,), (2.0,))
    assert push.item() == 12.0
    assert tg.grad(lambda t: tg.jvp(lambda x: x**2, (3.0,), (t,))[1])(2.0).item() == 6.0


def test_outputs_that_are_inputs() -> None:
    out, pullback = tg.vjp(lambda x: (x, x, 2 * x), 1.0)
    assert [o.item() for o in out] == [1.0, 1.0, 2.0]
    assert pullback((1.0, 1.0, 1.0))[0].item() == 4.0


@pytest.mark.parametrize("bad", [3, "text", np.array([1, 2]), True])
def test_what_cannot_be_differentiated_is_named_by_its_path(bad: object) -> None:
    with pytest.raises(tg.errors.DtypeError, match=r"\['w'\]\[1\]"):
        tg.grad(lambda t: t["w"][0])({"w": [1.0, bad]})


def test_errors_say_what_came_back() -> None:
    with pytest.raises(tg.errors.GradientError, match=r"scalar, got float64\[3\]"):
        tg.grad(lambda x: x)(np.ones(3))
    with pytest.raises(tg.errors.GradientError, match="tuple"):
        tg.grad(lambda x: (x, x))(1.0)
    with pytest.raises(tg.errors.DtypeError, match="holomorphic"):
        tg.grad(lambda x: x * 1j)(1.0)
    with pytest.raises(tg.errors.ArgumentError, match="argnums=2"):
        tg.grad(lambda x: x, argnums=2)(1.0)
    with pytest.raises(tg.errors.ArgumentError, match="has_aux"):
        tg.grad(lambda x: x, has_aux=True)(1.0)
    with pytest.raises(tg.errors.ArgumentError, match="tuples"):
        tg.jvp(lambda x: x, 1.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(tg.errors.ShapeError, match="tangents"):
        tg.jvp(lambda x: x, (np.ones(2),), (np.ones(3),))


def test_complex_gradients_follow_the_convention() -> None:
    z = 1.5 - 0.5j
    f = lambda x: (tg.real(x * x * x) + tg.imag(x)).sum()  # noqa: E731
    g = tg.grad(f)(z).item()
    h = 1e-6
    by_real = (f(tg.tensor(z + h)).item() - f(tg.tensor(z - h)).item()) / (2 * h)
    by_imag = (f(tg.tensor(z + 1j * h)).item() - f(tg.tensor(z - 1j * h)).item()) / (2 * h)
    assert g == pytest.approx(by_real - 1j * by_imag, abs=1e-8)
    assert tg.grad(lambda x: x**3, holomorphic=True)(z).item() == pytest.approx(3 * z**2)
