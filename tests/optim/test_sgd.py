"""SGD against PyTorch's update rule written as a loop, and its care for what others hold."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_steps_follow_the_rule(momentum: float, nesterov: bool) -> None:
    w = tg.tensor([1.0, -2.0], requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=0.1, momentum=momentum, nesterov=nesterov)
    value, velocity = np.array([1.0, -2.0]), np.zeros(2)
    for _ in range(20):
        optimizer.zero_grad()
        (w**2 * np.array([1.0, 3.0])).sum().backward()
        optimizer.step()
        g = 2 * value * np.array([1.0, 3.0])
        velocity = momentum * velocity + g
        value = value - 0.1 * (g + momentum * velocity if nesterov else velocity)
        np.testing.assert_allclose(w.numpy(), value, rtol=1e-14)


def test_a_step_never_changes_an_array_that_somebody_else_holds() -> None:
    w = tg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=1.0)
    view, detached, gradient = w.numpy(), w.detach(), None
    for _ in range(3):
        loss = (w.reshape(2, 1) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        gradient = w.grad
        assert gradient is not None
        kept = gradient.tolist()
        optimizer.step()
        assert gradient.tolist() == kept
    assert view.tolist() == detached.tolist() == [1.0, 2.0]


def test_single_precision_stays_single() -> None:
    w = tg.tensor(np.ones(3, np.float32), requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=0.1, momentum=0.5, nesterov=True)
    (w * w).sum().backward()
    optimizer.step()
    assert w.dtype == np.float32


def test_parameters_without_a_gradient_are_left_alone() -> None:
    a, b = (tg.tensor(1.0, requires_grad=True) for _ in range(2))
    optimizer = tg.optim.SGD([a, b, a], lr=0.5)
    (a * 1.0).backward()
    optimizer.step()
    assert (a.item(), b.item()) == (0.5, 1.0)
    assert "2 parameters" in repr(optimizer)


def test_bad_arguments() -> None:
    w = tg.tensor(1.0, requires_grad=True)
    for params in ([], [tg.tensor(1.0)], [w * 2], w, [1.0]):
        with pytest.raises(tg.errors.ArgumentError):
            tg.optim.SGD(params, lr=0.1)  # type: ignore[arg-type]
    for bad in ({"lr": -1.0}, {"lr": float("nan")}, {"lr": 0.1, "momentum": 1.0}, {"lr": 0.1, "nesterov": True}):
        with pytest.raises(tg.errors.ArgumentError, match="SGD"):
            tg.optim.SGD([w], **bad)


def test_the_graph_before_a_step_is_stale_after_it() -> None:
    w = tg.tensor([1.0, 2.0], requires_grad=True, name="w")
    optimizer = tg.optim.SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward()
    optimizer.step()
    with pytest.raises(tg.errors.StaleLeafError, match="optimiser's step"):
        loss.backward()
