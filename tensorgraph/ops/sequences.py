"""Evenly spaced numbers, differentiable in their ends (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.casting import astype
from tensorgraph.ops.comparison import stop_gradient, where
from tensorgraph.ops.creation import on_cpu
from tensorgraph.ops.layout import expand_dims, moveaxis
from tensorgraph.ops.powers import power
from tensorgraph.ops.rounding import floor, sign
from tensorgraph.ops.transcendental import exp, log
from tensorgraph.ops.values import as_operand, value_of

__all__ = ["arange", "geomspace", "linspace", "logspace", "vander"]


def arange(start: Any, /, stop: Any = None, step: Any = 1, dtype: Any = None, *, device: str | None = None) -> Tensor:
    """start, start + step, … below stop; with one argument from 0. A constant: how many they are is no smooth function.

    >>> import tensorgraph as tg
    >>> tg.arange(2, 8, 2)
    tensor([2, 4, 6])
    """
    on_cpu(device)
    first, last = (0, start) if stop is None else (start, stop)
    return wrap(as_array(np.arange(_number(first), _number(last), _number(step), dtype=dtype)))


def _number(x: Any) -> Any:
    """A Python number; of a Tensor that is being recorded this raises, as its gradient would be cut."""
    if isinstance(x, Tensor):
        return float(x) if x.dtype.kind == "f" else int(x)
    return x


@composition()
def linspace(
    start: Operand,
    stop: Operand,
    /,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: str | None = None,
) -> Any:
    """`num` evenly spaced numbers from start to stop, or up to one step before it without `endpoint`.

    The ends broadcast and may be Tensors; the numbers lie along a new `axis`. With `retstep` the step is returned as
    well.

    >>> import tensorgraph as tg
    >>> tg.linspace(0, 1, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    on_cpu(device)
    count = _count("linspace", num)
    start, stop = _inexact(start, stop)
    places, divisions = _places(start, stop, count, endpoint)
    step = (stop - start) / divisions if divisions else (stop - start) * np.nan
    line = start + places * step if divisions else start + places * (stop - start)
    if endpoint and count > 1:
        line = where(places == divisions, stop, line)
    line = moveaxis(line, 0, axis) if axis else line
    if dtype is not None:
        line = astype(floor(line) if np.issubdtype(dtype, np.integer) else line, dtype)
    return (line, step) if retstep else line


@composition()
def logspace(
    start: Operand,
    stop: Operand,
    /,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """base to the power of `num` evenly spaced numbers from start to stop; all three may be Tensors.

    >>> import tensorgraph as tg
    >>> tg.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    if np.ndim(value_of(base)):
        ndim = max(np.ndim(value_of(x)) for x in (start, stop, base))
        start, stop, base = (_with_ndim(x, ndim) for x in (start, stop, base))
        base = expand_dims(base, axis=axis)
    line = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return line if dtype is None else astype(line, dtype)


@composition()
def geomspace(
    start: Operand, stop: Operand, /, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers of constant ratio from start to stop, which are not 0 and, if real, of one sign.

    xₖ = start · (stop / start)^(k/n); complex ends give a logarithmic spiral.

    >>> import tensorgraph as tg
    >>> tg.geomspace(1, 8, 4)
    tensor([1., 2., 4., 8.])
    """
    count = _count("geomspace", num)
    start, stop = _inexact(start, stop)
    if any((np.asarray(value_of(x)) == 0).any() for x in (start, stop)):
        message = "geomspace: expected ends other than 0: no ratio leads from or to it"
        raise ArgumentError(message)
    places, divisions = _places(start, stop, count, endpoint)
    # The branch of the logarithm is the one that is real at `start`; turning by a constant picks it.
    turn = stop_gradient(sign(start))
    way = places / max(divisions, 1)
    line = turn * exp((1 - way) * log(start / turn) + way * log(stop / turn))
    if endpoint and count > 1:
        line = where(places == divisions, stop, line)
    line = moveaxis(line, 0, axis) if axis else line
    return line if dtype is None else astype(line, dtype)


@composition()
def vander(x: Operand, /, N: int | None = None, increasing: bool = False) -> Any:
    """The Vandermonde matrix of a vector: its powers from N − 1 down to 0 (or up), one column each.

    >>> import tensorgraph as tg
    >>> tg.vander([2, 3], 3)
    tensor([[4, 2, 1],
            [9, 3, 1]])
    """
    x = as_operand(x)
    if x.ndim != 1:
        message = f"vander: expected one axis, got shape {x.shape}"
        raise ArgumentError(message)
    powers = np.arange(x.shape[0] if N is None else N)
    return power(expand_dims(x, axis=1), powers if increasing else powers[::-1])


def _count(name: str, num: Any) -> int:
    try:
        count = range(num).stop
    except TypeError:
        message = f"{name}: expected an integer num, got {num!r}"
        raise ArgumentError(message) from None
    if count < 0:
        message = f"{name}: expected num ≥ 0, got {num}"
        raise ArgumentError(message)
    return count


def _inexact(start: Any, stop: Any) -> tuple[Any, Any]:
    """Both ends in the floating or complex dtype to which they promote."""
    dtype = np.result_type(value_of(start), value_of(stop), 0.0)
    return astype(as_operand(start), dtype), astype(as_operand(stop), dtype)


def _places(start: Any, stop: Any, count: int, endpoint: bool) -> tuple[Any, int]:
    """0, 1 … count − 1 along a new first axis, and how many steps lead from start to stop."""
    ndim = max(start.ndim, stop.ndim)
    real = np.zeros((), start.dtype).real.dtype
    return np.arange(count, dtype=real).reshape((-1,) + (1,) * ndim), count - 1 if endpoint else count


def _with_ndim(x: Any, ndim: int) -> Any:
    x = as_operand(x)
    return expand_dims(x, axis=tuple(range(ndim - x.ndim)))
