"""A function run once and recorded: its value, and its derivative as two linear maps on pytrees (floor 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch
from tensorgraph.core.describe import describe
from tensorgraph.core.recording import ON, level, recording, tick
from tensorgraph.core.tensor import Tensor, as_array, wrap
from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.transforms.lifting import Region, constants, fresh, release
from tensorgraph.transforms.trees import Tree, flatten, flatten_like, leaf_paths, unflatten

__all__ = ["Function", "Recorded", "name_of", "selected"]

Function = Callable[..., Any]


class Recorded:
    """f at its primals: `out` and `aux` as the caller may keep them, and the Jacobian's two products.

    `name` is that of the transform, for errors.
    """

    __slots__ = ("aux", "f", "name", "out", "out_structure", "outputs", "region", "structure")

    def __init__(self, f: Function, primals: tuple[Tree, ...], name: str, *, has_aux: bool = False) -> None:
        before = level()
        since = tick()
        nodes, sources, self.structure = fresh(primals, f"{name}: argument ")
        with recording(max(before, ON)):
            result = f(*nodes)
            value, aux = _with_aux(result, f) if has_aux else (result, None)
            self.outputs = constants(value)
            self.region = Region(self.outputs, sources, since, before)
        self.f, self.name = f, name
        _, self.out_structure = flatten(value)
        out = unflatten(self.out_structure, self.outputs)
        self.out, self.aux = release((out, aux), attached=self.region.attached)

    def pull(self, cotangent: Tree, what: str = "cotangent") -> Any:
        """Jᵀc, a tuple like the primals, given c like the output."""
        given = flatten_like(self.out_structure, cotangent, f"{self.name}: {what}")
        seeds = [self._cotangent(c, i, what) for i, c in enumerate(given)]
        return unflatten(self.structure, self.region.backward(seeds))

    def push(self, tangents: Tree, what: str = "tangents") -> Any:
        """J·t, like the output, given t like the tuple of primals."""
        given = flatten_like(self.structure, tangents, f"{self.name}: {what}")
        seeds = [self._tangent(t, i, what) for i, t in enumerate(given)]
        return unflatten(self.out_structure, self.region.forward(seeds))

    def argument_shape(self, i: int) -> tuple[int, ...]:
        """The shape of leaf i of the primals, as f saw it."""
        return self.region.sources[i].shape[len(self.region.levels) :]

    def argument_path(self, i: int) -> str:
        """Where leaf i of the primals stands in them."""
        return leaf_paths(unflatten(self.structure, self.region.sources))[i]

    def output_path(self, i: int) -> str:
        """Where leaf i of the output stands in it."""
        return leaf_paths(unflatten(self.out_structure, self.outputs))[i]

    def _cotangent(self, given: Any, i: int, what: str) -> Tensor | None:
        output, c = self.outputs[i], _as_tensor(given)
        if c.shape != output.shape:
            where = f"{self.name}: {what}{self.output_path(i)}"
            message = f"{where}: expected the output's shape {output.shape}, got {describe(c)}"
            raise ShapeError(message)
        if c.dtype == output.dtype:
            return c
        if output.dtype.kind not in "fc" and not np.any(c.value if type(c) is Batch else c._data):
            return None
        if not np.can_cast(c.dtype, output.dtype, "same_kind"):
            where = f"{self.name}: {what}{self.output_path(i)}"
            hint = "" if output.dtype.kind in "fc" else " or zeros, as no gradient flows to it"
            message = f"{where}: expected the output's dtype {output.dtype}{hint}, got {describe(c)}"
            raise DtypeError(message)
        return c.astype(output.dtype)  # type: ignore[no-any-return]

    def _tangent(self, given: Any, i: int, what: str) -> Tensor:
        dtype, shape, t = self.region.sources[i].dtype, self.argument_shape(i), _as_tensor(given)
        if t.shape != shape:
            where = f"{self.name}: {what}{self.argument_path(i)}"
            message = f"{where}: expected shape {shape}, as the argument's, got {describe(t)}"
            raise ShapeError(message)
        if t.dtype == dtype:
            return t
        if t.dtype.kind == "c" and dtype.kind != "c":
            where = f"{self.name}: {what}{self.argument_path(i)}"
            message = f"{where}: expected dtype {dtype}, as the argument's, got {describe(t)}"
            raise DtypeError(message)
        return t.astype(dtype)  # type: ignore[no-any-return]


def selected(
    f: Function, args: Sequence[Any], kwargs: dict[str, Any], argnums: int | Sequence[int], name: str
) -> tuple[Function, tuple[Any, ...]]:
    """f as a function of the arguments that `argnums` names alone, and these."""
    indices = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    places = [_place(i, args, f, name) for i in indices]

    def chosen(*values: Any) -> Any:
        filled = list(args)
        for place, value in zip(places, values, strict=True):
            filled[place] = value
        return f(*filled, **kwargs)

    chosen.__name__ = name_of(f)
    return chosen, tuple(args[place] for place in places)


def name_of(f: Function) -> str:
    """What errors call a function."""
    return getattr(f, "__name__", repr(f))


def _place(i: int, args: Sequence[Any], f: Function, name: str) -> int:
    if not -len(args) <= i < len(args):
        message = (
            f"{name}: argnums={i}, but {name_of(f)} was called with {len(args)} positional arguments; "
            "pass it by position"
        )
        raise ArgumentError(message)
    return i % len(args)


def _with_aux(result: Any, f: Function) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        message = f"has_aux=True: {name_of(f)} must return (value, aux), got {type(result).__name__}"
        raise ArgumentError(message)
    return result


def _as_tensor(given: Any) -> Tensor:
    return given if isinstance(given, Tensor) else wrap(np.array(as_array(given)))
