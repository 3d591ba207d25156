"""Tape = textbook: on random nets, the recorded graph gives the numbers that the derivation gives by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph import textbook
from tensorgraph.data import load_digits

ACTIVATIONS = sorted(textbook.ACTIVATIONS)
TOLERANCE = 1e-12


class Net:
    """A random net with its data: no unit is saturated, no output lies close to its target."""

    def __init__(self, seed, sizes, names, batch):
        rng = np.random.default_rng(seed)
        self.sizes, self.names = sizes, names
        shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
        self.W = [rng.normal(size=shape) for shape in shapes]
        self.W = [W / np.linalg.norm(W, axis=1, keepdims=True) for W in self.W]
        self.b = [rng.uniform(-0.5, 0.5, size=shape[0]) for shape in shapes]
        self.x = rng.uniform(-1, 1, size=(*(() if batch is None else (batch,)), sizes[0]))
        h = textbook.forward(self.W, self.b, self.x, activation=names).a[len(sizes)]
        self.y = h + rng.choice([-1, 1], size=h.shape) * rng.uniform(0.25, 1, size=h.shape)

    def model(self):
        """The net as an MLP, which has one activation for the hidden layers and one for the output."""
        model = tg.nn.MLP(self.sizes, self.names[0], output_activation=self.names[-1])
        for l, (W, b) in enumerate(zip(self.W, self.b, strict=True), 1):
            getattr(model, f"W{l}").assign(W)
            getattr(model, f"b{l}").assign(b)
        return model

    def by_hand(self, lam, sign="gradient"):
        """δ^l, ∂J/∂W^l and ∂J/∂b^l by the textbook, as z2, W1, b1 …, each beside what its terms would amount to.

        The second number is the norm of the quantity with the absolute value of each term, so if nothing cancelled.
        """
        args = self.W, self.b, self.x, self.y
        delta = textbook.deltas(*args, activation=self.names, sign=sign)
        gradients = textbook.gradients(*args, activation=self.names, lam=lam)
        z, a = textbook.forward(*args[:3], activation=self.names)
        top = len(self.sizes)
        size = {top: np.abs(delta[top])}
        for l in range(top - 1, 1, -1):
            slope = np.abs(textbook.ACTIVATIONS[self.names[l - 2]].derivative(z[l]))
            size[l] = size[l + 1] @ np.abs(self.W[l - 1]) * slope
        found = {f"z{l}": (delta[l], np.linalg.norm(size[l])) for l in delta}
        for l, W in enumerate(self.W, 1):
            above, below = np.atleast_2d(size[l + 1]), np.atleast_2d(np.abs(a[l]))
            found[f"W{l}"] = gradients.W[l], np.linalg.norm(above.T @ below + lam * np.abs(W))
            found[f"b{l}"] = gradients.b[l], np.linalg.norm(above.sum(axis=0))
        return found

    def cost_by_hand(self, lam):
        return textbook.cost(self.W, self.b, self.x, self.y, activation=self.names, lam=lam)


def agree(ours, by_hand):
    """Equal to 1e-12 of the quantity's norm, or of a hundredth of its terms', where more than that has cancelled."""
    value, terms = by_hand
    assert type(ours) is tg.Tensor
    assert ours.dtype == value.dtype == np.float64
    assert ours.shape == value.shape
    assert np.linalg.norm(ours.numpy() - value) <= TOLERANCE * max(np.linalg.norm(value), terms / 100)


@st.composite
def nets(draw, per_layer=False):
    """Depth 1 to 6, widths 1 to 16, a single sample or a batch of 1 to 9, every activation."""
    depth = draw(st.integers(1, 6))
    sizes = draw(st.lists(st.integers(1, 16), min_size=depth + 1, max_size=depth + 1))
    name = st.sampled_from(ACTIVATIONS)
    names = (
        draw(st.lists(name, min_size=depth, max_size=depth)) if per_layer else [draw(name)] * (depth - 1) + [draw(name)]
    )
    batch = draw(st.none() | st.integers(1, 9))
    return Net(draw(st.integers(0, 2**32 - 1)), sizes, names, batch)


LAMBDAS = st.sampled_from([0.0, 1e-4]) | st.floats(0, 2)


@given(nets(), LAMBDAS)
def test_an_mlp_is_the_textbook(net, lam):
    model = net.model()
    loss = tg.nn.squared_error(model(net.x), net.y) + tg.nn.l2(model, lam)
    assert loss.item() == pytest.approx(net.cost_by_hand(lam), rel=TOLERANCE, abs=0)
    loss.backward()
    ours = tg.deltas(loss)
    assert list(ours) == [f"z{l}" for l in range(2, len(net.sizes) + 1)]
    ours |= {name: parameter.grad for name, parameter in model.named_parameters()}
    by_hand = net.by_hand(lam)
    assert ours.keys() == by_hand.keys()
    for name in by_hand:
        agree(ours[name], by_hand[name])


@given(nets())
def test_the_residual_sign_is_the_seed_s(net):
    loss = tg.nn.squared_error(net.model()(net.x), net.y)
    by_hand = net.by_hand(0.0, sign="residual")
    for name, delta in tg.deltas(loss, sign="residual").items():
        agree(delta, by_hand[name])


@given(nets(per_layer=True), LAMBDAS)
def test_formulas_written_out_are_the_textbook(net, lam):
    """No module and no loss card: the derivation's own formulas, an activation for each layer, unnamed tensors."""
    W = [tg.tensor(w, requires_grad=True) for w in net.W]
    b = [tg.tensor(v, requires_grad=True) for v in net.b]
    activations = {name: getattr(tg, name, None) for name in ACTIVATIONS} | {"identity": lambda z: 1.0 * z}
    a = net.x
    for w, v, name in zip(W, b, net.names, strict=True):
        a = activations[name](a @ w.mT + v)
    n = 1 if net.x.ndim == 1 else len(net.x)
    loss = ((a - net.y) ** 2).sum() / (2 * n)
    for w in W:
        loss = loss + lam / 2 * (w * w).sum()
    assert loss.item() == pytest.approx(net.cost_by_hand(lam), rel=TOLERANCE, abs=0)
    loss.backward()
    ours = tg.deltas(loss)
    assert list(ours) == [f"z{l}" for l in range(2, len(net.sizes) + 1)]
    ours |= {f"W{l}": w.grad for l, w in enumerate(W, 1)} | {f"b{l}": v.grad for l, v in enumerate(b, 1)}
    by_hand = net.by_hand(lam)
    assert ours.keys() == by_hand.keys()
    for name in by_hand:
        agree(ours[name], by_hand[name])


