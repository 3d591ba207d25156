"""Cards: another dtype (floor 2)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.composition import composition
from tensorgraph.core.families import constant, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, DtypeError
from tensorgraph.ops.values import model_of

__all__ = ["astype", "cast", "truncate"]


@linear(
    batch=aligned,
    transpose=lambda g, x, dtype: cast(g, dtype=x.dtype),
    public=False,
    numpy=(),
    latex="{x}",
    cases=(case((2, 3), dtype=np.float64), case((), dtype=np.float64), case((0,), dtype=np.float64)),
)
def cast(x: Operand, /, dtype: Any) -> Any:
    """x in a floating or complex dtype; of complex numbers in a real one, the real part."""
    x = np.asarray(x)
    return (x.real if x.dtype.kind == "c" and dtype.kind != "c" else x).astype(dtype, copy=False)


@constant(batch=aligned, public=False, numpy=(), cases=(case((2, 3), dtype=np.int64), case((), dtype=np.bool_)))
def truncate(x: Operand, /, dtype: Any) -> Any:
    """x in an integer or boolean dtype, the fraction cut off: no gradient."""
    x = np.asarray(x)
    return (x.real if x.dtype.kind == "c" and dtype.kind != "b" else x).astype(dtype, copy=False)


@composition()
def astype(
    x: Operand,
    /,
    dtype: Any,
    order: str = "K",
    casting: Any = "unsafe",
    subok: bool = True,  # noqa: ARG001 - NumPy's; Tensors have no subclasses
    copy: bool = True,  # noqa: ARG001 - of immutable tensors a copy and the original are the same
    *,
    device: str | None = None,
) -> Any:
    """x with another dtype; the gradient comes back in the dtype of x, and there is none through integers.

    Complex numbers keep their real part and warn of it, as in NumPy; `casting` limits what is allowed. Raises
    `DtypeError` for a cast that `casting` forbids and for what is no numeric dtype.

    >>> import tensorgraph as tg
    >>> tg.astype([1.5, -2.5], "int64")
    tensor([ 1, -2])
    """
    if order not in {"K", "A", "C", "F"} or device not in {None, "cpu"}:
        message = f"astype: expected order K, A, C or F and device None or 'cpu', got {order!r} and {device!r}"
        raise ArgumentError(message)
    old, new = model_of(x).dtype, _numeric(dtype)
    if not np.can_cast(old, new, casting):
        message = f"astype: {old.name} to {new.name} is forbidden by casting={casting!r}"
        raise DtypeError(message)
    if old.kind == "c" and new.kind not in "cb":
        warnings.warn(
            "astype discards the imaginary part; take .real to say so", np.exceptions.ComplexWarning, stacklevel=3
        )
    return cast(x, dtype=new) if new.kind in "fc" else truncate(x, dtype=new)


def _numeric(dtype: Any) -> np.dtype[Any]:
    try:
        new: np.dtype[Any] = np.dtype(dtype)
    except TypeError as error:
        message = f"astype: dtype={dtype!r} is no dtype"
        raise DtypeError(message) from error
    if new.kind not in "biufc":
        message = f"astype: expected a numeric dtype, got {new}"
        raise DtypeError(message)
    return new
