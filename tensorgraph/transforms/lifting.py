"""What every transform does before and after it sweeps: fresh nodes for the arguments, results cut free (floor 3).

A transform differentiates with respect to nodes of its own. An argument that somebody outside is differentiating too
becomes an `alias` of the outer tensor, so that the outer graph goes on through it; any other becomes a new leaf. What
belongs to which level follows from the nodes' identity and their stamps, so perturbations cannot be confused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import kind
from tensorgraph.core.leaf import new_leaf
from tensorgraph.core.recording import OFF, level
from tensorgraph.core.sweep import forward, history, reverse
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import DtypeError, TensorgraphError
from tensorgraph.ops.layout import alias
from tensorgraph.transforms.trees import Tree, flatten, leaf_paths, unflatten

__all__ = ["Region", "constants", "fresh", "release"]


def fresh(tree: Tree, what: str) -> tuple[Tree, list[Tensor], Any]:
    """The tree with a fresh node for every leaf, those nodes, and the tree's structure."""
    leaves, structure = flatten(tree)
    nodes = [_fresh_leaf(leaf, i, tree, what) for i, leaf in enumerate(leaves)]
    return unflatten(structure, nodes), nodes, structure


def _fresh_leaf(leaf: Any, i: int, tree: Tree, what: str) -> Tensor:
    if type(leaf) is Tensor and leaf._requires and level() != OFF:
        return alias.function(leaf)
    try:
        data = as_array(leaf)
        return new_leaf(
            data if type(leaf) is Tensor else np.array(data), True, leaf.name if type(leaf) is Tensor else None
        )
    except TensorgraphError:
        path = leaf_paths(tree)[i]
        message = (
            f"{what}{path}: expected a floating or complex array or number to differentiate with respect to, "
            f"got {kind(leaf)}{'; write it as a float' if isinstance(leaf, int) else ''}"
        )
        raise DtypeError(message) from None


def constants(tree: Tree) -> list[Tensor]:
    """The leaves of a function's result as Tensors; plain numbers and arrays become constants."""
    return [leaf if type(leaf) is Tensor else wrap(np.array(as_array(leaf))) for leaf in flatten(tree)[0]]


def release(tree: Tree, *, attached: bool) -> Tree:
    """A result as the caller may keep it: part of the outer graph if there is one, else cut from ours."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [_released(leaf, attached=attached) for leaf in leaves])


def _released(leaf: Any, *, attached: bool) -> Any:
    if type(leaf) is Tensor:
        return leaf if attached or not leaf._requires else leaf.detach()
    return leaf


class Region:
    """What a transform's function has recorded: from its sources, since its start, to its outputs."""

    __slots__ = ("attached", "nodes", "outputs", "sources")

    def __init__(self, outputs: Sequence[Tensor], sources: Sequence[Tensor], since: int, outer_level: int) -> None:
        self.outputs = outputs
        self.sources = sources
        self.nodes, older = history(outputs, since)
        ours = set(sources)
        foreign = any(node._op is None and node not in ours for node in self.nodes)
        aliased = any(source._op is not None for source in sources)
        self.attached = outer_level != OFF and (older or foreign or aliased)

    def backward(self, cotangents: Sequence[Tensor]) -> list[Tensor]:
        """The cotangent of every source, given one for every output."""
        record = self._records(cotangents)
        start: dict[Tensor, Any] = {}
        for output, c in zip(self.outputs, cotangents, strict=True):
            if output._requires:
                given = c if record else c._data
                start[output] = start[output] + given if output in start else given
        with np.errstate(all="ignore"):
            found = reverse(self.nodes, start, sources=self.sources, record=record)
        return [_as_tensor(found.get(s), s) for s in self.sources]

    def forward(self, tangents: Sequence[Tensor]) -> list[Tensor]:
        """The tangent of every output, given one for every source."""
        record = self._records(tangents)
        start = {s: t if record else t._data for s, t in zip(self.sources, tangents, strict=True)}
        with np.errstate(all="ignore"):
            found = forward(self.nodes, start, record=record)
        return [_as_tensor(found.get(o), o) for o in self.outputs]

    def _records(self, given: Sequence[Tensor]) -> bool:
        return level() != OFF and (self.attached or any(t._requires for t in given))


def _as_tensor(value: Any, like: Tensor) -> Tensor:
    if type(value) is Tensor:
        return value
    return wrap(np.zeros_like(like._data) if value is None else np.asarray(value))
