"""Card: the logarithm of a sum of exponentials (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.families import general, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.comparison import equal, isfinite, stop_gradient
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.keywords import keep, mask_of, reduced_shape
from tensorgraph.ops.reductions import max, sum
from tensorgraph.ops.rounding import sign
from tensorgraph.ops.transcendental import exp, log

__all__ = ["logsumexp"]

# NumPy's stubs do not know that keepdims and initial may be positional.
_add: Any = np.add.reduce
_largest: Any = np.maximum.reduce


def _weights(z: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """The softmax, exp(x − z); 0 where all elements are −∞."""
    return exp(x - keep(choose(equal(z, -np.inf), 0, z), x, axis, keepdims))


def _general(
    x: Operand,
    /,
    axis: Any = None,
    b: Any = None,
    keepdims: bool = False,
    return_sign: bool = False,
    *,
    where: Any = True,
) -> Any:
    if where is not True:
        x = choose(mask_of("logsumexp", where, x), x, -np.inf)
    if b is None and not return_sign:
        return logsumexp(x, axis=axis, keepdims=keepdims)
    b = 1.0 if b is None else b
    x = choose(equal(b, 0), -np.inf, x)
    top = stop_gradient(max.function(x.real if x.dtype.kind == "c" else x, axis=axis, keepdims=True, initial=-np.inf))
    top = choose(isfinite(top), top, 0)
    total = sum(b * exp(x - top), axis=axis, keepdims=keepdims)
    top = top.reshape(total.shape)
    side = sign(total)
    if not return_sign:
        return log(total) + top
    size = total * side if total.dtype.kind != "c" else abs(total)
    return log(size) + top, side


@general(_general)
@primitive(
    batch=along_axis(),
    vjps=(lambda g, z, x, axis, keepdims: keep(g, x, axis, keepdims) * _weights(z, x, axis, keepdims),),
    jvps=(lambda dx, z, x, axis, keepdims: sum(dx * _weights(z, x, axis, keepdims), axis=axis, keepdims=keepdims),),
    latex=r"\log \sum e^{x}",
    subgradient="0 where all elements are −∞",
    cases=(
        case((2, 3)),
        case((2, 3), axis=0),
        case((2, 3), axis=-1, keepdims=True),
        case((2, 3, 4), axis=(0, 2)),
        case(()),
    ),
)
def logsumexp(x: Operand, /, axis: Any = None, keepdims: bool = False) -> Any:
    """ln Σ exp(xᵢ) along axes, by default along all, without overflow; its gradient is the softmax.

    `b` are factors before the exponentials, with a gradient if they are Tensors; with `return_sign=True` the logarithm
    of the sum's size and its sign are returned. `where` masks the elements that count. Elements −∞ add nothing.

    >>> import tensorgraph as tg
    >>> tg.logsumexp(tg.tensor([1000.0, 1000.0]))
    tensor(1000.69314718)
    """
    x = np.asarray(x)
    given = x.dtype
    x = (
        x.astype(np.float32 if given == np.float16 else np.float64, copy=False)
        if given.kind in "biu" or given == np.float16
        else x
    )
    shape = reduced_shape(x.shape, axis, keepdims)
    with np.errstate(all="ignore"):
        if given.kind == "c":
            top = _largest(x.real, axis, None, None, True, -np.inf)
            z = np.log(_add(np.exp(x - np.where(np.isfinite(top), top, 0)), axis, None, None, True)) + top
            return z.reshape(shape)
        # ln(k eᵐ + Σ' eˣ) = m + ln k + log1p(Σ' e^(x−m) / k) with k elements equal to the largest, m, and Σ' over the
        # others: what is small beside m keeps its digits.
        top = _largest(x, axis, None, None, True, -np.inf)
        highest = x == top
        rest = np.where(highest, 0, np.exp(x - top))
        count = _add(highest, axis, x.dtype, None, True)
        z = top + np.where(count > 0, np.log(count) + np.log1p(_add(rest, axis, None, None, True) / count), 0)
    return z.reshape(shape).astype(given if given == np.float16 else x.dtype, copy=False)
