"""Fixed points and roots, with derivatives by the implicit function theorem (floor 3)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.core.batch import gathered, levels_here, spread
from tensorgraph.core.describe import describe
from tensorgraph.core.recording import ALL, OFF, level, no_grad
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import ArgumentError, ConvergenceError, DtypeError, ShapeError
from tensorgraph.transforms.implicit import Equation, Linearised
from tensorgraph.transforms.lifting import constants
from tensorgraph.transforms.recorded import Function, name_of
from tensorgraph.transforms.trees import Tree, flatten, flatten_like, leaf_paths, unflatten

__all__ = ["fixed_point", "root"]

Array = np.ndarray[Any, Any]
HALVINGS = 30
IDLE = 5
"""So many steps that are not the smallest so far …"""
ROUNDING = 1e4
"""… and at most so many times what is asked for, are rounding."""


def fixed_point(f: Function, a: Tree, x0: Tree, *, tolerance: float | None = None, max_steps: int = 1000) -> Tree:
    """The x with x = f(a, x), found by computing x ← f(a, x) from x0 on, as a differentiable function of a.

    dx = (1 − ∂f/∂x)⁻¹ ∂f/∂a da, whatever the steps were: none is kept, and the gradient costs one linear equation.
    Besides `a` everything that f reads gets its gradient; x0 gets none. `a` and x are pytrees, x real. Both modes,
    every order; under `vmap` the examples are iterated together until the last has converged.

    The iteration ends when a step is at most `tolerance` times the largest |x| so far; by default at 4 rounding units,
    or when steps of some more do not get smaller, as then they are rounding. It converges where f is a contraction;
    `tg.root(lambda a, x: f(a, x) - x, a, x0)` finds other fixed points too.

    Raises `ConvergenceError` after `max_steps`, or where x is no longer finite, `ShapeError` or `DtypeError` if f(a,
    x) is no real array like x; a sweep raises `GradientError` where 1 − ∂f/∂x is singular.

    Source of the maths: B. Christianson, *Reverse accumulation and attractive fixed points* (1994).

    >>> import tensorgraph as tg
    >>> babylonian = lambda a, x: 0.5 * (x + a / x)
    >>> tg.fixed_point(babylonian, 2.0, 1.0), tg.grad(lambda a: tg.fixed_point(babylonian, a, 1.0))(2.0)
    (tensor(1.41421356), tensor(0.35355339))
    """
    unknown = _Unknown("fixed_point", f, a, x0)
    x, scale, limit = unknown.start, unknown.sizes(unknown.start), unknown.limits(tolerance)
    least, since = np.full_like(scale, np.inf), 0
    for steps in range(max_steps):
        following = unknown.value(x)
        step = unknown.sizes(following - x)
        if not np.isfinite(step).all():
            message = f"fixed_point: x is no longer finite after {steps + 1} steps of {name_of(f)}; start nearer to the solution"
            raise ConvergenceError(message)
        x, scale = following, np.maximum(scale, unknown.sizes(following))
        since = 0 if (step < least).any() else since + 1
        least = np.minimum(least, step)
        idle = tolerance is None and since >= IDLE and (step <= ROUNDING * limit * scale).all()
        if idle or (step <= limit * scale).all():
            return unknown.solution(x, lambda v: v - unknown.apply(v))
    message = (
        f"fixed_point: {name_of(f)} has not converged after {max_steps} steps: the last one still moved x by "
        f"{unknown.sizes(unknown.value(x) - x).max(initial=0.0):.3g}. Start nearer by, ask for less (tolerance=), or if f "
        "is no contraction use tg.root(lambda a, x: f(a, x) - x, a, x0)"
    )
    raise ConvergenceError(message)


def root(f: Function, a: Tree, x0: Tree, *, tolerance: float | None = None, max_steps: int = 50) -> Tree:
    """The x with f(a, x) = 0, found by Newton's method from x0 on, as a differentiable function of a.

    dx = −(∂f/∂x)⁻¹ ∂f/∂a da, whatever the steps were. f(a, x) has the structure and shapes of x. A step is halved
    until it makes |f| smaller; the search ends when it is at most `tolerance` (by default 4 rounding units) times
    the largest |x| so far. For gradients, pytrees, orders and `vmap` see `fixed_point`.

    Raises `ConvergenceError` after `max_steps`, where ∂f/∂x is singular on the way, or where no step makes |f|
    smaller; else as `fixed_point`.

    Source of the maths: Nocedal and Wright, Numerical Optimization, 2nd ed., ch. 11.

    >>> import tensorgraph as tg
    >>> cosine = lambda a, x: tg.cos(a * x) - x
    >>> tg.root(cosine, 1.0, 0.5), tg.grad(lambda a: tg.root(cosine, a, 0.5))(1.0)
    (tensor(0.73908513), tensor(-0.29747434))
    """
    unknown = _Unknown("root", f, a, x0)
    x, residual = unknown.start, unknown.value(unknown.start)
    scale, limit = unknown.sizes(x), unknown.limits(tolerance)
    for _ in range(max_steps):
        if not residual.any():
            return unknown.solution(x, unknown.apply)
        step = unknown.newton_step(x)
        scale = np.maximum(scale, unknown.sizes(x + step))
        done = bool((unknown.sizes(step) <= limit * scale).all())
        for halving in range(HALVINGS):
            nearer = x + step * 0.5**halving
            smaller = unknown.value(nearer)
            if np.linalg.norm(smaller) < np.linalg.norm(residual) or (done and not smaller.any()):
                x, residual = nearer, smaller
                break
        else:
            if not done and (unknown.sizes(step) > ROUNDING * limit * scale).any():
                message = (
                    f"root: from |f| = {np.linalg.norm(residual):.3g} no step along Newton's direction makes "
                    f"{name_of(f)} smaller: it may have a minimum there that is no root; choose another x0"
                )
                raise ConvergenceError(message)
            done = True  # what is left is rounding
        if done:
            return unknown.solution(x, unknown.apply)
    message = (
        f"root: {name_of(f)} has not converged after {max_steps} steps: |f| is still {np.linalg.norm(residual):.3g}; "
        "choose another x0, or ask for less (tolerance=)"
    )
    raise ConvergenceError(message)


class _Unknown:
    """The x of an equation as one vector, and f as a function of it."""

    __slots__ = ("a", "f", "kinds", "levels", "name", "start", "structure")

    def __init__(self, name: str, f: Function, a: Tree, x0: Tree) -> None:
        if level() == ALL:
            message = (
                f"{name}: how many steps it takes depends on values, so it cannot be traced; trace what f computes"
            )
            raise ArgumentError(message)
        self.name, self.f, self.a = name, f, a
        self.levels = levels_here()
        with no_grad():
            leaves = [t.detach() for t in constants(x0)]
            _, self.structure = flatten(x0)
            # x has the dtypes that f gives it: a float32 start does not lower the precision of float64 parameters.
            found = constants(self._shaped(f(a, unflatten(self.structure, leaves))))
            self.kinds = [(leaf.shape, z.dtype) for leaf, z in zip(leaves, found, strict=True)]
            self._check(leaves, found)
            self.start: Array = self._row([leaf.astype(z.dtype) for leaf, z in zip(leaves, found, strict=True)])._data

    def limits(self, tolerance: float | None) -> Array:
        """For each array of x the relative size of a step that ends the iteration."""
        if tolerance is not None and not tolerance > 0:
            message = f"{self.name}: tolerance is a positive number, got {tolerance!r}"
            raise ArgumentError(message)
        given = [4.0 * float(np.finfo(dtype).eps) if tolerance is None else tolerance for _, dtype in self.kinds]
        return np.array(given, np.float64)

    def sizes(self, x: Array) -> Array:
        """The largest |x| in each array of x."""
        return np.array([np.abs(x[part]).max(initial=0.0) for part in self._parts()], np.float64)

    def apply(self, v: Tensor) -> Tensor:
        """f as a function of the vector, recorded if anything is."""
        found = constants(self._shaped(self.f(self.a, self._tree(v))))
        self._check(found, found)
        return self._row(found)

    def value(self, x: Array) -> Array:
        """The value of f alone."""
        with no_grad(), np.errstate(all="ignore"):
            return self.apply(wrap(x))._data

    def newton_step(self, x: Array) -> Array:
        """The dx with ∂f/∂x dx = −f."""
        with np.errstate(all="ignore"), no_grad():
            there = Linearised(self.apply, wrap(x), self.levels)
            step = there.solve(-there.value._data[None], transposed=False)
        if step is None or not np.isfinite(step).all():
            message = (
                f"root: ∂{name_of(self.f)}/∂x is singular or not finite at a point on the way, so Newton's method has "
                "no step there; choose another x0"
            )
            raise ConvergenceError(message)
        return step[0]  # type: ignore[no-any-return]

    def solution(self, x: Array, residual: Callable[[Tensor], Tensor]) -> Tree:
        """x as a differentiable function of what f reads."""
        if level() == OFF:
            return self._tree(wrap(x))
        return self._tree(Equation(self.name, residual, self.levels).node(x))

    def _tree(self, v: Tensor) -> Tree:
        """The vector in the form that f knows."""
        lead = tuple(size for _, size in self.levels)
        leaves = []
        for (shape, dtype), part in zip(self.kinds, self._parts(), strict=True):
            leaf = (v if len(self.kinds) == 1 else v[part]).reshape(lead + shape)
            leaves.append(gathered(leaf if leaf.dtype == dtype else leaf.astype(dtype), self.levels))
        return unflatten(self.structure, leaves)

    def _parts(self) -> list[slice]:
        """Where each array of x lies in the vector."""
        lead = math.prod(size for _, size in self.levels)
        ends = [0, *itertools.accumulate(lead * math.prod(shape) for shape, _ in self.kinds)]
        return [slice(a, b) for a, b in itertools.pairwise(ends)]

    def _row(self, leaves: list[Tensor]) -> Tensor:
        rows = [spread(leaf, self.levels).reshape(-1) for leaf in leaves]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)  # type: ignore[return-value]  # NumPy's protocol

    def _shaped(self, found: Tree) -> Tree:
        flatten_like(self.structure, found, f"{self.name}: the result of {name_of(self.f)}")
        return found

    def _check(self, leaves: list[Tensor], found: list[Tensor]) -> None:
        for i, (z, (shape, dtype)) in enumerate(zip(found, self.kinds, strict=True)):
            if z.shape != shape or z.dtype != dtype or dtype.kind != "f" or leaves[i].dtype.kind == "c":
                path = leaf_paths(unflatten(self.structure, leaves))[i]
                message = (
                    f"{self.name}: {name_of(self.f)}(a, x){path} must be a real floating array of x's shape {shape}, "
                    f"and of one dtype for every x, got {describe(z)}"
                )
                raise (ShapeError if z.shape != shape else DtypeError)(message)
