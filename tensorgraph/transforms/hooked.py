"""A node that stands for a whole computation, with a derivative of its own for all its inputs together (floor 3).

`checkpoint` hangs a function on such a node, `fixed_point` and `root` the solution of an equation. The tensors that the
computation has read are found by recording it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from tensorgraph.core.op import Op
from tensorgraph.core.recording import tick
from tensorgraph.core.sweep import history
from tensorgraph.core.tensor import Tensor, wrap

__all__ = ["Computation", "boundary", "hooked", "left_over"]


class Computation(Protocol):
    """What a node stands for. `z` is the node's value, a Tensor if the sweep is recorded."""

    def pull(self, g: Any, z: Any) -> Sequence[Any]:
        """The cotangent of each input, None for zero, given the node's."""

    def push(self, dxs: Sequence[Any], z: Any) -> Any:
        """The node's tangent, given those of the inputs, None for zero."""


class _HookedOp(Op[Any]):
    """The op of such nodes. Its reverse rules share one call of `pull` for each visit of a sweep."""

    __slots__ = ()

    def rules(self, count: int) -> tuple[Callable[..., Any], ...]:
        """The reverse rules: the first of them computes, the others look up."""
        found: list[Any] = []

        def rule(g: Any, z: Any, static: tuple[Computation], i: int) -> Any:
            if not found:
                found.extend(static[0].pull(g, z))
            return found[i]

        return tuple(lambda g, z, _values, static, i=i: rule(g, z, static, i) for i in range(count))


def _never(*_: Any) -> Any:
    raise AssertionError  # such nodes are made by `hooked` alone, and not while tracing


_OPS = {
    name: _HookedOp(
        name=name,
        family="primitive",
        forward=_never,
        operands=("inputs",),
        statics=("computation",),
        vjps=(),
        jvp=lambda dxs, z, _values, static: static[0].push(dxs, z),
        variadic=True,
        public=False,
    )
    for name in ("checkpoint", "fixed_point", "root")
}


def hooked(name: str, computation: Computation, inputs: tuple[Tensor, ...], data: np.ndarray[Any, Any]) -> Tensor:
    """The node of a computation with these inputs and this value."""
    node = wrap(data if data.base is None else data.copy())  # a view would keep what it is a view of
    node._op, node._inputs, node._static = _OPS[name], inputs, (computation,)
    node._requires, node._stamp = True, tick()
    return node


def boundary(results: Iterable[Tensor], since: int) -> tuple[Tensor, ...]:
    """The tensors from outside a computation that lead to its results: those older than its start, and leaves."""
    nodes, _ = history(results, since)
    inputs = (x for node in nodes for x in node._inputs if type(x) is Tensor and x._requires)
    return tuple(dict.fromkeys(x for x in inputs if x._stamp < since or x._op is None))


def left_over(found: dict[Tensor, Any], cotangents: dict[Tensor, Any], inputs: Iterable[Tensor]) -> list[Any]:
    """The cotangents of a computation's inputs after a reverse sweep of its own nodes.

    An input that is older than the computation is no node of it: its cotangent is what the sweep has left over.
    """
    return [found.get(x, cotangents.get(x)) for x in inputs]
