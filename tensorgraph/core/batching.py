"""What an op does to batches: derived from its family, or said on its card as `batch=` (floor 1).

A batching rule is `rule(op, xs, lead, size, *static)`: `xs` are the operands, those flagged in `lead` with all `size`
examples along their first axis; it gives the results of all examples along the first axis, or NotImplemented where it
knows no way. Rules speak the language of all rules, so a batch of batches, a recorded one and a plain one take the same
path. Where there is no rule, the op is computed for one example after the other: slower, and never wrong.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, Level, levels_here
from tensorgraph.core.op import Op
from tensorgraph.core.operands import NORMALISERS, SCALARS, lift
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import GradientError, ShapeError

__all__ = [
    "BatchRule",
    "aligned",
    "along_axis",
    "as_it_is",
    "everywhere",
    "host",
    "one_by_one",
    "shape_of",
    "shifted",
    "widened",
]

BatchRule = Callable[..., Any]


def host(op: Op[Any], operands: tuple[Any, ...], static: tuple[Any, ...]) -> Any:
    """`op` of operands with a guest among them: a Symbol, which makes a formula, or a Batch."""
    flat = operands[0] if op.variadic else operands
    level = 0
    for x in flat:
        if type(x) is Batch:
            level = max(level, x.levels[-1])
        elif type(x) is Symbol:
            return Symbol.apply(op, operands, dict(zip(op.statics, static, strict=True)))
    size = _size_of(level, op)
    xs, lead = [], []
    for x in flat:
        is_led = type(x) is Batch and x.levels[-1] == level
        lead.append(is_led)
        xs.append(_peeled(x) if is_led else _lifted(x, op))
    fixed = (
        [
            value if s not in NORMALISERS or type(value) in NORMALISERS[s][0] else NORMALISERS[s][1](value, op)
            for s, value in zip(op.statics, static, strict=True)
        ]
        if static
        else static
    )
    z = NotImplemented if op.batch is None else op.batch(op, xs, lead, size, *fixed)
    if z is NotImplemented:
        z = one_by_one(op, xs, lead, size, *fixed)
    return Batch(z.value, (*z.levels, level)) if type(z) is Batch else Batch(z, (level,))


def _size_of(level: Level, op: Op[Any]) -> int:
    for known, size in levels_here():
        if known == level:
            return size
    message = (
        f"{op.name}: an operand is an example of a vmap that has come to its end; a value leaves the function by being "
        "returned, not by a variable outside"
    )
    raise GradientError(message)


def _peeled(x: Batch) -> Any:
    return Batch(x.value, x.levels[:-1]) if len(x.levels) > 1 else x.value


def _lifted(x: Any, op: Op[Any]) -> Any:
    return x if isinstance(x, Tensor) or type(x) is np.ndarray or type(x) in SCALARS else lift(x, op)


# Rules


def aligned(op: Op[Any], xs: Sequence[Any], lead: Sequence[bool], size: int, *static: Any) -> Any:  # noqa: ARG001
    """For ops that work element by element: operands broadcast as those of one example do, whatever their ranks."""
    ndims = [0 if type(x) in SCALARS else x.ndim - is_led for x, is_led in zip(xs, lead, strict=True)]
    widest = max(ndims)
    wide = [
        widened(x, widest) if is_led and ndim < widest else x for x, is_led, ndim in zip(xs, lead, ndims, strict=True)
    ]
    return op(*wide, **_named(op, static)) if static else op(*wide)


def widened(x: Any, ndim: int) -> Any:
    """A led operand with axes of length 1 after the first, so that one example has `ndim` axes."""
    shape = shape_of(x)
    missing = ndim - (len(shape) - 1)
    return x.reshape((shape[0], *(1,) * missing, *shape[1:])) if missing else x


def as_it_is(*, needs: int = 0) -> BatchRule:
    """For ops of one operand that keep to its last `needs` axes."""

    def rule(op: Op[Any], xs: Sequence[Any], lead: Sequence[bool], size: int, *static: Any) -> Any:  # noqa: ARG001
        return op(*xs, **_named(op, static)) if len(shape_of(xs[0])) > needs else NotImplemented

    return rule


def along_axis(*, none: str = "all") -> BatchRule:
    """For ops of one operand that work along their static parameter `axis`.

    Without an axis they work along all (`none="all"`), or on the ravelled operand, whose result is flat
    (`none="flat"`).
    """

    def rule(op: Op[Any], xs: Sequence[Any], lead: Sequence[bool], size: int, *static: Any) -> Any:  # noqa: ARG001
        (x,) = xs
        named = _named(op, static)
        axis, shape = named["axis"], shape_of(x)[1:]
        if axis is None and none == "flat":
            return op(x.reshape((size, math.prod(shape))), **(named | {"axis": 1}))
        if not shape:
            return op(x, **(named | {"axis": ()})) if axis is None else NotImplemented
        named["axis"] = tuple(range(1, len(shape) + 1)) if axis is None else shifted(axis, len(shape), op)
        return op(x, **named)

    return rule


def shifted(axis: Any, ndim: int, op: Op[Any]) -> Any:
    """Axes of one example, of `ndim` axes, as axes of all of them."""
    if type(axis) is not tuple:
        if not -ndim <= axis < ndim:
            raise np.exceptions.AxisError(axis, ndim, msg_prefix=op.name)
        return axis % ndim + 1
    return tuple(shifted(a, ndim, op) for a in axis)


def one_by_one(op: Op[Any], xs: Sequence[Any], lead: Sequence[bool], size: int, *static: Any) -> Any:
    """The op on one example after the other, and the results stacked."""
    named = _named(op, static)

    def of(pick: Callable[[Any], Any]) -> Any:
        one = [pick(x) if is_led else x for x, is_led in zip(xs, lead, strict=True)]
        return op(one, **named) if op.variadic else op(*one, **named)

    if size == 0:
        with np.errstate(all="ignore"):
            z = of(lambda x: np.zeros(shape_of(x)[1:], x.dtype))
        return np.zeros((0, *shape_of(z)), getattr(z, "dtype", None))
    results = [of(operator.itemgetter((i, ...))) for i in range(size)]
    if len({shape_of(z) for z in results}) > 1:
        message = (
            f"{op.name}: inside vmap all examples must give one shape, and here they give "
            f"{', '.join(map(str, sorted({shape_of(z) for z in results})))}"
        )
        raise ShapeError(message)
    return np.stack(results)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an operand; () of a Python number."""
    return x.shape if hasattr(x, "shape") else ()


def everywhere(x: Any, *, is_led: bool, size: int) -> Any:
    """An operand with all examples along its first axis, whether it differs between them or not."""
    return x if is_led else np.broadcast_to(x, (size, *shape_of(x)))


def _named(op: Op[Any], static: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(op.statics, static, strict=True))
