"""The ways out of the graph, to NumPy and to Python: explicit ones, and those that refuse (floor 1).

An array or a number has no history. What takes one from a recorded tensor without saying so would drop its gradient
silently, so it raises; `numpy()`, `item()` and `tolist()` say so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.recording import is_recording
from tensorgraph.errors import ArgumentError, CoercionError, DtypeError, ShapeError

__all__ = ["Leaving"]


class Leaving:
    """What Tensor inherits of conversions."""

    __slots__ = ()

    _data: np.ndarray[tuple[int, ...], np.dtype[Any]]
    _requires: bool

    def numpy(self) -> np.ndarray[Any, Any]:
        """The value as a read-only ndarray, without a copy.

        >>> import tensorgraph as tg
        >>> tg.tensor([1.0, 2.0]).numpy().flags.writeable
        False
        """
        view = self._data.view()
        view.flags.writeable = False
        return view

    def item(self, *index: Any) -> Any:
        """The value of a tensor of one element (or of the element at `index`) as a Python number."""
        try:
            return self._data.item(*index)
        except (ValueError, IndexError) as error:
            message = f"item() needs exactly one element, got {describe(self)}"
            raise ShapeError(message) from error

    def tolist(self) -> Any:
        """The value as nested Python lists."""
        return self._data.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self._guard("np.asarray(t)", "t.numpy() for a read-only view of the value, or t.detach()")
        if copy or (dtype is not None and np.dtype(dtype) != self._data.dtype):
            if copy is False:
                message = f"no view of {describe(self)} has dtype {np.dtype(dtype)}: copy=False cannot be honoured"
                raise ArgumentError(message)
            return np.array(self._data, dtype=dtype)
        return self.numpy()

    def __float__(self) -> float:
        self._guard("float(t)", "t.item()")
        return float(self._scalar("float"))

    def __int__(self) -> int:
        self._guard("int(t)", "t.item()")
        return int(self._scalar("int"))

    def __complex__(self) -> complex:
        self._guard("complex(t)", "t.item()")
        return complex(self._scalar("complex"))

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu":
            message = f"only an integer tensor of one element can be an index, got {describe(self)}"
            raise DtypeError(message)
        return int(self._scalar("index"))

    def __bool__(self) -> bool:
        self._guard("bool(t)", "t.item(), or compare first: bool(t > 0)")
        if self._data.size != 1:
            message = f"the truth of {describe(self)} is ambiguous: use tg.any(t) or tg.all(t)"
            raise ShapeError(message)
        return bool(self._data.item())

    def _scalar(self, what: str) -> Any:
        if self._data.size != 1:
            message = f"{what}() needs exactly one element, got {describe(self)}"
            raise ShapeError(message)
        return self._data.item()

    def _guard(self, what: str, instead: str) -> None:
        if self._requires and is_recording():
            message = f"{what} would cut the gradient of {describe(self)}, which is being recorded; use {instead}"
            raise CoercionError(message)
