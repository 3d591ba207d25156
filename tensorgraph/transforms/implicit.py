"""Derivatives of what an equation defines, from the equation and not from how it was solved (floor 3).

Where F(θ, x) = 0 defines x(θ), the implicit function theorem gives F_x dx = −F_θ dθ. So the cotangent of θ is −F_θᵀ w
with F_xᵀ w = g, and the tangent of x solves F_x dx = −F_θ dθ. In a recorded sweep w and dx are themselves solutions
of equations which the graph knows, linear ones; they get nodes of the same kind. That is all there is to higher
orders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, Levels, array_of, in_levels, new_level, whole
from tensorgraph.core.leaf import new_leaf
from tensorgraph.core.recording import ON, recording, tick
from tensorgraph.core.sweep import forward, history, reverse
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import GradientError
from tensorgraph.ops.layout import alias
from tensorgraph.transforms.hooked import boundary, hooked, left_over
from tensorgraph.transforms.linear_systems import solved

__all__ = ["Equation", "Linearised"]

Array = np.ndarray[Any, Any]
Residual = Callable[[Tensor], Tensor]


class Linearised:
    """A residual recorded at a point: its value, and products with its derivative by the point and its inputs."""

    __slots__ = ("nodes", "point", "value")

    def __init__(self, residual: Residual, point: Tensor, levels: Levels) -> None:
        since = tick()
        with recording(ON), in_levels(levels):
            self.point = alias.function(point) if point._requires else new_leaf(point._data, True)
            self.value = residual(self.point)
        self.nodes = history([self.value], since)[0]

    def pull(self, w: Any, inputs: Sequence[Tensor] = (), *, record: bool = False) -> list[Any]:
        """F_xᵀ w, and F_θᵀ w for each of the inputs."""
        start = {self.value: w} if self.value._requires else {}
        found = reverse(self.nodes, start, sources=[self.point, *inputs], record=record)
        return left_over(found, start, [self.point, *inputs])

    def push(self, dx: Any, inputs: Sequence[Tensor] = (), dxs: Sequence[Any] = (), *, record: bool = False) -> Any:
        """F_x dx + F_θ dθ, None for zero."""
        start = {x: d for x, d in zip((self.point, *inputs), (dx, *dxs), strict=True) if d is not None}
        return forward(self.nodes, start, outputs=[self.value], record=record).get(self.value)

    def solve(self, b: Array, *, transposed: bool) -> Array | None:
        """The x with F_x x = b, or F_xᵀ x = b, for each row b; None where F_x is singular."""

        def product(x: Array) -> Array:
            found = self.pull(x)[0] if transposed else self.push(x)
            return np.zeros_like(x) if found is None else found

        def matrix() -> Array:
            rows = self._rows(b.shape[-1], b.dtype)
            return rows.T if transposed else rows

        return solved(matrix, product, b)

    def _rows(self, n: int, dtype: Any) -> Array:
        with new_level(n) as (level, _):
            (rows,) = self.pull(Batch(np.eye(n, dtype=dtype), (level,)))
            return np.zeros((n, n), dtype) if rows is None else np.asarray(whole(rows, level, n))


class Equation:
    """F(x) = 0 with a solution: what a node stands for whose value solves an equation. Vectors all."""

    __slots__ = ("inputs", "levels", "name", "residual")

    def __init__(self, name: str, residual: Residual, levels: Levels) -> None:
        self.name, self.residual, self.levels = name, residual, levels
        self.inputs: tuple[Tensor, ...] = ()

    def node(self, solution: Array) -> Tensor:
        """The solution as a function of all tensors that F reads; a constant if no gradient flows to any."""
        since = tick()
        there = Linearised(self.residual, wrap(solution), self.levels)
        self.inputs = tuple(x for x in boundary([there.value], since) if x is not there.point)
        return hooked(self.name, self, self.inputs, solution) if self.inputs else wrap(solution)

    def pull(self, g: Any, z: Any) -> list[Any]:
        """−F_θᵀ w with F_xᵀ w = g, for each input θ."""
        record = isinstance(z, Tensor)
        there = Linearised(self.residual, z if record else wrap(z), self.levels)
        w = self._solved(there, g, lambda w: there.pull(w, record=True)[0], transposed=True, record=record)
        return [None if c is None else -c for c in there.pull(w, self.inputs, record=record)[1:]]

    def push(self, dxs: Sequence[Any], z: Any) -> Any:
        """The dx with F_x dx = −F_θ dθ."""
        record = isinstance(z, Tensor)
        there = Linearised(self.residual, z if record else wrap(z), self.levels)
        b = there.push(None, self.inputs, dxs, record=record)
        if b is None:
            return None
        return self._solved(there, -b, lambda x: there.push(x, record=True), transposed=False, record=record)

    def _solved(
        self, there: Linearised, b: Any, product: Callable[[Any], Any], *, transposed: bool, record: bool
    ) -> Any:
        """The solution of a linear equation with F_x, for every right side of a batch; recorded, its node."""
        given = b.value if type(b) is Batch else b
        rows = given.reshape((-1, given.shape[-1]))
        x = there.solve(array_of(rows), transposed=transposed)
        if x is None:
            message = (
                f"{self.name}: the derivative of the equation by its unknown is singular at the solution, which so is "
                "no differentiable function of the parameters: several solutions meet there, or a whole line passes"
            )
            raise GradientError(message)
        if record:
            x = np.stack([self._again(product, rows[i], x[i]) for i in range(len(x))])
        x = x.reshape(given.shape)
        return Batch(x, b.levels) if type(b) is Batch else x

    def _again(self, product: Callable[[Any], Any], b: Tensor, x: Array) -> Tensor:
        """The node of the linear equation product(u) = b with the solution x."""
        return Equation(self.name, lambda u: product(u) - b, ()).node(x)
