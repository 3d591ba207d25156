"""Tape = textbook: on random nets, the recorded graph gives the numbers that the derivation gives by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg

ACTIVATIONS = sorted(tg.textbook.ACTIVATIONS)
TOLERANCE = 1e-12


def agree(ours, by_hand):
    """Equal to 1e-12 of the quantity's norm."""
    assert type(ours) is tg.Tensor
    assert ours.dtype == by_hand.dtype == np.float64
    assert ours.shape == by_hand.shape
    assert np.linalg.norm(ours.numpy() - by_hand) <= TOLERANCE * np.linalg.norm(by_hand)


class Net:
    """A random net with its data; the weights' scale keeps the units away from saturation."""

    def __init__(self, seed, sizes, names, batch):
        rng = np.random.default_rng(seed)
        self.sizes, self.names = sizes, names
        shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
        self.W = [rng.normal(size=shape) / np.sqrt(shape[1]) for shape in shapes]
        self.b = [rng.normal(size=shape[0]) / 2 for shape in shapes]
        leading = () if batch is None else (batch,)
        self.x, self.y = rng.normal(size=(*leading, sizes[0])), rng.normal(size=(*leading, sizes[-1]))

    def model(self):
        """The net as an MLP, which has one activation for the hidden layers and one for the output."""
        model = tg.nn.MLP(self.sizes, self.names[0], output_activation=self.names[-1])
        for l, (W, b) in enumerate(zip(self.W, self.b, strict=True), 1):
            getattr(model, f"W{l}").assign(W)
            getattr(model, f"b{l}").assign(b)
        return model

    def hand(self, function, **options):
        return function(self.W, self.b, self.x, self.y, activation=self.names, **options)


@st.composite
def nets(draw, per_layer=False):
    """Depth 1 to 6, widths 1 to 16, a single sample or a batch of 1 to 9, every activation."""
    depth = draw(st.integers(1, 6))
    sizes = draw(st.lists(st.integers(1, 16), min_size=depth + 1, max_size=depth + 1))
    name = st.sampled_from(ACTIVATIONS)
    if per_layer:
        names = draw(st.lists(name, min_size=depth, max_size=depth))
    else:
        names = [draw(name)] * (depth - 1) + [draw(name)]
    batch = draw(st.none() | st.integers(1, 9))
    return Net(draw(st.integers(0, 2**32 - 1)), sizes, names, batch)


LAMBDAS = st.sampled_from([0.0, 1e-4]) | st.floats(0, 2)


@given(nets(), LAMBDAS)
def test_an_mlp_is_the_textbook(net, lam):
    model = net.model()
    loss = tg.nn.squared_error(model(net.x), net.y) + tg.nn.l2(model, lam)
    J = net.hand(tg.textbook.cost, lam=lam)
    assert abs(loss.item() - J) <= TOLERANCE * J

    by_hand = net.hand(tg.textbook.deltas)
    ours = tg.deltas(loss)
    assert list(ours) == [f"z{l}" for l in by_hand]
    for l, delta in by_hand.items():
        agree(ours[f"z{l}"], delta)

    loss.backward()
    dW, db = net.hand(tg.textbook.gradients, lam=lam)
    for l in dW:
        agree(getattr(model, f"W{l}").grad, dW[l])
        agree(getattr(model, f"b{l}").grad, db[l])


@given(nets())
def test_the_residual_sign_is_the_seed_s(net):
    loss = tg.nn.squared_error(net.model()(net.x), net.y)
    by_hand = net.hand(tg.textbook.deltas, sign="residual")
    ours = tg.deltas(loss, sign="residual")
    for l, delta in by_hand.items():
        agree(ours[f"z{l}"], delta)


@given(nets(per_layer=True), LAMBDAS)
def test_formulas_written_out_are_the_textbook(net, lam):
    """No module and no loss card: the derivation's own formulas, an activation for each layer, unnamed tensors."""
    W = [tg.tensor(w, requires_grad=True) for w in net.W]
    b = [tg.tensor(v, requires_grad=True) for v in net.b]
    a = net.x
    activations = {name: getattr(tg, name, None) for name in ACTIVATIONS} | {"identity": lambda z: 1.0 * z}
    for w, v, name in zip(W, b, net.names, strict=True):
        a = activations[name](a @ w.mT + v)
    n = 1 if net.x.ndim == 1 else len(net.x)
    loss = ((a - net.y) ** 2).sum() / (2 * n)
    for w in W:
        loss = loss + lam / 2 * (w * w).sum()

    J = net.hand(tg.textbook.cost, lam=lam)
    assert abs(loss.item() - J) <= TOLERANCE * J
    by_hand = net.hand(tg.textbook.deltas)
    ours = tg.deltas(loss)
    assert list(ours) == [f"z{l}" for l in by_hand]
    for l, delta in by_hand.items():
        agree(ours[f"z{l}"], delta)
    loss.backward()
    dW, db = net.hand(tg.textbook.gradients, lam=lam)
    for l in dW:
        agree(W[l - 1].grad, dW[l])
        agree(b[l - 1].grad, db[l])


@given(nets(), LAMBDAS)
def test_tg_grad_of_a_model_is_the_textbook(net, lam):
    """The functional form: the gradient of a module is a module."""

    def cost(model):
        return tg.nn.squared_error(model(net.x), net.y) + tg.nn.l2(model, lam)

    value, gradient = tg.value_and_grad(cost)(net.model())
    J = net.hand(tg.textbook.cost, lam=lam)
    assert abs(value.item() - J) <= TOLERANCE * J
    dW, db = net.hand(tg.textbook.gradients, lam=lam)
    for l in dW:
        agree(getattr(gradient, f"W{l}"), dW[l])
        agree(getattr(gradient, f"b{l}"), db[l])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_the_textbook_is_one_of_mlp(name):
    z = np.linspace(-30, 30, 121)
    model = tg.nn.MLP([1, 1], name)
    model.W1.assign([[1.0]])
    model.b1.assign([0.0])
    expected = tg.textbook.forward([[[1.0]]], [[0.0]], z[:, None], activation=name).a[2]
    np.testing.assert_allclose(model(z[:, None]).numpy(), expected, rtol=1e-14)


def test_the_digits_net_at_its_start_is_the_textbook():
    """The main job's own setting: 64-32-10, N(0, 0.01²), λ = 1e-4, a batch of real digits."""
    digits = tg.data.load_digits()
    x, y = digits.x[:32], digits.y[:32]
    model = tg.nn.MLP([64, 32, 10], activation="sigmoid", rng=0)
    loss = tg.nn.squared_error(model(x), y) + tg.nn.l2(model, 1e-4)
    loss.backward()
    net = [model.W1.numpy(), model.W2.numpy()], [model.b1.numpy(), model.b2.numpy()], x, y
    assert loss.item() == pytest.approx(tg.textbook.cost(*net, lam=1e-4), rel=TOLERANCE)
    for l, delta in tg.textbook.deltas(*net).items():
        agree(tg.deltas(loss)[f"z{l}"], delta)
    dW, db = tg.textbook.gradients(*net, lam=1e-4)
    for l in (1, 2):
        agree(getattr(model, f"W{l}").grad, dW[l])
        agree(getattr(model, f"b{l}").grad, db[l])
