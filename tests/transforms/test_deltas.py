"""deltas: ∂J/∂z of every layer, for nets that the textbook does not cover."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.transforms.deltas import pre_activations

RNG = np.random.default_rng(0)


def by_differences(cost: object, shape: tuple[int, ...], h: float = 1e-6) -> np.ndarray:
    """∂cost/∂z by adding a small bump to z: independent of everything recorded."""
    out = np.zeros(shape)
    for index in np.ndindex(shape):
        bump = np.zeros(shape)
        bump[index] = h
        out[index] = (cost(bump) - cost(-bump)) / (2 * h)  # type: ignore[operator]
    return out


def test_a_hand_made_net_with_a_skip_connection_and_shared_weights() -> None:
    W, b = (tg.tensor(RNG.normal(size=s), requires_grad=True) for s in ((3, 3), (3,)))
    x, y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))

    def cost(*bumps: np.ndarray) -> tg.Tensor:
        z2 = tg.tensor(x) @ W.mT + b + (bumps[0] if bumps else 0.0)
        a2 = tg.tanh(z2)
        z3 = a2 @ W.T + b + (bumps[1] if bumps else 0.0)
        return tg.nn.cross_entropy(tg.sigmoid(z3) + a2, np.abs(y) / np.abs(y).sum(1, keepdims=True))

    def plain() -> tg.Tensor:
        a2 = tg.tanh(tg.tensor(x) @ W.mT + b)
        return tg.nn.cross_entropy(tg.sigmoid(a2 @ W.T + b) + a2, np.abs(y) / np.abs(y).sum(1, keepdims=True))

    found = tg.deltas(plain())
    assert list(found) == ["z2", "z3"]
    zero = np.zeros((4, 3))
    with tg.no_grad():
        np.testing.assert_allclose(
            found["z2"].numpy(), by_differences(lambda v: cost(v, zero).item(), (4, 3)), atol=1e-8
        )
        np.testing.assert_allclose(
            found["z3"].numpy(), by_differences(lambda v: cost(zero, v).item(), (4, 3)), atol=1e-8
        )
    assert W.grad is None


def test_a_layer_that_is_used_again_has_two_deltas() -> None:
    model = tg.nn.MLP([2, 2], rng=0)
    loss = tg.nn.squared_error(model(model(np.ones((1, 2)))), np.zeros((1, 2)))
    assert list(tg.deltas(loss)) == ["z2", "z2#2"]


def test_modules_of_linear_layers_are_recognised() -> None:
    model = tg.nn.Sequential(tg.nn.Linear(3, 4, rng=0), tg.relu, tg.nn.Linear(4, 2, bias=False, rng=1))
    loss = tg.nn.squared_error(model(np.ones((5, 3))), np.zeros((5, 2)))
    z = pre_activations(loss)
    assert [t.shape for t in z.values()] == [(5, 4), (5, 2)]
    assert [t.op.name for t in z.values() if t.op is not None] == ["affine", "matmul"]


def test_sign_and_errors() -> None:
    model = tg.nn.MLP([2, 3, 1], rng=0)
    loss = tg.nn.squared_error(model(np.ones(2)), np.zeros(1))
    descent = tg.deltas(loss, sign="residual")
    for name, delta in tg.deltas(loss).items():
        assert (delta + descent[name]).tolist() == np.zeros(delta.shape).tolist()
    with pytest.raises(tg.errors.ArgumentError, match="sign"):
        tg.deltas(loss, sign="up")  # type: ignore[arg-type]
    with pytest.raises(tg.errors.GradientError, match="without history"):
        tg.deltas(tg.tensor(1.0))
    with pytest.raises(tg.errors.GradientError, match="no layer"):
        tg.deltas(tg.tensor(1.0, requires_grad=True) * 2)
