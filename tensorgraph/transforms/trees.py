"""Pytrees: arguments and results that are dicts, lists, tuples, dataclasses or modules of arrays (floor 3).

`optree` does the flattening, in a namespace of our own; dataclasses enter it when they are first seen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import optree

from tensorgraph.errors import ArgumentError

__all__ = ["NAMESPACE", "Tree", "flatten", "leaf_paths", "map_leaves", "unflatten"]

NAMESPACE = "tensorgraph"
Tree = Any


def flatten(tree: Tree) -> tuple[list[Any], Any]:
    """The leaves of a tree, and its structure."""
    while True:
        leaves, structure = optree.tree_flatten(tree, namespace=NAMESPACE)
        strangers = {type(leaf) for leaf in leaves if dataclasses.is_dataclass(leaf) and not isinstance(leaf, type)}
        if not strangers:
            return leaves, structure
        for cls in strangers:
            _register_dataclass(cls)


def unflatten(structure: Any, leaves: Iterable[Any]) -> Tree:
    """The tree of a structure and its leaves."""
    return optree.tree_unflatten(structure, list(leaves))


def map_leaves(function: Callable[..., Any], tree: Tree) -> Tree:
    """The tree with `function` applied to every leaf."""
    leaves, structure = flatten(tree)
    return unflatten(structure, map(function, leaves))


def leaf_paths(tree: Tree) -> list[str]:
    """Where each leaf stands, as errors show it: `['W'][0]`."""
    flatten(tree)
    accessors = optree.tree_accessors(tree, namespace=NAMESPACE)
    return [accessor.codify("") for accessor in accessors]


def flatten_like(structure: Any, tree: Tree, what: str) -> list[Any]:
    """The leaves of a tree that must have a given structure."""
    leaves, found = flatten(tree)
    if found != structure:
        message = f"{what}: expected the structure {structure}, got {found}"
        raise ArgumentError(message.replace("PyTreeSpec", "").replace(f", namespace={NAMESPACE!r}", ""))
    return leaves


def _register_dataclass(cls: type[Any]) -> None:
    names = tuple(f.name for f in dataclasses.fields(cls) if f.init)

    def take_apart(instance: Any) -> tuple[tuple[Any, ...], tuple[str, ...], tuple[str, ...]]:
        return tuple(getattr(instance, name) for name in names), names, names

    def put_together(_: Any, children: Iterable[Any]) -> Any:
        return cls(**dict(zip(names, children, strict=True)))

    optree.register_pytree_node(cls, take_apart, put_together, path_entry_type=optree.GetAttrEntry, namespace=NAMESPACE)
