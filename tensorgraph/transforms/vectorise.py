"""vmap: a function of one example as a function of many, computed together (floor 3)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Level, gathered, new_level, whole
from tensorgraph.core.describe import describe
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError, AxisError, ShapeError
from tensorgraph.transforms.recorded import Function, name_of
from tensorgraph.transforms.trees import flatten, leaf_paths, prefix_leaves, unflatten

__all__ = ["vmap"]

Axes = int | None | Sequence[Any]


def vmap(f: Function, in_axes: Axes = 0, out_axes: Axes = 0) -> Function:
    """f over a batch of examples: `vmap(f)(xs)[i] = f(xs[i])`, with all examples in every op at once.

    `in_axes` says along which axis of each positional argument the examples lie: an integer for all arguments, or a
    tuple with one item each, where None marks what all examples share; an item may itself be a pytree, of which a
    leaf speaks for all that lies below it. `out_axes` says the same of the result. Keyword arguments are shared.
    Arguments and results are pytrees; results are Tensors.

    How far it goes: f is called once, with operands that have the shape of one example and stand for all of them. An
    elementwise op broadcasts, by its family; reductions, products, changes of layout, indexing and the other ops with
    a batching rule on their card take one more axis; an op without such a rule is computed example by example, so the
    result is right, only no faster. What f draws at random is drawn once, for all examples. Transforms nest in any
    order: `vmap(grad(f))` gives a gradient for each example, `grad` of a sum over `vmap(f)` the gradient of the whole.

    Raises `ShapeError` if arguments disagree about the number of examples, `CoercionError` where f asks for the value
    of a single example, as `if x > 0` does: write `tg.where(x > 0, …)`; results must have one shape for all examples.

    >>> import tensorgraph as tg
    >>> w, xs = tg.tensor([1.0, 2.0]), tg.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> tg.vmap(lambda w, x: w @ x, in_axes=(None, 0))(w, xs)
    tensor([1., 2., 3.])
    >>> tg.vmap(tg.grad(lambda x: x**3))(w)
    tensor([ 3., 12.])
    """
    in_axes = tuple(in_axes) if isinstance(in_axes, list) else in_axes
    name = name_of(f)

    @functools.wraps(f)
    def vectorised(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten(args)
        axes = prefix_leaves(in_axes, args, f"vmap: in_axes of {name}")
        given = [x if axis is None else _tensor(x) for x, axis in zip(leaves, axes, strict=True)]
        with new_level(_size(given, axes, args, name)) as (level, size):
            batches = [
                x if axis is None else gathered(_moved(x, axis, 0, f"in_axes of {name}"), ((level, size),))
                for x, axis in zip(given, axes, strict=True)
            ]
            result = f(*unflatten(structure, batches), **kwargs)
            outputs, out_structure = flatten(result)
            ends = prefix_leaves(out_axes, result, f"vmap: out_axes of {name}")
            closed = [_closed(z, axis, level, size, name) for z, axis in zip(outputs, ends, strict=True)]
        return unflatten(out_structure, closed)

    return vectorised


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else wrap(np.array(as_array(x)))


def _size(given: Sequence[Any], axes: Sequence[Any], args: tuple[Any, ...], name: str) -> int:
    """The number of examples, on which all arguments must agree."""
    sizes: dict[int, int] = {}
    for i, (x, axis) in enumerate(zip(given, axes, strict=True)):
        if axis is None:
            continue
        if not isinstance(axis, int) or isinstance(axis, bool):
            message = f"vmap: in_axes of {name} holds integers and None, got {axis!r}"
            raise ArgumentError(message)
        if not -x.ndim <= axis < x.ndim:
            hint = (
                "; in_axes=None shares it, and nested lists are pytrees of numbers, so write np.array(…) for an array"
            )
            message = (
                f"vmap: {name}, argument {leaf_paths(args)[i]}: {describe(x)} has no axis {axis} of examples{hint}"
            )
            raise AxisError(message)
        sizes[i] = x.shape[axis]
    if not sizes:
        message = f"vmap: no argument of {name} has an axis of examples, so their number is unknown"
        raise ArgumentError(message)
    if len(set(sizes.values())) > 1:
        paths = leaf_paths(args)
        told = ", ".join(f"{size} in argument {paths[i]}" for i, size in sizes.items())
        message = f"vmap: the arguments of {name} disagree about the number of examples: {told}"
        raise ShapeError(message)
    return next(iter(sizes.values()))


def _moved(x: Tensor, source: int, destination: int, what: str) -> Any:
    """x with one axis moved, from or to the front."""
    place = source or destination
    if not -x.ndim <= place < x.ndim:
        message = f"vmap: {what}: {describe(x)} has no axis {place}"
        raise AxisError(message)
    place %= x.ndim
    others = [i for i in range(x.ndim) if i != place] if source else list(range(1, x.ndim))
    axes = (place, *others) if source else (*others[:place], 0, *others[place:])
    return x if axes == tuple(range(x.ndim)) else x.transpose(axes)


def _closed(z: Any, axis: Any, level: Level, size: int, name: str) -> Any:
    """A result with the axis of examples where it was asked for."""
    tensor = _tensor(z)
    if axis is None:
        if level in getattr(tensor, "levels", ()):
            message = f"vmap: out_axes of {name} is None for a result that differs between the examples"
            raise ArgumentError(message)
        return tensor
    return _moved(whole(tensor, level, size), 0, axis, f"out_axes of {name}")
