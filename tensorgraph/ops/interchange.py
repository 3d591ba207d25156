"""Tensors and other array libraries: the namespace, the device and DLPack of the Array API (floor 2).

Source: Python array API standard 2024.12, "Array object" and "Inspection".
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.creation import on_cpu
from tensorgraph.ops.layout import duplicate

__all__ = [
    "API_VERSION",
    "__array_namespace_info__",
    "array_namespace",
    "device",
    "dlpack",
    "dlpack_device",
    "from_dlpack",
    "to_device",
]

API_VERSION = "2024.12"
_VERSIONS = frozenset({"2021.12", "2022.12", "2023.12", API_VERSION})


def __array_namespace_info__() -> Any:  # noqa: N807 - the standard's name
    """What there is, as in NumPy: `capabilities()`, `default_device()`, `default_dtypes()`, `devices()`, `dtypes()`."""
    return np.__array_namespace_info__()


def array_namespace(self: Tensor, /, *, api_version: str | None = None) -> Any:  # noqa: ARG001 - the protocol's signature
    """The module that works on tensors: tensorgraph itself."""
    if api_version is not None and api_version not in _VERSIONS:
        message = f"expected a version of the Array API among {', '.join(sorted(_VERSIONS))}, got {api_version!r}"
        raise ArgumentError(message)
    return sys.modules["tensorgraph"]


def device(self: Tensor) -> str:  # noqa: ARG001 - a property's signature
    """Where the elements are: "cpu"."""
    return "cpu"


def to_device(self: Tensor, device: Any, /, *, stream: Any = None) -> Tensor:
    """The tensor itself: its device is the only one."""
    on_cpu(device)
    if stream is not None:
        message = f"to_device: a CPU has no streams, got stream={stream!r}"
        raise ArgumentError(message)
    return self


def dlpack(
    self: Tensor,
    *,
    stream: Any = None,
    max_version: tuple[int, int] | None = None,
    dl_device: Any = None,
    copy: bool | None = None,
) -> Any:
    """The value for another library, by DLPack.

    It is handed over without a copy, marked as read-only; to a library that knows no such mark (DLPack before 1.0), as
    a copy. A tensor that is being recorded raises `CoercionError`: its gradient would be lost.
    """
    self._guard("__dlpack__", "t.detach()")
    marked = max_version is not None and max_version >= (1, 0)
    if copy is False and not marked:
        message = f"{describe(self)} is immutable, which DLPack before 1.0 cannot say: copy=False cannot be honoured"
        raise BufferError(message)
    if copy or not marked:
        return self._data.copy().__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device)
    return self.numpy().__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)


def dlpack_device(self: Tensor) -> tuple[int, int]:
    """The device as DLPack numbers it."""
    return self._data.__dlpack_device__()


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Tensor:
    """A Tensor with the value of an array of any library that speaks DLPack.

    Of a Tensor a new one that shares its history. Anything else is copied, as a Tensor owns its memory; copy=False
    raises `ArgumentError` then.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> tg.from_dlpack(np.array([1.0, 2.0]))
    tensor([1., 2.])
    """
    on_cpu(device)
    if isinstance(x, Tensor):
        return duplicate.function(x)
    if copy is False:
        message = f"from_dlpack: a tensor owns its memory, so copy=False cannot be honoured for {type(x).__name__}"
        raise ArgumentError(message)
    return wrap(np.array(as_array(np.from_dlpack(x))))
