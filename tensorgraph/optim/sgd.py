"""Gradient descent, with momentum if asked for (floor 5)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.leaf import take_value
from tensorgraph.core.ownership import exclusive
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, GradientError

__all__ = ["SGD"]


class SGD:
    """Gradient descent: v ← μ v + g, w ← w − η v; without momentum μ, w ← w − η g.

    `params` are leaves that require a gradient, `lr` is the rate η; it may be changed between steps. With
    `nesterov=True` the step is w ← w − η (g + μ v). A parameter whose `.grad` is None is left alone. No parameter is
    touched if any gradient does not fit.

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning, ICML 2013 (in the form
    where the rate multiplies the velocity).

    >>> import tensorgraph as tg
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = tg.optim.SGD([w], lr=0.5)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0., 0.], requires_grad=True)
    """

    def __init__(self, params: Iterable[Tensor], lr: float, *, momentum: float = 0.0, nesterov: bool = False) -> None:
        if isinstance(params, Tensor):
            message = "SGD: params is a list of leaves, as model.parameters(); for one leaf write [w]"
            raise ArgumentError(message)
        self.params = list(dict.fromkeys(params))
        for p in self.params:
            if not isinstance(p, Tensor) or not p.is_leaf or not p.requires_grad:
                message = f"SGD: every parameter is a leaf with requires_grad=True, got {describe(p)}"
                raise ArgumentError(message)
        if not self.params:
            message = "SGD: no parameters to optimise"
            raise ArgumentError(message)
        if not (math.isfinite(lr) and lr >= 0) or not 0 <= momentum < 1 or (nesterov and not momentum):
            message = (
                "SGD: expected lr ≥ 0, 0 ≤ momentum < 1, and a momentum with nesterov; "
                f"got {lr=}, {momentum=}, {nesterov=}"
            )
            raise ArgumentError(message)
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self._velocity: dict[Tensor, np.ndarray[Any, Any]] = {}

    def step(self) -> None:
        """Move every parameter that has a gradient one step downhill."""
        moves = [(p, p._grad._data) for p in self.params if p._grad is not None]
        for p, g in moves:
            if g.shape != p._data.shape or g.dtype != p._data.dtype:
                message = f"SGD: the gradient of {describe(p)} is {describe(p._grad)}"
                raise GradientError(message)
        for p, g in moves:
            direction = self._direction(p, g) if self.momentum else g
            if not exclusive(p):
                take_value(p, np.subtract(p._data, np.multiply(direction, self.lr)))
                continue
            _descend(p._data, direction, self.lr)
            take_value(p, p._data)

    def zero_grad(self) -> None:
        """Reset `.grad` of every parameter to None."""
        for p in self.params:
            p._grad = None

    def _direction(self, p: Tensor, g: np.ndarray[Any, Any]) -> Any:
        velocity = self._velocity.get(p)
        if velocity is None:
            velocity = self._velocity[p] = g.copy()
        else:
            velocity *= self.momentum
            velocity += g
        return g + self.momentum * velocity if self.nesterov else velocity

    def __repr__(self) -> str:
        count = sum(p.size for p in self.params)
        return f"SGD({len(self.params)} parameters of {count:,} numbers, lr={self.lr}, momentum={self.momentum})"


BLOCK = 1 << 15
"""Elements that are moved at a time: few enough that the product stays in the cache between its two uses."""


def _descend(w: np.ndarray[Any, Any], g: Any, lr: float) -> None:
    """w ← w − η g in place, in blocks, so that the memory of w and g is passed over once."""
    if w.size <= BLOCK or not (w.flags.c_contiguous and g.flags.c_contiguous):
        w -= g * lr
        return
    w, g = w.reshape(-1), g.reshape(-1)
    scratch = np.empty(BLOCK, w.dtype)
    for start in range(0, w.size, BLOCK):
        part = w[start : start + BLOCK]
        step = np.multiply(g[start : start + BLOCK], lr, out=scratch[: part.size])
        part -= step
