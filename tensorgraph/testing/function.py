"""What check_grads checks: a function of lists of arrays, run, pulled back and pushed forward by the engine.

Imports core and transforms.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError
from tensorgraph.transforms.gradients import jvp, vjp
from tensorgraph.transforms.trees import flatten, leaf_paths, unflatten

__all__ = ["Array", "Arrays", "ListFunction", "Mode", "as_list_function", "inner", "size_of"]

Array = np.ndarray[Any, Any]
Arrays = Sequence[Array]
Mode = str

MODES = ("forward", "reverse")


@dataclass(frozen=True, slots=True)
class ListFunction:
    """A function of a list of tensors that returns a list of tensors, all floating or complex."""

    call: Callable[[list[Tensor]], list[Tensor]]
    names: tuple[str, ...]
    result: str = "f"

    def run(self, xs: Arrays) -> list[Array]:
        """The outputs."""
        with np.errstate(all="ignore"):
            return [z._data for z in self.call([wrap(x) for x in xs])]

    def pull(self, xs: Arrays, ws: Arrays) -> list[Array]:
        """Jᵀw by reverse mode."""
        with np.errstate(all="ignore"):
            out, pullback = vjp(self.call, [wrap(x) for x in xs])
            (found,) = pullback(_cast(ws, out))
        return [g._data for g in found]

    def push(self, xs: Arrays, vs: Arrays) -> list[Array]:
        """Jv by forward mode."""
        with np.errstate(all="ignore"):
            _, found = jvp(self.call, ([wrap(x) for x in xs],), (_cast(vs, xs),))
        return [dz._data for dz in found]

    def derived(self, mode: Mode, fixed: Arrays) -> ListFunction:
        """The derivative as a function of the point: x ↦ J(x)ᵀ·fixed in reverse mode, x ↦ J(x)·fixed in forward mode."""

        def pulled(xs: list[Tensor]) -> list[Tensor]:
            out, pullback = vjp(self.call, xs)
            return list(pullback(_cast(fixed, out))[0])

        def pushed(xs: list[Tensor]) -> list[Tensor]:
            return list(jvp(self.call, (xs,), (_cast(fixed, xs),))[1])

        if mode == "reverse":
            return ListFunction(pulled, self.names, _product(self.result, "ᵀw"))
        return ListFunction(pushed, self.names, _product(self.result, "v"))


def as_list_function(f: Callable[..., Any], args: Sequence[Any]) -> tuple[ListFunction, list[Array]]:
    """f as a function of the floating and complex leaves of `args` alone, and their values (copies)."""
    leaves, structure = flatten(tuple(args))
    paths = _named_paths(f, args)
    free = [i for i, leaf in enumerate(leaves) if _is_inexact(leaf)]
    if not free:
        message = (
            "check_grads: none of the arguments is a floating or complex array or number, so there is no gradient to check; "
            f"got {', '.join(f'{p}: {type(leaf).__name__}' for p, leaf in zip(paths, leaves, strict=True)) or 'no arguments'}"
        )
        raise ArgumentError(message)
    names = [leaf._name if type(leaf) is Tensor else None for leaf in leaves]

    def call(xs: list[Tensor]) -> list[Tensor]:
        filled = list(leaves)
        for i, x in zip(free, xs, strict=True):
            if x._name is None and x._op is None:
                x._name = names[i]
            filled[i] = x
        result = f(*unflatten(structure, filled))
        outputs = [z if type(z) is Tensor else wrap(np.array(as_array(z))) for z in flatten(result)[0]]
        return [z for z in outputs if z._data.dtype.kind in "fc"]

    values = [np.array(as_array(leaves[i])) for i in free]
    return ListFunction(call, tuple(paths[i] for i in free)), values


def inner(a: Arrays, b: Arrays) -> float:
    """The pairing Re Σ a·b, in which a reverse sweep is the transpose of a forward sweep, for complex arrays too."""
    return float(sum(np.dot(_flat(x), _flat(y)).real for x, y in zip(a, b, strict=True)))


def size_of(a: Arrays) -> float:
    """The Euclidean norm over all arrays of a list."""
    return math.hypot(*(float(np.linalg.norm(_flat(x))) for x in a))


def _product(result: str, factor: str) -> str:
    """How messages call a derivative that is checked in turn: Jᵀw of f, (∂Jᵀw)v of that, and so on."""
    return f"J{factor}" if result == "f" else f"(∂{result}){factor}"


def _flat(x: Array) -> Array:
    """In one row and in double precision."""
    return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64, copy=False).ravel()


def _cast(given: Arrays, like: Sequence[Any]) -> list[Tensor]:
    return [wrap(np.asarray(c).astype(z.dtype)) for c, z in zip(given, like, strict=True)]


def _is_inexact(leaf: Any) -> bool:
    if isinstance(leaf, Tensor | np.ndarray | np.generic):
        return leaf.dtype.kind in "fc"
    return isinstance(leaf, float | complex)


def _named_paths(f: Callable[..., Any], args: Sequence[Any]) -> list[str]:
    """Where each leaf stands, in f's own words: `params['W1']`; `args[0]['W1']` if f does not tell its parameters."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    plain = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    heads = [plain[i] if i < len(plain) else f"args[{i}]" for i in range(len(args))]
    return [head + path for head, arg in zip(heads, args, strict=True) for path in leaf_paths(arg)]
