"""A function run once and recorded: its value, and its derivative as two linear maps on pytrees (floor 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.recording import ON, level, recording, tick
from tensorgraph.core.tensor import Tensor, wrap
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

    def pull(self, cotangent: Tree) -> Tree:
        """Jᵀc, a tuple like the primals, given c like the output."""
        given = flatten_like(self.out_structure, cotangent, f"{self.name}: cotangent")
        seeds = [self._cotangent(c, i) for i, c in enumerate(given)]
        return unflatten(self.structure, self.region.backward(seeds))

    def push(self, tangents: Tree) -> Tree:
        """J·t, like the output, given t like the tuple of primals."""
        given = flatten_like(self.structure, tangents, f"{self.name}: tangents")
        seeds = [self._tangent(t, i) for i, t in enumerate(given)]
        return unflatten(self.out_structure, self.region.forward(seeds))

    def argument(self, i: int) -> Tensor:
        """Leaf i of the primals, of the shape that f saw."""
        source = self.region.sources[i]
        lead = len(self.region.levels)
        return wrap(source._data[(0,) * lead] if lead and source.size else np.empty(source.shape[lead:], source.dtype))

    def output_path(self, i: int) -> str:
        """Where output i stands in the result."""
        return leaf_paths(unflatten(self.out_structure, self.outputs))[i]

    def argument_path(self, i: int) -> str:
        """Where leaf i of the primals stands in them."""
        return leaf_paths(unflatten(self.structure, self.region.sources))[i]

    def _cotangent(self, given: Any, i: int) -> Tensor | None:
        output = self.outputs[i]
        c = _as_tensor(given)
        where = f"{self.name}: cotangent{self.output_path(i)}"
        if c.shape != output.shape:
            message = f"{where}: expected the output's shape {output.shape}, got {describe(c)}"
            raise ShapeError(message)
        if c.dtype == output.dtype:
            return c
        if output.dtype.kind not in "fc":
            if isinstance(given, Tensor) or np.any(given):
                message = (
                    f"{where}: the output is {describe(output)}, to which no gradient flows: expected zeros or None, "
                    f"got {describe(c)}"
                )
                raise DtypeError(message)
            return None
        return _cast(c, output.dtype, f"{where}: expected dtype {output.dtype}, as the output's")

    def _tangent(self, given: Any, i: int) -> Tensor:
        source = self.region.sources[i]
        shape = source.shape[len(self.region.levels) :]
        t = _as_tensor(given)
        where = f"{self.name}: tangents{self.argument_path(i)}"
        if t.shape != shape:
            message = f"{where}: expected shape {shape}, as the primal's, got {describe(t)}"
            raise ShapeError(message)
        return _cast(t, source.dtype, f"{where}: expected dtype {source.dtype}, as the primal's")
