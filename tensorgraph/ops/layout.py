"""Cards: the shape and the order of axes; no value changes (floor 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from tensorgraph.core.batching import aligned, as_it_is
from tensorgraph.core.composition import composition
from tensorgraph.core.describe import describe
from tensorgraph.core.families import general, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops import batched
from tensorgraph.ops.values import as_operand, value_of

__all__ = [
    "alias",
    "broadcast_to",
    "copy",
    "duplicate",
    "expand_dims",
    "flatten",
    "matrix_transpose",
    "moveaxis",
    "ravel",
    "reshape",
    "rollaxis",
    "squeeze",
    "swapaxes",
    "transpose",
]


@linear(batch=aligned, transpose=lambda g, x: g, public=False, numpy=(), latex="{x}", cases=(case((2, 3)), case(())))
def alias(x: Operand, /) -> Any:
    """The value itself, as a node of its own: what the transforms differentiate with respect to."""
    return x


@linear(batch=aligned, transpose=lambda g, x: g, public=False, numpy=(), latex="{x}", cases=(case((2, 3)), case(())))
def duplicate(x: Operand, /) -> Any:
    """The value itself, as a node of its own that may be written to: what a copy is of an immutable array."""
    return x


def _reshape(x: Operand, /, shape: Any, order: str = "C", copy: bool | None = None) -> Any:
    """`reshape` with an order, and with a say whether it copies."""
    shape = tuple(shape) if isinstance(shape, Iterable) else (shape,)
    fixed = _fixed_order("reshape", x, order)
    if copy is False:
        value = np.asarray(value_of(x))
        if value.size and not np.may_share_memory(value, value.reshape(shape, order=fixed)):
            message = f"reshape: no view of {describe(x)} has shape {shape}: copy=False cannot be honoured"
            raise ShapeError(message)
    if fixed == "C":
        return reshape(x, shape=shape)
    # First axis fastest is last axis fastest on the transpose.
    return transpose(reshape(transpose(x), shape=shape[::-1]))


def _fixed_order(name: str, x: Any, order: str) -> Literal["C", "F"]:
    """The order that is meant: "A" is that of x in memory."""
    if order not in {"C", "F", "A"}:
        message = f"{name}: expected order 'C', 'F' or 'A', got {order!r}"
        raise ArgumentError(message)
    if order == "A":
        return "F" if np.asarray(value_of(x)).flags.fnc else "C"
    return "C" if order == "C" else "F"


@general(_reshape)
@linear(
    batch=batched.by_shape,
    transpose=lambda g, x, shape: reshape(g, shape=x.shape),
    latex=r"\operatorname{{reshape}} {x}",
    cases=(
        case((2, 6), shape=(3, 4)),
        case((2, 6), shape=(3, -1)),
        case((2, 3, 2), shape=-1),
        case((6,), shape=(1, 2, 3)),
        case((), shape=(1, 1)),
        case((1,), shape=()),
        case((0, 3), shape=(3, 0)),
    ),
)
def reshape(x: Operand, /, shape: Any) -> Any:
    """The same elements in another shape; one length may be −1 and is then worked out.

    `order` is the order in which elements are read and placed: "C" last axis fastest, "F" first axis fastest, "A" as
    "F" if x lies in memory that way. Tensors are immutable, so views and copies look alike; `copy=False` raises where
    no view exists.

    >>> import tensorgraph as tg
    >>> tg.reshape([1, 2, 3, 4], (2, -1))
    tensor([[1, 2],
            [3, 4]])
    """
    return x.reshape(shape) if type(x) is np.ndarray else np.reshape(x, shape)


@composition()
def ravel(x: Operand, /, order: str = "C") -> Any:
    """All elements in one axis, in the given order: "C", "F", "A" as of `reshape`, "K" as they lie in memory.

    >>> import tensorgraph as tg
    >>> tg.ravel([[1, 2], [3, 4]], order="F")
    tensor([1, 3, 2, 4])
    """
    if order == "K":
        strides = np.asarray(value_of(x)).strides
        by_stride = tuple(sorted(range(len(strides)), key=lambda i: -abs(strides[i])))
        return reshape(transpose(x, axes=by_stride), shape=(-1,))
    return _reshape(x, (-1,), order)


@composition()
def copy(x: Operand, /, order: str = "K", subok: bool = False) -> Any:  # noqa: ARG001 - NumPy's
    """A tensor of its own with the same elements, and the same history.

    `t[i] = v` works on a copy, with the right gradients for both; see also `Tensor.at`.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> y = tg.copy(x)
    >>> y[0] = x[1] * 3
    >>> y.sum().backward()
    >>> x.grad
    tensor([0., 4.])
    """
    return duplicate(x)


@composition(public=False)
def flatten(x: Operand, /, order: str = "C") -> Any:
    """All elements in one axis, as `ravel`: of immutable tensors a copy and a view are the same."""
    return ravel(x, order=order)


@linear(
    batch=batched.transpose,
    transpose=lambda g, x, axes: transpose(g, axes=_inverse(axes)),
    numpy=np.transpose,
    latex=r"{x}^{\mathsf T}",
    cases=(
        case((2, 3)),
        case((2, 3, 4), axes=(1, 2, 0)),
        case((2, 3, 4), axes=(-1, 0, -2)),
        case(()),
        case((0, 3)),
        case((3,)),
    ),
)
def transpose(x: Operand, /, axes: Any = None) -> Any:
    """The axes in another order: axis i of the result is axis `axes[i]` of x; without `axes`, in reverse order.

    >>> import tensorgraph as tg
    >>> tg.permute_dims(tg.zeros((2, 3, 4)), (2, 0, 1)).shape
    (4, 2, 3)
    """
    return x.transpose(axes) if type(x) is np.ndarray else np.transpose(x, axes)


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The permutation that undoes another."""
    if axes is None:
        return None
    places = [0] * len(axes)
    for place, axis in enumerate(axes):
        places[axis] = place
    return tuple(places)


