"""What every transform does before and after it sweeps: fresh nodes for the arguments, results cut free (floor 3).

A transform differentiates with respect to nodes of its own. An argument that somebody outside is differentiating too
becomes an `alias` of the outer tensor, so that the outer graph goes on through it; any other becomes a new leaf. What
belongs to which level follows from the nodes' identity and their stamps, so perturbations cannot be confused.

Inside `vmap` every argument gets a node that holds it for all examples, so that each example has a gradient of its own;
the function sees batches, the graph and its sweeps see ordinary tensors with leading axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Levels, array_of, gathered, levels_here, spread, tensor_of
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
    levels = levels_here()
    nodes = [_fresh_leaf(leaf, i, tree, what, levels) for i, leaf in enumerate(leaves)]
    return unflatten(structure, [gathered(node, levels) for node in nodes]), nodes, structure


def _fresh_leaf(leaf: Any, i: int, tree: Tree, what: str, levels: Levels) -> Tensor:
    given = isinstance(leaf, Tensor)
    try:
        whole: Tensor = spread(leaf if given else wrap(np.array(as_array(leaf))), levels)
        if whole._requires and level() != OFF:
            return alias.function(whole)
        return new_leaf(whole._data, True, leaf.name if given else None)
    except TensorgraphError:
        path = leaf_paths(tree)[i]
        message = (
            f"{what}{path}: expected a floating or complex array or number to differentiate with respect to, "
            f"got {kind(leaf)}{'; write it as a float' if isinstance(leaf, int) else ''}"
        )
        raise DtypeError(message) from None


def constants(tree: Tree) -> list[Tensor]:
    """The leaves of a function's result as Tensors; plain numbers and arrays become constants."""
    return [leaf if isinstance(leaf, Tensor) else wrap(np.array(as_array(leaf))) for leaf in flatten(tree)[0]]


def release(tree: Tree, *, attached: bool) -> Tree:
    """A result as the caller may keep it: part of the outer graph if there is one, else cut from ours."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [_released(leaf, attached=attached) for leaf in leaves])


def _released(leaf: Any, *, attached: bool) -> Any:
    if isinstance(leaf, Tensor):
        return leaf if attached or not leaf._requires else leaf.detach()
    return leaf


class Region:
    """What a transform's function has recorded: from its sources, since its start, to its outputs.

    Cotangents and tangents have the shapes that the function saw, and may be batches.
    """

    __slots__ = ("attached", "levels", "nodes", "outputs", "sources")

    def __init__(self, outputs: Sequence[Tensor], sources: Sequence[Tensor], since: int, outer_level: int) -> None:
        self.levels = levels_here()
        self.outputs: Sequence[Tensor] = [spread(output, self.levels) for output in outputs]
        self.sources = sources
        self.nodes, older = history(self.outputs, since)
        ours = set(sources)
        foreign = any(node._op is None and node not in ours for node in self.nodes)
        aliased = any(source._op is not None for source in sources)
        self.attached = outer_level != OFF and (older or foreign or aliased)

    def backward(self, cotangents: Sequence[Tensor | None]) -> list[Tensor]:
        """The cotangent of every source, given one for every output; None is zero."""
        given, record = self._given(cotangents)
        start: dict[Tensor, Any] = {}
        for output, c in zip(self.outputs, given, strict=True):
            if c is not None and output._requires:
                start[output] = start[output] + c if output in start else c
        with np.errstate(all="ignore"):
            found = reverse(self.nodes, start, sources=self.sources, record=record)
        return [self._result(found.get(s), s) for s in self.sources]

    def forward(self, tangents: Sequence[Tensor | None]) -> list[Tensor]:
        """The tangent of every output, given one for every source; None is zero."""
        given, record = self._given(tangents)
        start = {s: t for s, t in zip(self.sources, given, strict=True) if t is not None}
        with np.errstate(all="ignore"):
            found = forward(self.nodes, start, outputs=self.outputs, record=record)
        return [self._result(found.get(o), o) for o in self.outputs]

    def _given(self, seeds: Sequence[Tensor | None]) -> tuple[list[Any], bool]:
        """Seeds of the shapes that the graph has, as arrays or, if the sweep is to be recorded, as Tensors."""
        record = level() != OFF and (self.attached or any(t is not None and t._requires for t in seeds))
        wide = [None if t is None else spread(t, self.levels) for t in seeds]
        return wide if record else [array_of(t) for t in wide], record

    def _result(self, value: Any, like: Tensor) -> Tensor:
        found: Tensor = tensor_of(np.zeros_like(like._data) if value is None else value)
        return gathered(found, self.levels)  # type: ignore[no-any-return]
