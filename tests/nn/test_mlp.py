"""MLP, Linear, Sequential, initialisers, losses of models."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.sweep import history


def test_names_follow_the_derivation() -> None:
    model = tg.nn.MLP([5, 4, 3], activation="tanh", rng=0)
    assert [(n, p.name, p.shape) for n, p in model.named_parameters()] == [
        ("W1", "W1", (4, 5)),
        ("b1", "b1", (4,)),
        ("W2", "W2", (3, 4)),
        ("b2", "b2", (3,)),
    ]
    out = model(np.ones((7, 5)))
    names = {t.name for t in history((out,))[0]}
    assert {"z2", "a2", "z3", "a3"} <= names
    assert out.name == "a3"
    assert out.shape == (7, 3)
    assert model(np.ones(5)).shape == (3,)
    assert model(np.ones((2, 6, 5))).shape == (2, 6, 3)


def test_the_output_has_the_same_activation_unless_told_otherwise() -> None:
    x = np.ones(2)
    same = tg.nn.MLP([2, 2, 1], rng=0)(x)
    logits = tg.nn.MLP([2, 2, 1], output_activation="identity", rng=0)(x)
    assert logits.name == "z3"
    assert tg.sigmoid(logits).item() == same.item()
    assert tg.nn.MLP([2, 1], activation=tg.tanh, rng=0)(x).op.name == "tanh"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softplus", "identity"])
def test_every_named_activation_runs(activation: str) -> None:
    model = tg.nn.MLP([3, 2, 2], activation=activation, rng=0, dtype=np.float32)
    loss = tg.nn.squared_error(model(np.ones((4, 3), np.float32)), np.zeros((4, 2), np.float32))
    loss.backward()
    for p in model.parameters():
        assert p.grad is not None
        assert p.grad.dtype == np.float32


def test_initialisation_has_the_spread_that_it_names() -> None:
    def spread(init: str) -> float:
        return float(tg.nn.MLP([400, 300], init=init, rng=0).W1.numpy().std())

    assert spread("normal") == pytest.approx(0.01, rel=0.02)
    assert spread("xavier_normal") == pytest.approx((2 / 700) ** 0.5, rel=0.02)
    assert spread("xavier") == pytest.approx((2 / 700) ** 0.5, rel=0.02)
    assert spread("he") == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert spread("he_uniform") == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert spread("zeros") == 0.0
    assert tg.nn.MLP([400, 300], rng=0).b1.numpy().std() == pytest.approx(0.01, rel=0.1)
    assert not tg.nn.MLP([4, 3], init="he", rng=0).b1.numpy().any()
    same = [tg.nn.MLP([4, 3], rng=7).W1.tolist() for _ in range(2)]
    assert same[0] == same[1]
    assert tg.nn.MLP([2, 1], init=lambda rng, shape: np.full(shape, 5.0)).W1.tolist() == [[5.0, 5.0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": [3]}, "two positive"),
        ({"sizes": [3, 0]}, "two positive"),
        ({"sizes": [3, 2.5]}, "two positive"),
        ({"sizes": [3, 2], "activation": "sigmund"}, "sigmoid"),
        ({"sizes": [3, 2], "activation": "add"}, "activation is"),
        ({"sizes": [3, 2], "init": "nermal"}, "normal"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(tg.errors.ArgumentError, match=message):
        tg.nn.MLP(**arguments)


def test_a_wrong_width_speaks_of_units() -> None:
    with pytest.raises(tg.errors.ShapeError, match="a layer of 64 inputs and 32 outputs expected"):
        tg.nn.MLP([64, 32])(np.ones((2, 63)))
    with pytest.raises(tg.errors.ShapeError, match="3 inputs"):
        tg.nn.Linear(3, 2)(1.0)
    with pytest.raises(tg.errors.ArgumentError, match="positive number of units"):
        tg.nn.Linear(0, 2)


def test_weight_decay_counts_weights_and_not_biases() -> None:
    model = tg.nn.MLP([3, 2, 1], rng=0)
    W1, W2 = model.W1.numpy(), model.W2.numpy()
    assert tg.nn.l2(model, 0.3).item() == pytest.approx(0.15 * ((W1**2).sum() + (W2**2).sum()))
    tg.nn.l2(model, 0.3).backward()
    assert model.b1.grad is None
    frozen = tg.nn.Linear(2, 1, rng=0)
    frozen.W.requires_grad = False
    assert tg.nn.l2(frozen, 2.0).item() == pytest.approx((frozen.W.numpy() ** 2).sum())
    with pytest.raises(tg.errors.ArgumentError, match="list of weights"):
        tg.nn.l2(model.W1, 0.3)  # type: ignore[arg-type]


def test_sequential_is_a_sequence() -> None:
    steps = (tg.nn.Linear(2, 2), tg.tanh)
    model = tg.nn.Sequential(*steps)
    assert tuple(model) == steps
    assert len(model) == 2
    assert model[1] is tg.tanh
    with pytest.raises(tg.errors.ArgumentError, match="function"):
        tg.nn.Sequential(3)  # type: ignore[arg-type]