@given(nets(), LAMBDAS)
def test_tg_grad_of_a_model_is_the_textbook(net, lam):
    """The functional form: the gradient of a module is a module."""

    def cost(model):
        return tg.nn.squared_error(model(net.x), net.y) + tg.nn.l2(model, lam)

    value, gradient = tg.value_and_grad(cost)(net.model())
    assert value.item() == pytest.approx(net.cost_by_hand(lam), rel=TOLERANCE, abs=0)
    by_hand = net.by_hand(lam)
    for l in range(1, len(net.sizes)):
        agree(getattr(gradient, f"W{l}"), by_hand[f"W{l}"])
        agree(getattr(gradient, f"b{l}"), by_hand[f"b{l}"])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_the_textbook_is_one_of_mlp(name):
    z = np.linspace(-30, 30, 121)
    model = tg.nn.MLP([1, 1], name)
    model.W1.assign([[1.0]])
    model.b1.assign([0.0])
    expected = textbook.forward([[[1.0]]], [[0.0]], z[:, None], activation=name).a[2]
    np.testing.assert_allclose(model(z[:, None]).numpy(), expected, rtol=1e-14)


def test_the_digits_net_at_its_start_is_the_textbook():
    """The main job's own setting: 64-32-10, N(0, 0.01²), λ = 1e-4, a batch of real digits."""
    digits = load_digits()
    x, y = digits.x[:32], digits.y[:32]
    model = tg.nn.MLP([64, 32, 10], activation="sigmoid", rng=0)
    loss = tg.nn.squared_error(model(x), y) + tg.nn.l2(model, 1e-4)
    loss.backward()
    net = [model.W1.numpy(), model.W2.numpy()], [model.b1.numpy(), model.b2.numpy()], x, y
    assert loss.item() == pytest.approx(textbook.cost(*net, lam=1e-4), rel=TOLERANCE, abs=0)
    by_hand = {f"z{l}": delta for l, delta in textbook.deltas(*net).items()}
    for letter, layers in zip("Wb", textbook.gradients(*net, lam=1e-4), strict=True):
        by_hand |= {f"{letter}{l}": gradient for l, gradient in layers.items()}
    ours = tg.deltas(loss) | {name: parameter.grad for name, parameter in model.named_parameters()}
    assert ours.keys() == by_hand.keys()
    for name in by_hand:
        agree(ours[name], (by_hand[name], 0.0))
