"""Every contestant solves the problem, and the check would notice one that does not."""

import numpy as np
import pytest

from benchmarks.peers import PEERS, prepare
from benchmarks.peers.graphs import ENGINES
from benchmarks.peers.numpy_hand import Plain
from benchmarks.problem import CHECKED_STEPS, Net, disagreement
from benchmarks.scale import chain_gradient, exponent
from tensorgraph import textbook

NET = Net((5, 4, 3), 6)
PACKAGES = {"torch": "torch", "torch-lean": "torch", "jax": "jax", "hips": "autograd", "mygrad": "mygrad"}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree_with_float64(peer):
    pytest.importorskip(PACKAGES.get(peer, "numpy"))
    step, facts = prepare(peer, NET)
    step()
    assert 0 < facts["checked_loss"] < 10


def test_the_hand_written_step_is_the_textbook():
    # The judge of the others is judged by the textbook.
    net = Net((5, 4, 3), 6, decay=0.01, rate=0.5)
    x, y = net.data("float64")
    values = net.parameters("float64")
    W, b = values[0::2], values[1::2]
    expected_loss = textbook.cost(W, b, x, y, lam=net.decay)
    gradients = textbook.gradients(W, b, x, y, lam=net.decay)
    trainer = Plain(net, "float64")
    trainer.step()
    loss, parameters = trainer.state()
    assert loss == pytest.approx(expected_loss, rel=1e-13)
    for l in (1, 2):
        for got, start, gradient in zip(
            parameters[2 * l - 2 : 2 * l], (W[l - 1], b[l - 1]), (gradients.W[l], gradients.b[l]), strict=True
        ):
            np.testing.assert_allclose(got, start - net.rate * gradient, rtol=0, atol=1e-14)


def after_steps(net):
    trainer = Plain(net)
    for _ in range(CHECKED_STEPS):
        trainer.step()
    return trainer.state()


def test_agreement_notices_a_wrong_loss():
    loss, parameters = after_steps(NET)
    assert disagreement(NET, loss, parameters) is None
    assert "loss" in disagreement(NET, loss * 1.001, parameters)


def test_agreement_notices_a_missing_decay():
    decayed, plain = Net((5, 4, 3), 6, decay=0.1), Net((5, 4, 3), 6, decay=0.0)
    loss, parameters = after_steps(decayed)
    assert disagreement(decayed, loss, parameters) is None
    assert "W1 is off" in disagreement(decayed, loss, after_steps(plain)[1])


def test_agreement_notices_a_frozen_bias_a_wrong_dtype_and_a_missing_parameter():
    loss, parameters = after_steps(NET)
    frozen = [parameters[0], NET.parameters()[1], *parameters[2:]]
    assert "b1 is off" in disagreement(NET, loss, frozen)
    assert "float64" in disagreement(NET, loss, [value.astype("float64") for value in parameters])
    assert "3 parameters" in disagreement(NET, loss, parameters[:3])


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("shape", ["chain", "diamond"])
def test_graphs_have_the_expected_gradient(name, shape):
    pytest.importorskip(PACKAGES.get(name, "numpy"))
    engine = ENGINES[name]()
    expected = chain_gradient(40) if shape == "chain" else 1.0
    assert engine.sweep(engine.build(shape, 40)) == pytest.approx(expected, rel=1e-12)


def test_growth_is_one_where_the_time_per_op_stays():
    flat = {10: {"build": 2.0}, 1000: {"build": 2.0}}
    quadratic = {10: {"build": 2.0}, 1000: {"build": 200.0}}
    assert exponent(flat, "build") == pytest.approx(1)
    assert exponent(quadratic, "build") == pytest.approx(2)
