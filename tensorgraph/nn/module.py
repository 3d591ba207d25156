"""Module: a pytree of parameters with a forward pass (floor 5).

Parameters are found, not declared: every Tensor, module, or list, tuple or dict of them among an instance's attributes
belongs to it, in the order of assignment.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import optree

from tensorgraph.core.batch import Batch
from tensorgraph.core.describe import kind
from tensorgraph.core.recording import tick
from tensorgraph.core.tensor import Tensor, as_array
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.transforms.trees import NAMESPACE, flatten

__all__ = ["Module", "note_frame"]


class Module:
    """The base of all layers and models: subclass it, set Tensors and modules as attributes, define `forward`.

    Calling a module runs `forward` and notes on the result where it was made, so that pictures can draw the module as
    a box. A module is a pytree of its Tensors: `tg.grad(loss)(model, x)` gives a module of gradients.

    >>> import tensorgraph as tg
    >>> class Scale(tg.nn.Module):
    ...     def __init__(self, start):
    ...         self.factor = tg.tensor(start, requires_grad=True)
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> model = Scale(2.0)
    >>> tg.grad(lambda m, x: m(x))(model, 5.0).factor
    tensor(5.)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register: Any = optree.register_pytree_node  # typed for collections, which a module is not
        put_together = functools.partial(_put_together, cls)
        register(cls, _take_apart, put_together, path_entry_type=optree.GetAttrEntry, namespace=NAMESPACE)

    def __setattr__(self, name: str, value: Any) -> None:
        if type(value) is Tensor and value.is_leaf and value.name is None:
            value.name = name
        if not isinstance(value, Module):
            for _, t in _tensors("", value):
                _note_parameter(t)
        super().__setattr__(name, value)

    def forward(self, *_args: Any, **_kwargs: Any) -> Any:
        """Compute the output; every subclass defines it."""
        message = f"{type(self).__name__} defines no forward(self, ...): write one that computes its output"
        raise ArgumentError(message)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run `forward`, and note on its result where it was made."""
        start = tick()
        result = self.forward(*args, **kwargs)
        label = self._label()
        for leaf in (result,) if type(result) is Tensor else flatten(result)[0]:
            note_frame(leaf, label, start)
        return result

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Each Tensor that requires a gradient, once, with its path of attributes: `layers.0.W`."""
        seen: set[Tensor] = set()
        for name, t in _tensors("", vars(self)):
            if t.requires_grad and t not in seen:
                seen.add(t)
                yield name, t

    def parameters(self) -> list[Tensor]:
        """Each Tensor that requires a gradient, once."""
        return [t for t in self.tensors() if t._requires]

    def tensors(self) -> list[Tensor]:
        """Each Tensor, trainable or not, once."""
        found: dict[Tensor, None] = {}
        _collect(vars(self).values(), found)
        return list(found)

    @property
    def parameter_count(self) -> int:
        """The number of trainable numbers."""
        return sum(t.size for t in self.parameters())

    def zero_grad(self) -> None:
        """Reset `.grad` of every parameter to None."""
        for t in self.parameters():
            t.grad = None

    def state_dict(self) -> dict[str, Any]:
        """A copy of the value of every Tensor, trainable or not, by path."""
        return {name: t.numpy().copy() for name, t in _tensors("", vars(self))}

    def load_state_dict(self, state: Mapping[str, Any]) -> Self:
        """Assign the values that `state_dict` gave: all paths, each with its shape, no other; or none at all."""
        own = dict(_tensors("", vars(self)))
        if own.keys() != state.keys():
            missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
            message = f"load_state_dict: the names differ: missing {missing}, unknown {unknown}"
            raise ArgumentError(message)
        for name, t in own.items():
            if as_array(state[name]).shape != t.shape:
                message = f"load_state_dict: {name} is {kind(t)} here, got {kind(as_array(state[name]))}"
                raise ShapeError(message)
        for name, t in own.items():
            t.assign(state[name])
        return self

    def __repr__(self) -> str:
        lines = [f"{self._label()}: {self.parameter_count:,} parameters"]
        for name, value in vars(self).items():
            lines += _rows(name, value, "  ")
        return "\n".join(lines)

    def _label(self) -> str:
        """What a picture writes on the module's box."""
        return type(self).__name__


