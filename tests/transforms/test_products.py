"""hvp, gauss_newton_product, linearize: against the matrices that they are products with, and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg

RNG = np.random.default_rng(0)
W, X, V = RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=4)


def loss(x: Any) -> Any:
    return (tg.tanh(W @ x) ** 2).sum() * x[0]


def test_hvp_is_the_hessian_times_a_vector() -> None:
    H = tg.hessian(loss)(X).numpy()
    np.testing.assert_allclose(tg.hvp(loss, (X,), (V,)).numpy(), H @ V, rtol=1e-12)
    h = 1e-6
    numeric = (tg.grad(loss)(X + h * V).numpy() - tg.grad(loss)(X - h * V).numpy()) / (2 * h)
    np.testing.assert_allclose(tg.hvp(loss, (X,), (V,)).numpy(), numeric, rtol=1e-7, atol=1e-8)
    product, aux = tg.hvp(lambda x: (loss(x), x.shape), (X,), (V,), has_aux=True)
    assert aux == (4,)
    np.testing.assert_allclose(product.numpy(), H @ V, rtol=1e-12)


def test_hvp_of_several_pytrees() -> None:
    f = lambda p, y: (tg.sin(p["a"]) * y).sum() * p["b"] ** 2  # noqa: E731
    p, y = {"a": X, "b": 0.7}, V
    dp, dy = {"a": V, "b": 2.0}, X
    found = tg.hvp(f, (p, y), (dp, dy))
    H = tg.hessian(f, (0, 1))(p, y)
    expected_a = H[0]["a"][0]["a"].numpy() @ V + H[0]["a"][0]["b"].numpy() * 2.0 + H[0]["a"][1].numpy() @ X
    np.testing.assert_allclose(found[0]["a"].numpy(), expected_a, rtol=1e-12)
    expected_b = H[0]["b"][0]["a"].numpy() @ V + H[0]["b"][0]["b"].numpy() * 2.0 + H[0]["b"][1].numpy() @ X
    assert found[0]["b"].item() == pytest.approx(expected_b, rel=1e-12)
    expected_y = H[1][0]["a"].numpy() @ V + H[1][0]["b"].numpy() * 2.0 + H[1][1].numpy() @ X
    np.testing.assert_allclose(found[1].numpy(), expected_y, rtol=1e-12)


def test_hvp_differentiates_in_turn() -> None:
    third = tg.jacobian(tg.hessian(loss))(X).numpy()
    found = tg.jacobian(lambda x: tg.hvp(loss, (x,), (V,)))(X).numpy()
    np.testing.assert_allclose(found, np.einsum("ijk,j->ik", third, V), rtol=1e-10, atol=1e-12)
    along = tg.grad(lambda v: (tg.hvp(loss, (X,), (v,)) ** 2).sum())(V).numpy()
    H = tg.hessian(loss)(X).numpy()
    np.testing.assert_allclose(along, 2 * H @ H @ V, rtol=1e-10)


def test_gauss_newton_product_is_jhj() -> None:
    f = lambda x: tg.sin(W @ x)  # noqa: E731
    ell = lambda z: (tg.exp(z) * z[::-1]).sum()  # noqa: E731
    J = tg.jacobian(f)(X).numpy()
    H = tg.hessian(ell)(f(X)).numpy()
    np.testing.assert_allclose(
        tg.gauss_newton_product(f, ell, (X,), (V,)).numpy(), J.T @ H @ J @ V, rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(tg.gauss_newton_product(f, None, (X,), (V,)).numpy(), J.T @ J @ V, rtol=1e-12)
    # Of a linear function it is the whole Hessian.
    linear = lambda x: W @ x  # noqa: E731
    np.testing.assert_allclose(
        tg.gauss_newton_product(linear, ell, (X,), (V,)).numpy(),
        tg.hvp(lambda x: ell(linear(x)), (X,), (V,)).numpy(),
        rtol=1e-12,
    )


def test_gauss_newton_product_of_a_model() -> None:
    model = tg.nn.MLP([4, 5, 3], rng=0)
    y = np.eye(3)[[0, 2]]
    x = RNG.normal(size=(2, 4))
    ell = lambda z: tg.nn.cross_entropy(z, y)  # noqa: E731
    t = tg.grad(lambda m: (m(x) ** 2).sum())(model)
    product = tg.gauss_newton_product(lambda m: m(x), ell, (model,), (t,))
    # Positive semidefinite, as cross-entropy is convex in the logits.
    inner = sum(float((a.numpy() * b.numpy()).sum()) for a, b in zip(product.tensors(), t.tensors(), strict=True))
    assert inner > 0


def test_linearize_runs_the_function_once() -> None:
    calls = []

    def f(x: Any, y: Any) -> Any:
        calls.append(1)
        return {"z": tg.tanh(W @ x) * y}

    out, push = tg.linearize(f, X, 2.0)
    for v in (V, X):
        _, expected = tg.jvp(f, (X, 2.0), (v, 3.0))
        np.testing.assert_allclose(push(v, 3.0)["z"].numpy(), expected["z"].numpy(), rtol=1e-14)
    assert len(calls) == 3
    np.testing.assert_allclose(out["z"].numpy(), np.tanh(W @ X) * 2)
    out, push, aux = tg.linearize(lambda x: (x * 2, "aux"), X, has_aux=True)
    assert (push(V).tolist(), aux) == ((2 * V).tolist(), "aux")
    with pytest.raises(tg.errors.ArgumentError, match=r"linearize: tangents: expected a tuple of 1, got a tuple of 2"):
        push(V, V)


def test_errors_teach() -> None:
    for call in (
        lambda: tg.hvp(loss, X, V),
        lambda: tg.hvp(loss, (), ()),
        lambda: tg.gauss_newton_product(loss, None, X, V),
    ):
        with pytest.raises(tg.errors.ArgumentError, match="primals and tangents are tuples"):
            call()
    with pytest.raises(tg.errors.GradientError, match="must return a scalar"):
        tg.hvp(lambda x: x, (X,), (V,))
