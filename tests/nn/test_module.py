"""Module: parameters found, not declared; a pytree; all-or-nothing state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg


class Net(tg.nn.Module):
    def __init__(self) -> None:
        self.first = tg.nn.Linear(3, 4, rng=0)
        self.blocks = [tg.nn.Linear(4, 4, rng=1), {"last": tg.nn.Linear(4, 2, rng=2)}]
        self.scale = tg.tensor(2.0, requires_grad=True)
        self.frozen = tg.tensor([1.0])
        self.tied = self.first.W
        self.width = 4

    def forward(self, x: Any) -> Any:
        h = tg.tanh(self.first(x))
        return self.blocks[1]["last"](self.blocks[0](h)) * self.scale  # type: ignore[index]


def test_parameters_are_found_once_with_their_paths() -> None:
    net = Net()
    names = dict(net.named_parameters())
    assert list(names) == [
        "first.W",
        "first.b",
        "blocks.0.W",
        "blocks.0.b",
        "blocks.1.last.W",
        "blocks.1.last.b",
        "scale",
    ]
    assert [id(p) for p in net.parameters()] == [id(p) for p in names.values()]
    assert net.parameter_count == 12 + 4 + 16 + 4 + 8 + 2 + 1
    assert net.scale.name == "scale"
    assert any(t is net.frozen for t in net.tensors())


def test_repr_shows_shapes_and_counts() -> None:
    text = repr(Net())
    assert "Net: 47 parameters" in text
    assert "  first: Linear(3, 4): 16 parameters" in text
    assert "    W: float64[4,3], 12 parameters" in text
    assert "blocks.1.last: Linear(4, 2)" in text


def test_a_module_is_a_pytree() -> None:
    net = Net()
    x = np.ones((5, 3))
    loss = lambda m: (m(x) ** 2).sum()  # noqa: E731
    grads = tg.grad(loss)(net)
    assert isinstance(grads, Net)
    assert grads.width == 4
    loss(net).backward()
    for (name, p), (other, g) in zip(net.named_parameters(), tg_tensors(grads, net), strict=True):
        assert name == other
        assert p.grad is not None
        if name == "first.W":
            continue  # tied: the pytree holds it twice, with a gradient for each place
        np.testing.assert_allclose(g.numpy(), p.grad.numpy(), rtol=1e-12)
    value, tangent = tg.jvp(loss, (net,), (grads,))
    assert value.shape == tangent.shape == ()


def tg_tensors(grads: Any, net: Any) -> list[tuple[str, tg.Tensor]]:
    found = []
    for name, _ in net.named_parameters():
        value = grads
        for part in name.split("."):
            value = (
                value[int(part)] if part.isdigit() else value[part] if isinstance(value, dict) else getattr(value, part)
            )
        found.append((name, value))
    return found


def test_state_goes_round_and_is_loaded_whole_or_not_at_all() -> None:
    net, other = Net(), Net()
    for p in other.parameters():
        p.assign(p.numpy() + 1.0)
    state = other.state_dict()
    assert net.load_state_dict(state) is net
    assert net.state_dict().keys() == state.keys()
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    wrong = {**state, "scale": np.ones(3)}
    before = net.state_dict()
    with pytest.raises(tg.errors.ShapeError, match="scale"):
        net.load_state_dict(wrong)
    with pytest.raises(tg.errors.ArgumentError, match=r"missing \['scale'\], unknown \['scal'\]"):
        net.load_state_dict({**{k: v for k, v in state.items() if k != "scale"}, "scal": 1.0})
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_zero_grad_and_missing_forward() -> None:
    net = Net()
    net(np.ones(3)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())

    class Empty(tg.nn.Module):
        pass

    with pytest.raises(tg.errors.ArgumentError, match="defines no forward"):
        Empty()(1.0)


def test_calls_note_where_results_were_made() -> None:
    net = Net()
    y = net(np.ones(3))
    assert y._notes is not None
    (label, start, end) = y._notes["frames"][-1]
    assert label == "Net"
    assert start < y._stamp < end
