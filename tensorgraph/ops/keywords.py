"""The keywords that NumPy's reductions share, `out`, `where` and `initial`, said by other ops (floor 2).

The cards know none of them: a call that uses one goes to the card's `general` form, which fills in the elements left
out by `where` with a value that changes nothing, and treats `initial` as one more element. Both may be Tensors.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.errors import AxisError, MutationError, ShapeError
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.values import peek

__all__ = [
    "axes_of",
    "checked_axes",
    "count_along",
    "dtype_of",
    "keep",
    "lowest",
    "mask_of",
    "masked",
    "reduced_shape",
    "refuse_out",
    "representable",
    "shape_of",
    "warn_all_nan",
]


def refuse_out(name: str, out: Any) -> None:
    """Raise if a result was to be written into an array."""
    if out is not None:
        message = f"{name} cannot write a recorded result into an array (out=): assign it to a new name"
        raise MutationError(message)


def mask_of(name: str, where: Any, x: Any) -> Any:
    """The mask `where=` as an array or Tensor that broadcasts to x."""
    mask = where if hasattr(where, "shape") else np.asarray(where, dtype=np.bool_)
    if mask.dtype != np.bool_:
        mask = mask != 0
    shape = shape_of(x)
    if mask.ndim > len(shape) or any(m not in {1, n} for m, n in zip(mask.shape[::-1], shape[::-1], strict=False)):
        message = f"{name}: expected where= of a shape that broadcasts to {shape}, got {describe(mask)}"
        raise ShapeError(message)
    return mask


def masked(name: str, x: Any, where: Any, filler: Any) -> Any:
    """x, with a value that changes nothing where the mask `where=` is false."""
    return x if where is True else choose(mask_of(name, where, x), x, filler)


def lowest(dtype: np.dtype[Any], sign: int) -> Any:
    """The value that wins against nothing: the lowest of a dtype (sign −1) or the highest (sign 1)."""
    if dtype.kind in "fc":
        return dtype.type(sign * math.inf)
    if dtype.kind == "b":
        return np.bool_(sign > 0)
    return dtype.type(np.iinfo(dtype).min if sign < 0 else np.iinfo(dtype).max)


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that `axis` names, not negative, in order."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))) if ndim else ()


def checked_axes(name: str, axis: Any, ndim: int) -> Any:
    """`axis` of a composition, as the cards have it: None, an integer or a tuple, none out of bounds or named twice."""
    if axis is None:
        return None
    try:
        axes = np.lib.array_utils.normalize_axis_tuple(axis, ndim)
    except ValueError as error:
        message = f"{name}: axis={axis!r} for an array of {ndim} axes: {error}"
        raise AxisError(message) from None
    return axes if isinstance(axis, tuple | list) else axes[0]


def count_along(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements are reduced into one."""
    if axis is None:
        return math.prod(shape)
    if type(axis) is int:
        return shape[axis] if shape else 1
    return math.prod(shape[a] for a in axis)


def reduced_shape(shape: tuple[int, ...], axis: Any, keepdims: Any) -> tuple[int, ...]:
    """The shape that a reduction gives."""
    gone = axes_of(axis, len(shape))
    if keepdims:
        return tuple(1 if i in gone else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in gone)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an operand; () of a Python number."""
    return x.shape if hasattr(x, "shape") else np.shape(x)


def dtype_of(x: Any) -> np.dtype[Any]:
    """The dtype of an operand; of a Python number, the one that NumPy gives it."""
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


def keep(reduced: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """What a reduction of x gave, with the reduced axes back as axes of length 1, so that it broadcasts against x."""
    if keepdims or axis is None or axis == 0:
        return reduced
    return reduced.reshape(reduced_shape(x.shape, axis, keepdims=True))


def representable(z: np.ndarray[Any, Any]) -> bool:
    """Whether products z may be divided by their factors: none has passed through zero, underflow or overflow."""
    if z.dtype.kind != "f" or z.dtype == np.float16:
        return False
    size = np.abs(z)
    limits = np.finfo(z.dtype)
    return bool(((size > limits.tiny) & (size < limits.max)).all())


def warn_all_nan(counts: Any) -> None:
    """Warn, as NumPy does, if a row along the last axis has no element that counts."""
    if counts.size and not peek(counts).any(axis=-1).all():
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=4)
