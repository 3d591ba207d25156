"""fixed_point and root: solutions and derivatives against closed forms, SymPy, finite differences, unrolled iterations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

import tensorgraph as tg
from tensorgraph.transforms import linear_systems

RNG = np.random.default_rng(0)
W, A, ZERO = RNG.normal(size=(4, 4)) * 0.2, RNG.normal(size=4), np.zeros(4)


def babylonian(a: Any, x: Any) -> Any:
    return 0.5 * (x + a / x)


def cosine(a: Any, x: Any) -> Any:
    return tg.cos(a * x) - x


def layer(p: Any, x: Any) -> Any:
    return tg.tanh(p["W"] @ x + p["b"])


P = {"W": W, "b": A}


@pytest.mark.parametrize("order", range(5))
def test_every_order_against_sympy(order: int) -> None:
    s = sympy.Symbol("s")
    expected = float(sympy.diff(sympy.sqrt(s), s, order).subs(s, 2))
    for solve in (
        lambda a: tg.fixed_point(babylonian, a, 1.0),
        lambda a: tg.root(lambda a, x: x * x - a, a, 1.0),
    ):
        for modes in ("r" * order, "f" * order, ("rf" * order)[:order]):
            f: Any = solve
            for mode in modes:
                f = tg.grad(f) if mode == "r" else (lambda g: lambda a: tg.jvp(g, (a,), (1.0,))[1])(f)
            assert tg.asarray(f(2.0)).item() == pytest.approx(expected, rel=1e-12)


def test_against_finite_differences() -> None:
    for f in (
        lambda W, b: tg.fixed_point(layer, {"W": W, "b": b}, ZERO),
        lambda W, b: tg.root(lambda p, x: layer(p, x) - 2 * x, {"W": W, "b": b}, ZERO),
    ):
        assert tg.testing.check_grads(f, (W, A), order=2).verdict is tg.testing.Verdict.PASS


def test_against_unrolled_iterations() -> None:
    def unrolled(p: Any) -> Any:
        x = tg.asarray(ZERO)
        for _ in range(200):
            x = layer(p, x)
        return (x * A).sum()

    implicit = lambda p: (tg.fixed_point(layer, p, ZERO) * A).sum()  # noqa: E731
    for ours, theirs in zip(tg.grad(implicit)(P).values(), tg.grad(unrolled)(P).values(), strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-11, atol=1e-13)
    t = {"W": RNG.normal(size=W.shape), "b": RNG.normal(size=4)}
    ours, theirs = tg.hvp(implicit, (P,), (t,)), tg.hvp(unrolled, (P,), (t,))
    for key in P:
        np.testing.assert_allclose(ours[key].numpy(), theirs[key].numpy(), rtol=1e-9, atol=1e-12)


def test_what_the_function_closes_over_and_what_it_starts_from() -> None:
    w, b, x0 = (tg.tensor(v, requires_grad=True) for v in (W, A, ZERO + 0.1))
    z = tg.fixed_point(lambda _, x: tg.tanh(w @ x + b), None, x0)
    (z * z).sum().backward()
    expected = tg.grad(lambda p: (tg.fixed_point(layer, p, ZERO) ** 2).sum())(P)
    assert w.grad is not None
    assert b.grad is not None
    np.testing.assert_allclose(w.grad.numpy(), expected["W"].numpy(), rtol=1e-10)
    np.testing.assert_allclose(b.grad.numpy(), expected["b"].numpy(), rtol=1e-10)
    assert x0.grad is None
    assert tg.grad(lambda x0: tg.fixed_point(layer, P, x0).sum())(ZERO).tolist() == [0.0] * 4


def test_pytrees_and_mixed_precision() -> None:
    def f(p: Any, x: Any) -> Any:
        return {"u": layer(p, x["u"]) * 0.5, "v": (0.5 * x["v"][0] + x["u"].sum().astype(np.float32),)}

    x0 = {"u": ZERO, "v": (np.float32(0.0),)}
    x = tg.fixed_point(f, P, x0)
    assert (x["u"].dtype, x["v"][0].dtype) == (np.float64, np.float32)
    assert x["v"][0].item() == pytest.approx(2 * x["u"].numpy().sum(), rel=1e-6)
    g = tg.grad(lambda p: tg.fixed_point(f, p, x0)["v"][0].astype(np.float64))(P)["b"].numpy()
    u = lambda b: 2 * tg.fixed_point(lambda p, x: layer(p, x) * 0.5, {"W": W, "b": b}, ZERO).sum()  # noqa: E731
    np.testing.assert_allclose(g, tg.grad(u)(A).numpy(), rtol=1e-5)
    single = tg.grad(lambda a: tg.root(cosine, a, np.float32(0.5)))(np.float32(1.0))
    assert single.dtype == np.float32
    assert single.item() == pytest.approx(-0.29747434, rel=1e-5)
    # A start in lower precision does not lower that of the solution.
    assert tg.root(cosine, 1.0, 1).item() == pytest.approx(0.7390851332151607, rel=1e-15)


def test_vmap_and_jacobian() -> None:
    f = lambda b: tg.fixed_point(lambda b, x: tg.tanh(W @ x + b), b, ZERO)  # noqa: E731
    many = RNG.normal(size=(3, 4))
    np.testing.assert_allclose(tg.vmap(f)(many).numpy(), np.stack([f(b).numpy() for b in many]), rtol=1e-12)
    for transform in (
        tg.jacobian,
        lambda f: tg.grad(lambda b: (f(b) ** 2).sum()),
        lambda f: tg.jacobian(tg.jacobian(f)),
    ):
        found = tg.vmap(transform(f))(many).numpy()
        np.testing.assert_allclose(found, np.stack([transform(f)(b).numpy() for b in many]), rtol=1e-10, atol=1e-13)
    x = f(A).numpy()
    slope = np.diag(1 - np.tanh(W @ x + A) ** 2)
    expected = np.linalg.solve(np.eye(4) - slope @ W, slope)
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(tg.jacobian(f, mode=mode)(A).numpy(), expected, rtol=1e-11)


def test_large_systems_are_solved_by_products_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    f = lambda p: (tg.fixed_point(layer, p, ZERO) * A).sum()  # noqa: E731
    g = lambda p: (tg.root(lambda p, x: layer(p, x) - x, p, ZERO) * A).sum()  # noqa: E731
    dense = [tg.grad(f)(P), tg.grad(g)(P), tg.hvp(f, (P,), (P,))]
    monkeypatch.setattr(linear_systems, "DENSE", 0)
    products = [tg.grad(f)(P), tg.grad(g)(P), tg.hvp(f, (P,), (P,))]
    for one, other in zip(dense, products, strict=True):
        for key in P:
            np.testing.assert_allclose(one[key].numpy(), other[key].numpy(), rtol=1e-10, atol=1e-13)


def test_rosenbrock_minimum_as_a_root_of_its_gradient() -> None:
    cost = lambda a, x: (a - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2  # noqa: E731
    best = lambda a: tg.root(tg.grad(cost, 1), a, np.array([0.8, 0.5]))  # noqa: E731
    np.testing.assert_allclose(best(1.0).numpy(), [1.0, 1.0], rtol=1e-12)
    # The minimum lies at (a, a²).
    np.testing.assert_allclose(tg.jacobian(best)(1.0).numpy(), [1.0, 2.0], rtol=1e-9)
    np.testing.assert_allclose(tg.jacobian(tg.jacobian(best))(1.0).numpy(), [0.0, 2.0], rtol=1e-7, atol=1e-7)


def test_what_cannot_be_solved_says_why() -> None:
    convergence = tg.errors.ConvergenceError
    with pytest.raises(convergence, match=r"<lambda> has not converged after 50 steps.*use tg\.root"):
        tg.fixed_point(lambda a, x: -x, 1.0, 1.0, max_steps=50)
    with pytest.raises(convergence, match="no longer finite"):
        tg.fixed_point(lambda a, x: tg.exp(x) ** 2, 1.0, 1.0)
    with pytest.raises(convergence, match="no step along Newton's direction"):
        tg.root(lambda a, x: x * x + a, 1.0, 0.5)
    with pytest.raises(convergence, match="singular or not finite"):
        tg.root(lambda a, x: x * 0 + a, 1.0, 1.0)
    with pytest.raises(convergence, match="has not converged after 3 steps"):
        tg.root(cosine, 1.0, 30.0, max_steps=3)
    with pytest.raises(tg.errors.GradientError, match="singular at the solution"):
        tg.grad(lambda a: tg.root(lambda a, x: (x - a) ** 3, a, 0.0))(0.0)
    assert issubclass(convergence, ArithmeticError)


def test_what_makes_no_equation_says_why() -> None:
    with pytest.raises(
        tg.errors.ShapeError, match=r"must be a real floating array of x's shape \(\), .*got float64\[2\]"
    ):
        tg.fixed_point(lambda a, x: tg.stack([x, x]), 1.0, 1.0)
    with pytest.raises(tg.errors.DtypeError, match="real floating"):
        tg.root(lambda a, x: x * 1j, 1.0, 1.0)
    with pytest.raises(tg.errors.ArgumentError, match=r"the result of <lambda>: expected a dict with 'x'"):
        tg.root(lambda a, x: x["x"], 1.0, {"x": 1.0})
    with pytest.raises(tg.errors.ArgumentError, match="tolerance is a positive number"):
        tg.root(cosine, 1.0, 1.0, tolerance=0.0)


def test_no_grad_and_constants() -> None:
    with tg.no_grad():
        assert not tg.root(cosine, tg.tensor(1.0, requires_grad=True), 0.5).requires_grad
    assert tg.root(cosine, 1.0, 0.5).is_leaf
    assert tg.root(lambda a, x: x - a, np.zeros((0, 2)), np.zeros((0, 2))).shape == (0, 2)
