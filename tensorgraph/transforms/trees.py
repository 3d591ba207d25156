"""Pytrees: arguments and results that are dicts, lists, tuples, dataclasses or modules of arrays (floor 3).

`optree` does the flattening, in a namespace of our own; dataclasses enter it when they are first seen. None holds no
array. A field of a dataclass is part of the structure, not of the arrays, if it is declared as
`dataclasses.field(metadata={"static": True})`.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import optree

from tensorgraph.errors import ArgumentError

__all__ = [
    "NAMESPACE",
    "Tree",
    "flatten",
    "flatten_like",
    "leaf_paths",
    "map_leaves",
    "prefix_leaves",
    "unflatten",
]

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
    """The leaves of a tree that must have a given structure.

    Raises `ArgumentError` naming the first place where it has another.
    """
    leaves, found = flatten(tree)
    if found != structure:
        message = f"{what}{_difference(structure, found)}"
        raise ArgumentError(message)
    return leaves


def prefix_leaves(prefix: Tree, tree: Tree, what: str) -> list[Any]:
    """For each leaf of a tree, the leaf of `prefix` that speaks for it; None counts as a leaf of `prefix`."""
    flatten(tree)
    try:
        spoken = optree.broadcast_prefix(prefix, tree, none_is_leaf=True, namespace=NAMESPACE)
    except ValueError as error:
        message = f"{what}: {prefix!r} does not have the structure of what it speaks for: {error}"
        raise ArgumentError(message) from None
    known = optree.tree_leaves(tree, none_is_leaf=True, namespace=NAMESPACE)
    return [said for said, leaf in zip(spoken, known, strict=True) if leaf is not None]


def _difference(expected: Any, found: Any, path: str = "") -> str:
    """The first place where two structures differ, and what stands there in each."""
    if (expected.kind, expected.type) == (found.kind, found.type) and expected.entries() == found.entries():
        accessors = expected.one_level().accessors() if expected.num_children else ()
        for accessor, e, f in zip(accessors, expected.children(), found.children(), strict=True):
            if e != f:
                return _difference(e, f, path + accessor.codify(""))
        return f"{path}: a {expected.type.__name__} that differs in parts that are no arrays"
    return f"{path}: expected {_told(expected)}, got {_told(found)}"


def _told(structure: Any) -> str:
    """A structure in a few words: what it is, and how many or which items it has."""
    kinds = optree.PyTreeKind
    if structure.kind == kinds.LEAF:
        return "one array"
    if structure.kind == kinds.NONE:
        return "None"
    name = structure.type.__name__
    if structure.kind in {kinds.TUPLE, kinds.LIST, kinds.DEQUE}:
        return f"a {name} of {structure.num_children}"
    return f"a {name} with {', '.join(map(repr, structure.entries())) or 'nothing in it'}"


def _register_dataclass(cls: type[Any]) -> None:
    fields = dataclasses.fields(cls)
    names = tuple(f.name for f in fields if not f.metadata.get("static", False))
    fixed = tuple(f.name for f in fields if f.metadata.get("static", False))

    def take_apart(instance: Any) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[str, ...]]:
        present = tuple(getattr(instance, name) for name in fixed)
        return tuple(getattr(instance, name) for name in names), present, names

    def put_together(present: Any, children: Iterable[Any]) -> Any:
        # Past __init__, which may check or convert what it takes, and past a frozen class's __setattr__.
        instance = object.__new__(cls)
        for name, value in zip((*names, *fixed), (*children, *present), strict=True):
            object.__setattr__(instance, name, value)
        return instance

    register: Any = optree.register_pytree_node  # typed for collections, which a dataclass is not
    with contextlib.suppress(ValueError):  # another thread was faster
        register(cls, take_apart, put_together, path_entry_type=optree.GetAttrEntry, namespace=NAMESPACE)