def note_frame(result: Any, label: str, start: int) -> None:
    """Note on a recorded Tensor that it was made, since the moment `start`, inside the module `label`."""
    if type(result) is Tensor and result._op is not None and result._stamp >= start:
        notes = result._notes
        if notes is None:
            notes = result._notes = {}
        notes.setdefault("frames", []).append((label, start, tick()))


def _note_parameter(leaf: Tensor) -> None:
    """Note on a leaf that a module owns it, so that pictures can draw it inside the module's box."""
    if leaf._op is None:
        leaf._notes = {**(leaf._notes or {}), "parameter": True}


def _belongs(value: Any) -> bool:
    """Whether an attribute holds Tensors: it is one, or a module, or a container of such."""
    if isinstance(value, Tensor | Module):
        return True
    if isinstance(value, list | tuple):
        return any(map(_belongs, value))
    return isinstance(value, dict) and any(map(_belongs, value.values()))


def _tensors(prefix: str, value: Any) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield prefix[1:], value
    elif isinstance(value, Module):
        yield from _tensors(prefix, vars(value))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _tensors(f"{prefix}.{name}", item)
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _tensors(f"{prefix}.{i}", item)


def _collect(values: Iterable[Any], found: dict[Tensor, None]) -> None:
    """Add the Tensors among `values`, without their names: losses ask for them at every step."""
    for value in values:
        kind_of_value = type(value)
        if kind_of_value is Tensor or kind_of_value is Batch:
            found[value] = None
        elif kind_of_value is str or kind_of_value is int:
            continue
        elif isinstance(value, Module):
            _collect(vars(value).values(), found)
        elif isinstance(value, list | tuple):
            _collect(value, found)
        elif isinstance(value, dict):
            _collect(value.values(), found)


def _rows(name: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, Tensor):
        return [f"{indent}{name}: {kind(value)}" + (f", {value.size:,} parameters" if value.requires_grad else "")]
    if isinstance(value, Module):
        head, *rest = repr(value).splitlines()
        return [f"{indent}{name}: {head}", *(indent + line for line in rest)]
    if isinstance(value, list | tuple) and _belongs(value):
        return [row for i, item in enumerate(value) for row in _rows(f"{name}.{i}", item, indent)]
    if isinstance(value, dict) and _belongs(value):
        return [row for key, item in value.items() for row in _rows(f"{name}.{key}", item, indent)]
    return []


class _Kept:
    """The attributes of a module that are no part of the tree; equal when each is the same object or an equal value."""

    __slots__ = ("children", "others")

    def __init__(self, children: tuple[str, ...], others: dict[str, Any]) -> None:
        self.children = children
        self.others = others

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Kept) or self.children != other.children or self.others.keys() != other.others.keys():
            return False
        return all(v is other.others[k] or bool(v == other.others[k]) for k, v in self.others.items())

    def __hash__(self) -> int:
        return hash((self.children, tuple(self.others)))


def _take_apart(module: Module) -> tuple[tuple[Any, ...], _Kept, tuple[str, ...]]:
    names = tuple(name for name, value in vars(module).items() if _belongs(value))
    others = {name: value for name, value in vars(module).items() if name not in names}
    return tuple(getattr(module, name) for name in names), _Kept(names, others), names


def _put_together(cls: type[Module], kept: _Kept, children: Iterable[Any]) -> Module:
    module = cls.__new__(cls)
    vars(module).update(zip(kept.children, children, strict=True))
    vars(module).update(kept.others)
    return module
