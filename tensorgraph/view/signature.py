"""An op as one would write its call: `sum(axis=0)`, `power(·, 2)`, `getitem[0:3]` (floor 4; imports core).

Tensors and arrays, which are boxes of their own, are a dot or their name; numbers and parameters stand in full.
"""

from __future__ import annotations

import inspect
from typing import Any, Final

import numpy as np

from tensorgraph.core.op import Op
from tensorgraph.core.tensor import Tensor
from tensorgraph.view.figures import number
from tensorgraph.view.quote import legible
from tensorgraph.view.reach import is_inline

__all__ = ["call", "signature"]

_FEW: Final = 4


def signature(t: Tensor) -> str:
    """The op of `t` with what its picture does not show otherwise: plain numbers and parameters off their default.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> signature(x * x), signature(x**2), signature(x.sum(axis=0)), signature(x[:1])
    ('multiply', 'power(·, 2)', 'sum(axis=0)', 'getitem[:1]')
    """
    op = t._op
    assert op is not None
    numbers = any(map(is_inline, t._inputs))
    return _written(op, [_dot(x) for x in t._inputs] if numbers else [], t._static)


def call(t: Tensor) -> str:
    """The op of `t` with the names of its operands: `squared_error(a3, y)`."""
    op = t._op
    assert op is not None
    return _written(op, [_named(x) for x in t._inputs], t._static)


def _written(op: Op[Any], operands: list[str], static: tuple[Any, ...]) -> str:
    if len(operands) > _FEW:
        operands = [*operands[:_FEW], "…"]
    parameters = dict(zip(op.statics, static, strict=True))
    index = "".join(_index(parameters.pop(name)) for name in ("index", "pattern") if name in parameters)
    defaults = inspect.signature(op.forward).parameters
    inside = operands + [
        f"{name}={_value(value)}" for name, value in parameters.items() if not _same(value, defaults[name].default)
    ]
    arguments = f"({', '.join(inside)})" if inside else ""
    return f"{legible(op.name)}{arguments}{index}"


def _dot(x: Any) -> str:
    return number(_python(x)) if is_inline(x) else "·"


def _named(x: Any) -> str:
    if is_inline(x):
        return number(_python(x))
    return legible(x._name) if isinstance(x, Tensor) and x._name else "·"


def _python(x: Any) -> Any:
    return x[()] if isinstance(x, np.ndarray) else x


def _same(value: Any, default: Any) -> bool:
    return value is default or (
        type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default)
    )


def _value(value: Any) -> str:
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, np.ndarray):
        return f"{value.dtype.name}[{','.join(map(str, value.shape))}]"
    if isinstance(value, float | complex | np.generic):
        return number(value)
    if isinstance(value, tuple) and any(not isinstance(v, int | str | type(None)) for v in value):
        return f"({', '.join(map(_value, value))})"
    if callable(value):
        return legible(getattr(value, "__name__", type(value).__name__))
    return legible(repr(value))


def _index(index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    return f"[{', '.join(map(_index_part, parts))}]"


def _index_part(part: Any) -> str:
    if isinstance(part, str):
        return "·"  # the place of an array, which is an operand
    if isinstance(part, slice):
        bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop, part.step)]
        return ":".join(bounds if bounds[2] else bounds[:2])
    return "…" if part is Ellipsis else "None" if part is None else _value(part)
