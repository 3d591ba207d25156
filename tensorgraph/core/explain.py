"""From NumPy's exception to one that names the op, the operands and what was expected (floor 1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.op import Op
from tensorgraph.errors import AxisError, DtypeError, IndexingError, ShapeError, TensorgraphError

__all__ = ["explain"]


def explain(op: Op[Any], operands: Any, static: tuple[Any, ...], error: Exception) -> Exception:
    """The exception to raise when the forward of `op` raised `error`."""
    if isinstance(error, TensorgraphError | Warning | MemoryError | np.linalg.LinAlgError):
        return error
    for ours, theirs in _KINDS:
        if isinstance(error, theirs):
            taught = ours(f"{op.name}: {_call(op, operands, static)}: {_expected(op)}{error}")
            taught.__cause__ = error
            return taught
    error.add_note(f"in tensorgraph op {_call(op, operands, static)}")
    return error


_KINDS: tuple[tuple[type[TensorgraphError], type[Exception]], ...] = (
    (AxisError, np.exceptions.AxisError),
    (IndexingError, IndexError),
    (ShapeError, ValueError),
    (DtypeError, TypeError),
)


def _expected(op: Op[Any]) -> str:
    return f"expected shapes {op.signature}; " if op.signature else ""


def _call(op: Op[Any], operands: Any, static: tuple[Any, ...]) -> str:
    parameters = [
        f"{name}={_short(value)}" for name, value in zip(op.statics, static, strict=True) if value is not None
    ]
    shown = ", ".join(map(describe, operands))
    return f"got {shown}{' with ' if parameters else ''}{', '.join(parameters)}"


def _short(value: Any) -> str:
    return describe(value) if isinstance(value, np.ndarray) else repr(value)
