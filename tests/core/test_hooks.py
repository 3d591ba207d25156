"""Hooks: they see whole gradients, may replace them, and a raising one changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg


def test_a_hook_sees_the_sum_over_all_uses_once() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    h = x * 2.0
    seen: list[list[float]] = []
    h.register_hook(lambda g: seen.append(g.tolist()))
    (h * 3.0 + h * 4.0).sum().backward()
    assert seen == [[7.0, 7.0]]
    assert x.grad is not None
    assert x.grad.tolist() == [14.0, 14.0]


def test_hooks_replace_in_order_and_can_be_removed() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    first = x.register_hook(lambda g: g + 1)
    with x.register_hook(lambda g: np.asarray(g) * 10):
        (x * 1.0).backward()
        assert x.grad is not None
        assert x.grad.item() == 20.0
    first.remove()
    first.remove()
    x.grad = None
    (x * 1.0).backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0


def test_a_raising_hook_leaves_every_grad_as_it_was() -> None:
    x, y = (tg.tensor(1.0, requires_grad=True) for _ in range(2))
    (x * y).backward()
    before = (x.grad, y.grad)

    def refuse(_: tg.Tensor) -> None:
        raise KeyError("no")

    y.register_hook(refuse)
    with pytest.raises(KeyError):
        (x * y).backward()
    assert x.grad is before[0]
    assert y.grad is before[1]


def test_hooks_work_in_transforms_and_at_higher_order() -> None:
    def doubled(x: tg.Tensor) -> tg.Tensor:
        h = x * x
        h.register_hook(lambda g: g * 2)
        return h * h

    assert tg.grad(doubled)(3.0).item() == pytest.approx(2 * 4 * 27)
    assert tg.grad(tg.grad(doubled))(3.0).item() != 0.0
    x = tg.tensor(3.0, requires_grad=True)
    x.register_hook(lambda g: g * x)
    (x * x).backward(create_graph=True)
    g = x.grad
    assert g is not None
    assert g.item() == 18.0
    assert g.requires_grad


def test_errors() -> None:
    with pytest.raises(tg.errors.GradientError, match="never be called"):
        tg.tensor(1.0).register_hook(print)
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    x.register_hook(lambda g: g.sum())
    with pytest.raises(tg.errors.ShapeError, match=r"float64\[2\]"):
        x.sum().backward()
    assert x.grad is None
