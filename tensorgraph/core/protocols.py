"""NumPy's two protocols: `np.exp(t)`, `np.sum(t, axis=0)`, `ndarray @ t` are ours when an operand is (floor 1).

What no card stands for raises, naming the function: to fall back to plain ndarrays would drop the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, stand_in
from tensorgraph.core.op import NUMPY
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, MutationError

__all__: list[str] = []

REDUCTIONS = {
    ("add", "reduce"): np.sum,
    ("multiply", "reduce"): np.prod,
    ("maximum", "reduce"): np.max,
    ("minimum", "reduce"): np.min,
    ("logaddexp", "reduce"): None,
    ("logical_and", "reduce"): np.all,
    ("logical_or", "reduce"): np.any,
    ("add", "accumulate"): np.cumsum,
    ("multiply", "accumulate"): np.cumprod,
    ("multiply", "outer"): np.outer,
}
"""Methods of ufuncs that have a NumPy function of their own."""


ABOUT = frozenset(
    {
        np.allclose,
        np.array2string,
        np.array_equal,
        np.array_equiv,
        np.array_repr,
        np.array_str,
        np.can_cast,
        np.common_type,
        np.diag_indices_from,
        np.iscomplexobj,
        np.isrealobj,
        np.may_share_memory,
        np.min_scalar_type,
        np.ndim,
        np.result_type,
        np.shape,
        np.shares_memory,
        np.size,
        np.tril_indices_from,
        np.triu_indices_from,
    }
)
"""NumPy functions that tell something about arrays: a shape, a dtype, a text, a truth. No gradient could come of it."""

WRITERS: dict[Any, str] = {
    np.copyto: "t.assign(v) gives a leaf a new value",
    np.fill_diagonal: "tg.fill_diagonal(t, v) gives a changed copy",
    np.place: "t.at[mask].set(v) gives a changed copy",
    np.put: "t.ravel().at[index].set(v) gives a changed copy",
    np.put_along_axis: "tg.put_along_axis(t, index, v, axis) gives a changed copy",
    np.putmask: "t.at[mask].set(v) gives a changed copy",
}
"""NumPy functions that write into their first argument, and what to write instead."""

_SHAPES_ALONE = frozenset(
    {np.can_cast, np.common_type, np.iscomplexobj, np.isrealobj, np.ndim, np.result_type, np.shape, np.size}
)
"""Those of them that ask about no value, and so have an answer for a Batch too."""


def _value(x: Any, function: Any) -> Any:
    if type(x) is Batch and function in _SHAPES_ALONE:
        return stand_in(x)
    return x._data if isinstance(x, Tensor) else x


def _array_ufunc(self: Tensor, ufunc: Any, method: str, *operands: Any, **keywords: Any) -> Any:  # noqa: ARG001
    given = keywords.pop("out", None)
    if given is not None and any(o is not None for o in (given if isinstance(given, tuple) else (given,))):
        message = (
            f"np.{ufunc.__name__} cannot write a recorded result into an array (out=, +=): assign it to a new name"
        )
        raise MutationError(message)
    function = NUMPY.get(ufunc) if method == "__call__" else _method(ufunc, method, operands, keywords)
    if function is None:
        raise ArgumentError(_unsupported(f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method}"))
    return function(*operands, **keywords)


def _method(ufunc: Any, method: str, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    if method in {"reduce", "accumulate"} and len(operands) == 1:
        keywords.setdefault("axis", 0)  # the default of ufunc methods; the functions' own is None
    if method == "outer" and any(np.ndim(x) > 1 for x in operands):
        return None
    return NUMPY.get(REDUCTIONS.get((ufunc.__name__, method)))


def _array_function(self: Tensor, function: Any, types: Any, operands: Any, keywords: Any) -> Any:  # noqa: ARG001
    if function in ABOUT:
        return function(*[_value(x, function) for x in operands], **keywords)
    if function in WRITERS:
        message = (
            f"np.{function.__name__} writes into its first argument, and tensors are immutable; {WRITERS[function]}"
        )
        raise MutationError(message)
    ours = NUMPY.get(function)
    if ours is None:
        raise ArgumentError(_unsupported(f"{function.__module__}.{function.__name__}".replace("numpy", "np", 1)))
    if keywords.pop("out", None) is not None:
        message = f"np.{function.__name__} cannot write a recorded result into an array (out=): assign it to a new name"
        raise MutationError(message)
    return ours(*operands, **keywords)


def _unsupported(name: str) -> str:
    return (
        f"{name} has no differentiable counterpart here, and would silently drop the gradient of a Tensor; "
        "call it on t.numpy() if no gradient is needed"
    )


Tensor.__array_ufunc__ = _array_ufunc  # type: ignore[attr-defined]
Tensor.__array_function__ = _array_function  # type: ignore[attr-defined]
