"""Leaves: how tensors without history come to be, take new values, and are copied (floor 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.reading import check_inexact, check_numeric, read_array
from tensorgraph.core.recording import tick
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import GradientError

__all__ = ["new_leaf", "take_value", "tensor"]


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A new leaf that owns a copy of `data` (nested lists, scalars, an ndarray or a tensor's value).

    `requires_grad=True` asks for `.grad` after a `backward`; only floating and complex dtypes have one, so integers
    raise `DtypeError`. Objects and strings raise it too.

    >>> import tensorgraph as tg
    >>> tg.tensor([[1, 2], [3, 4]], dtype="float32", name="W").shape
    (2, 2)
    """
    source = data._data if type(data) is Tensor else read_array(data)
    copied = np.array(source, dtype=None if dtype is None else np.dtype(dtype).newbyteorder("="))
    check_numeric(copied.dtype)
    return new_leaf(copied, requires_grad, name)


def new_leaf(data: np.ndarray[Any, Any], requires_grad: bool, name: str | None = None) -> Tensor:
    """A leaf around an array that nobody else will write to."""
    if requires_grad:
        check_inexact(data.dtype)
    leaf = wrap(data)
    leaf.name = name
    leaf._requires = bool(requires_grad)
    leaf._stamp = tick()
    return leaf


def take_value(leaf: Tensor, data: np.ndarray[Any, Any]) -> None:
    """`assign` without checks or a copy: the array becomes the leaf's own."""
    leaf._data = data
    leaf._stamp = tick()


def _copy(self: Tensor) -> Tensor:
    return _twin(self, self._data)


def _deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    twin = _twin(self, self._data.copy())
    memo[id(self)] = twin
    if self._grad is not None and self._grad._op is None:
        twin._grad = _deepcopy(self._grad, memo)
    return twin


def _reduce(self: Tensor) -> tuple[Callable[..., Tensor], tuple[Any, ...]]:
    _refuse_history(self, "pickled")
    return new_leaf, (self._data, self._requires, self._name)


def _twin(t: Tensor, data: np.ndarray[Any, Any]) -> Tensor:
    _refuse_history(t, "copied")
    return new_leaf(data, t._requires, t._name)


def _refuse_history(t: Tensor, verb: str) -> None:
    if t._op is not None:
        message = f"{describe(t)} carries its graph and cannot be {verb}; take t.detach() for the value alone"
        raise GradientError(message)


Tensor.__copy__ = _copy  # type: ignore[attr-defined]
Tensor.__deepcopy__ = _deepcopy  # type: ignore[attr-defined]
Tensor.__reduce__ = _reduce  # type: ignore[assignment, method-assign]
