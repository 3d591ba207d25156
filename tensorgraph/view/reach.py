"""What a picture is of: the tensors in an object, and all that leads to them (floor 4; imports core, transforms).

Plain loops, so that a chain of a million ops needs no deeper stack than one of three; each node is visited once, so
that a diamond costs what a chain does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import RenderError
from tensorgraph.transforms.trees import flatten

__all__ = ["Reach", "is_inline", "original", "reach"]

_by_stamp = attrgetter("_stamp")


@dataclass(frozen=True, slots=True)
class Reach:
    """The outputs, the ops that lead to them (oldest first) and the leaves (in the order in which they are used)."""

    outputs: tuple[Tensor, ...]
    ops: list[Tensor]
    leaves: list[Tensor]
    constants: int

    def __len__(self) -> int:
        return len(self.ops) + len(self.leaves) + self.constants


def reach(obj: Any) -> Reach:
    """Everything that leads to the tensors in `obj`: a tensor, or a pytree of tensors.

    Raises:
        RenderError: there is no tensor in it.
    """
    outputs = tuple(dict.fromkeys(_tensors(obj)))
    if not outputs:
        raise RenderError(
            "expected a Tensor, or nested lists, tuples, dicts or dataclasses of Tensors, got "
            f"{type(obj).__name__} without a single Tensor in it"
        )
    seen = set(outputs)
    ops = [t for t in outputs if t._op is not None]
    for t in ops:  # grows while it is read
        for x in t._inputs:
            if type(x) is Tensor and x not in seen:
                seen.add(x)
                if x._op is not None:
                    ops.append(x)
    ops.sort(key=_by_stamp)
    leaves, constants = _sources(ops)
    leaves.update(dict.fromkeys(t for t in outputs if t._op is None))
    return Reach(outputs, ops, list(leaves), len(constants))


def _sources(ops: list[Tensor]) -> tuple[dict[Tensor, None], set[int]]:
    """The leaves, in the order of their first use, and the identities of the constant arrays."""
    leaves: dict[Tensor, None] = {}
    constants: set[int] = set()
    for t in ops:
        for x in t._inputs:
            if type(x) is Tensor:
                if x._op is None:
                    leaves[x] = None
            elif not is_inline(x):
                constants.add(id(x))
    return leaves, constants


def is_inline(x: Any) -> bool:
    """Whether an operand is a plain number, which is shown inside the op that uses it."""
    return type(x) is not Tensor and (type(x) is not np.ndarray or x.ndim == 0)


def original(leaf: Tensor) -> Tensor:
    """The tensor that the user holds, where the graph holds a stand-in for it."""
    if leaf._notes is not None and (handle := leaf._notes.get("handle")) is not None:
        held = handle()
        return held if isinstance(held, Tensor) else leaf
    return leaf


def _tensors(obj: Any) -> Iterator[Tensor]:
    if isinstance(obj, Tensor):
        yield obj
        return
    leaves, _ = flatten(obj)
    yield from (leaf for leaf in leaves if isinstance(leaf, Tensor))