@linear(
    batch=as_it_is(needs=2),
    transpose=lambda g, x: matrix_transpose(g),
    numpy=(np.matrix_transpose, np.linalg.matrix_transpose),
    latex=r"{x}^{\mathsf T}",
    cases=(case((2, 3)), case((4, 2, 3)), case((0, 3))),
)
def matrix_transpose(x: Operand, /) -> Any:
    """The last two axes swapped: a stack of matrices, each transposed."""
    return np.asarray(x).mT


@linear(
    batch=batched.swapped,
    transpose=lambda g, x, axis1, axis2: swapaxes(g, axis1=axis1, axis2=axis2),
    cases=(case((2, 3, 4), axis1=0, axis2=-1), case((2, 3), axis1=1, axis2=1), case((0, 3), axis1=0, axis2=1)),
)
def swapaxes(x: Operand, /, axis1: int, axis2: int) -> Any:
    """Two axes swapped."""
    return np.swapaxes(x, axis1, axis2)


@composition()
def moveaxis(x: Operand, /, source: Any, destination: Any) -> Any:
    """Axes moved to other places, the others in their old order.

    >>> import tensorgraph as tg
    >>> tg.moveaxis(tg.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    # NumPy checks the arguments and finds the permutation, on an array whose shape is its own axis numbers.
    return transpose(x, axes=_permutation(np.moveaxis, as_operand(x).ndim, source, destination))


@composition()
def rollaxis(x: Operand, /, axis: int, start: int = 0) -> Any:
    """One axis moved back until it lies before the axis `start`; `moveaxis` says the same more clearly."""
    return transpose(x, axes=_permutation(np.rollaxis, as_operand(x).ndim, axis, start))


def _permutation(move: Any, ndim: int, *arguments: Any) -> tuple[int, ...]:
    """The permutation that `move` makes of `ndim` axes, told apart by their lengths."""
    return tuple(move(np.broadcast_to(np.empty((), np.bool_), tuple(range(ndim))), *arguments).shape)


@linear(
    batch=batched.squeeze,
    transpose=lambda g, x, axis: reshape(g, shape=x.shape),
    cases=(
        case((1, 3, 1)),
        case((1, 3, 1), axis=0),
        case((1, 3, 1), axis=(0, -1)),
        case((2, 3)),
        case((1, 0), axis=0),
        case(()),
    ),
)
def squeeze(x: Operand, /, axis: Any = None) -> Any:
    """The axes of length 1 dropped: all, or those named, which must have length 1."""
    return np.squeeze(x, axis)


@linear(
    batch=batched.expand_dims,
    transpose=lambda g, x, axis: reshape(g, shape=x.shape),
    cases=(
        case((2, 3), axis=0),
        case((2, 3), axis=-1),
        case((2, 3), axis=(0, 2)),
        case((), axis=0),
        case((0,), axis=1),
    ),
)
def expand_dims(x: Operand, /, axis: Any = 0) -> Any:
    """New axes of length 1, at the places `axis` of the result.

    >>> import tensorgraph as tg
    >>> tg.expand_dims([1, 2], axis=(0, 2)).shape
    (1, 2, 1)
    """
    return np.expand_dims(x, axis)


@linear(
    batch=batched.by_shape,
    transpose=lambda g, x, shape: g,  # the sweep undoes broadcasting
    cases=(
        case((3,), shape=(2, 3)),
        case((2, 1), shape=(4, 2, 3)),
        case((), shape=(2, 2)),
        case((1,), shape=(0,)),
        case((2, 3), shape=(2, 3)),
    ),
)
def broadcast_to(x: Operand, /, shape: Any) -> Any:
    """x repeated along new axes and axes of length 1, to the given shape."""
    return np.broadcast_to(x, shape)
