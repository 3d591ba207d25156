"""New tensors: filled, like others, from values (floor 2).

What is made of numbers alone is a constant; what is made of Tensors (`full(shape, t)`, `asarray([t, u])`) carries their
gradients. `device` is "cpu" or None everywhere: there is no other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import describe
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.casting import astype
from tensorgraph.ops.joining import stack
from tensorgraph.ops.layout import broadcast_to, duplicate, expand_dims
from tensorgraph.ops.values import model_of

__all__ = [
    "array",
    "asarray",
    "empty",
    "empty_like",
    "full",
    "full_like",
    "on_cpu",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def on_cpu(device: Any) -> None:
    """Raise unless the device is the one that there is."""
    if device not in {None, "cpu"}:
        message = f"expected device 'cpu' or None, got {device!r}: tensors live in the main memory"
        raise ArgumentError(message)


def asarray(
    obj: Any, /, dtype: Any = None, order: Any = None, *, device: str | None = None, copy: bool | None = None
) -> Tensor:
    """`obj` as a Tensor: a Tensor itself, numbers, nested lists, an ndarray; lists that hold Tensors are stacked.

    A Tensor of the right dtype is returned as it is, or with copy=True as one of its own that shares its history. What
    is no Tensor is always copied, as a Tensor owns its memory; copy=False raises `ArgumentError` then. To ask for a
    gradient, use `tg.tensor`.

    >>> import tensorgraph as tg
    >>> a, b = tg.tensor(1.0, requires_grad=True), tg.tensor(2.0)
    >>> tg.asarray([[a, b], [b, a]]).shape
    (2, 2)
    """
    on_cpu(device)
    same = isinstance(obj, Tensor) and (dtype is None or obj.dtype == np.dtype(dtype))
    if same:
        return duplicate.function(obj) if copy else obj
    if copy is False:
        message = (
            f"asarray: a tensor owns its memory, so {type(obj).__name__} must be copied: copy=False cannot be honoured"
        )
        raise ArgumentError(message)
    if isinstance(obj, Tensor):
        return astype.function(obj, dtype)  # type: ignore[no-any-return]
    if _holds_tensor(obj):
        joined = _stacked(obj)
        return joined if dtype is None else astype.function(joined, dtype)
    return wrap(np.array(as_array(obj) if dtype is None else _converted(obj, dtype), order=order))


def _converted(obj: Any, dtype: Any) -> np.ndarray[Any, Any]:
    """Numbers in a dtype, from Python's own without a detour, so that 2**63 becomes uint64 and not a float."""
    value = as_array(obj) if isinstance(obj, np.ndarray) else obj
    return as_array(np.asarray(value, dtype=dtype))


def array(
    obj: Any,
    /,
    dtype: Any = None,
    *,
    copy: bool | None = True,
    order: Any = None,
    subok: bool = False,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    ndmin: int = 0,
) -> Tensor:
    """As `asarray`, a Tensor of its own by default, with axes of length 1 put in front until there are `ndmin`.

    >>> import tensorgraph as tg
    >>> tg.array([1.0, 2.0], ndmin=2)
    tensor([[1., 2.]])
    """
    made = asarray(obj, dtype, order, copy=copy)
    return made if made.ndim >= ndmin else expand_dims.function(made, tuple(range(ndmin - made.ndim)))


def _holds_tensor(obj: Any) -> bool:
    """Whether a nested list holds a Tensor; looked for without recursion."""
    if type(obj) is not list and type(obj) is not tuple:
        return False
    pending = [obj]
    while pending:
        for item in pending.pop():
            if isinstance(item, Tensor):
                return True
            if type(item) is list or type(item) is tuple:
                pending.append(item)
    return False


def _stacked(obj: Any) -> Tensor:
    parts = [item if isinstance(item, Tensor) else asarray(item) for item in obj]
    if len({part.shape for part in parts}) > 1:
        message = f"these nested lists make no array: {', '.join(map(describe, parts))}"
        raise ArgumentError(message)
    return stack.function(parts)


def empty(shape: Any, dtype: Any = None, order: Any = "C", *, device: str | None = None) -> Tensor:
    """A tensor of the given shape without set values: here zeros, so that results are the same on each run."""
    return zeros(shape, dtype, order, device=device)


def zeros(shape: Any, dtype: Any = None, order: Any = "C", *, device: str | None = None) -> Tensor:
    """Zeros of the given shape, float64 by default.

    >>> import tensorgraph as tg
    >>> tg.zeros((2, 2))
    tensor([[0., 0.],
            [0., 0.]])
    """
    on_cpu(device)
    return wrap(as_array(np.zeros(shape, dtype, order)))


def ones(shape: Any, dtype: Any = None, order: Any = "C", *, device: str | None = None) -> Tensor:
    """Ones of the given shape, float64 by default."""
    on_cpu(device)
    return wrap(as_array(np.ones(shape, dtype, order)))


def full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", *, device: str | None = None) -> Tensor:
    """One value, or several that broadcast, in the given shape; of a Tensor with its gradient.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda c: tg.full((2, 3), c).sum())(1.0)
    tensor(6.)
    """
    on_cpu(device)
    if _holds_tensor(fill_value):
        fill_value = _stacked(fill_value)
    if isinstance(fill_value, Tensor):
        value = fill_value if dtype is None else asarray(fill_value, dtype)
        return broadcast_to.function(value, shape)
    return wrap(as_array(np.full(shape, fill_value, dtype, order)))


@composition()
def zeros_like(
    x: Operand,
    /,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    shape: Any = None,
    *,
    device: str | None = None,
) -> Any:
    """Zeros of the shape and dtype of x, or of others given."""
    on_cpu(device)
    return wrap(np.zeros_like(model_of(x), dtype, order, shape=shape))


@composition()
def ones_like(
    x: Operand,
    /,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    shape: Any = None,
    *,
    device: str | None = None,
) -> Any:
    """Ones of the shape and dtype of x, or of others given."""
    on_cpu(device)
    return wrap(np.ones_like(model_of(x), dtype, order, shape=shape))


@composition()
def empty_like(
    x: Operand,
    /,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: str | None = None,
) -> Any:
    """A tensor of the shape and dtype of x, or of others given, without set values: here zeros."""
    return zeros_like(x, dtype, order, subok, shape, device=device)


@composition()
def full_like(
    x: Operand,
    /,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    shape: Any = None,
    *,
    device: str | None = None,
) -> Any:
    """One value, or several that broadcast, in the shape and dtype of x or others; of a Tensor with its gradient."""
    on_cpu(device)
    like = model_of(x)
    if isinstance(fill_value, Tensor) or _holds_tensor(fill_value):
        return full(like.shape if shape is None else shape, fill_value, like.dtype if dtype is None else dtype)
    return wrap(np.full_like(like, fill_value, dtype, order, shape=shape))
