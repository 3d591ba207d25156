"""Hooks: functions that see a tensor's gradient, and may replace it, while a reverse sweep passes (floor 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from tensorgraph.core.batch import array_of, tensor_of
from tensorgraph.core.describe import describe, kind
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import GradientError, ShapeError

__all__ = ["HookHandle", "through_hooks"]

Hook = Callable[[Tensor], Any]


class HookHandle:
    """What `register_hook` returns: `remove()` takes the hook away again. Also a context manager."""

    def __init__(self, hooks: dict[HookHandle, Hook]) -> None:
        self._hooks = hooks

    def remove(self) -> None:
        """Take the hook away; does nothing the second time."""
        self._hooks.pop(self, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


def _register_hook(self: Tensor, hook: Hook) -> HookHandle:
    """Call `hook(gradient)` whenever a reverse sweep has this tensor's whole gradient; it may return another instead.

    Hooks run in the order of registration, before any `.grad` is touched: one that raises leaves them all as they were.
    What is returned must have the gradient's shape and dtype; None keeps it.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> handle = x.register_hook(lambda g: g * 10)
    >>> (x**2).sum().backward()
    >>> x.grad
    tensor([20., 40.])
    """
    if not self._requires:
        message = f"register_hook: {describe(self)} requires no gradient, so the hook would never be called"
        raise GradientError(message)
    notes = self._notes
    if notes is None:
        notes = self._notes = {}
    hooks = notes.setdefault("hooks", {})
    handle = HookHandle(hooks)
    hooks[handle] = hook
    return handle


def through_hooks(t: Tensor, g: Any, *, record: bool) -> Any:
    """The cotangent of `t` after its hooks have seen it."""
    notes = t._notes or {}
    if (reference := notes.get("handle")) is not None and (leaf := reference()) is not None:
        notes = leaf._notes or {}
    for hook in tuple(notes.get("hooks", {}).values()):
        given = hook(tensor_of(g))
        if given is None:
            continue
        g = given if isinstance(given, Tensor) else wrap(np.array(given))
        if g.shape != t.shape or g.dtype != t.dtype:
            message = f"a hook of {describe(t)} must return a gradient of its shape and dtype, got {kind(g)}"
            raise ShapeError(message)
        if not record:
            g = array_of(g)
    return g


Tensor.register_hook = _register_hook  # type: ignore[attr-defined]
