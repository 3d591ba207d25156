"""Functions applied along axes (floor 2): they get and give Tensors, so gradients flow through whatever they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.errors import AxisError, ShapeError
from tensorgraph.ops.joining import stack
from tensorgraph.ops.layout import expand_dims, moveaxis, reshape
from tensorgraph.ops.values import as_operand

__all__ = ["apply_along_axis", "apply_over_axes"]


@composition(lift=False)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """What a function makes of each line of `arr` along an axis; the axes of its result replace that axis.

    The function is called once for each line. Often `tg.vmap` or an `axis=` does the same at once.

    >>> import tensorgraph as tg
    >>> tg.apply_along_axis(lambda line: line.sum(), 1, [[1, 2], [3, 4]])
    tensor([3, 7])
    """
    x = as_operand(arr)
    if not -x.ndim <= axis < x.ndim:
        message = f"apply_along_axis: axis {axis} is out of bounds for shape {x.shape}"
        raise AxisError(message)
    axis %= x.ndim
    lines = moveaxis(x, axis, -1)
    around = lines.shape[:-1]
    if 0 in around:
        message = f"apply_along_axis: shape {x.shape} has no line along axis {axis}, so the function is never called"
        raise ShapeError(message)
    results = [as_operand(func1d(lines[place], *args, **kwargs)) for place in np.ndindex(around)]
    joined = reshape(stack(results), shape=(*around, *results[0].shape))
    made = results[0].ndim
    order = (*range(axis), *range(len(around), len(around) + made), *range(axis, len(around)))
    return joined.transpose(order)


@composition(lift=False)
def apply_over_axes(func: Callable[[Any, int], Any], a: Any, axes: Any) -> Any:
    """What `func(a, axis)` makes of an array for one axis after the other; axes that it drops are kept with length 1.

    >>> import tensorgraph as tg
    >>> tg.apply_over_axes(tg.sum, tg.ones((2, 3)), (0, 1))
    tensor([[6.]])
    """
    x = as_operand(a)
    ndim = x.ndim
    for axis in axes if hasattr(axes, "__iter__") else (axes,):
        place = axis + ndim if axis < 0 else axis
        result = as_operand(func(x, place))
        x = result if result.ndim == ndim else expand_dims(result, axis=place)
        if x.ndim != ndim:
            message = f"apply_over_axes: func gave {result.ndim} axes for {ndim}; expected {ndim} or {ndim - 1}"
            raise ShapeError(message)
    return x
