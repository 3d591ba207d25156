"""One trial of a gradient check: a point, a direction in one argument, weights of the outputs. Imports core, transforms."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.testing.function import Array, Arrays, ListFunction, Mode, inner, size_of
from tensorgraph.testing.ladder import STEPS, DirectionalCheck, check_direction

__all__ = ["Trial", "direction", "typical", "weights"]

WIDE_VALUES = 8.0  # arguments larger than this are moved in proportion, or rounding would drown the difference


@dataclass(slots=True)
class Trial:
    """φ(t) = Re ⟨w, f(x + tv) − f(x)⟩ with v in one argument, whose derivative at 0 is Re ⟨Jᵀw, v⟩ = Re ⟨w, Jv⟩."""

    function: ListFunction
    xs: Arrays
    leaf: int
    v: Array
    ws: Arrays
    natural: float
    sharpness: float
    centre: list[Array] = field(init=False)
    _seen: dict[float, list[Array]] = field(init=False)

    def __post_init__(self) -> None:
        self.centre = self.function.run(self.xs)
        self._seen = {0.0: self.centre}

    def at(self, t: float) -> list[Array]:
        """f(x + tv)."""
        if t not in self._seen:
            moved = list(self.xs)
            moved[self.leaf] = self.xs[self.leaf] + t * self.v
            try:
                self._seen[t] = self.function.run(moved)
            except (ArithmeticError, np.linalg.LinAlgError):
                self._seen[t] = [np.full_like(z, np.nan) for z in self.centre]
        return self._seen[t]

    def phi(self, t: float) -> float:
        """The weighted change of the outputs."""
        with np.errstate(all="ignore"):
            return inner(self.ws, [z - z0 for z, z0 in zip(self.at(t), self.centre, strict=True)])

    def claims(self, mode: Mode) -> tuple[float, float]:
        """φ′(0) as the engine has it, and the norm of the gradient along the coordinates that v moves."""
        if mode == "reverse":
            g = self.function.pull(self.xs, self.ws)[self.leaf]
            return inner([g], [self.v]), size_of([g[self.v != 0]])
        claimed = inner(self.ws, self.function.push(self.xs, self.tangents()))
        return claimed, abs(claimed) / max(size_of([self.v]), np.finfo(float).tiny)

    def tangents(self) -> list[Array]:
        """v as one tangent for each argument."""
        return [self.v if i == self.leaf else np.zeros_like(x) for i, x in enumerate(self.xs)]

    def check(self, claimed: float, norm: float, *, explain: bool = False) -> DirectionalCheck:
        """The verdict on a claimed φ′(0); with `explain`, also a kink near the point if there is one."""
        length = size_of([self.v])
        return check_direction(
            self.phi,
            claimed,
            norm=norm * length,
            size=max(1, int(np.count_nonzero(self.v))),
            magnitude=self.terms(),
            natural=self.natural,
            sharpness=self.sharpness,
            explain=explain,
        )

    def terms(self) -> float:
        """The size of the terms of φ: of those that change along v at all, or else of all."""
        changes = [np.zeros(z.shape, bool) for z in self.centre]
        for t in (k * sign * STEPS[0] for k in (1, 2, 3) for sign in (1, -1)):
            changes = [c | (a != z) for c, a, z in zip(changes, self.at(t), self.centre, strict=True)]
        if not any(c.any() for c in changes):
            changes = [~c for c in changes]
        return size_of([(w * z)[c] for w, z, c in zip(self.ws, self.centre, changes, strict=True)])


def direction(x: Array, rng: np.random.Generator, coordinates: Array | None = None) -> Array:
    """A Gaussian direction of norm ½ to 1, longer where x itself is large; only in the given flat `coordinates`, if any.

    The norm is random, as two numbers moved by exactly 1 each would leave functions of their difference alone.
    """
    v: Array = _gaussian(x, rng)
    if coordinates is not None:
        kept = np.zeros(x.size, bool)
        kept[coordinates] = True
        v = np.where(kept.reshape(x.shape), v, 0.0)
    length = size_of([v])
    if length == 0.0:
        return v
    return np.asarray(v * (rng.uniform(0.5, 1.0) * max(1.0, typical(x) / WIDE_VALUES) / length))


def weights(outputs: Arrays, rng: np.random.Generator) -> list[Array]:
    """Gaussian weights, in inverse proportion to the size of each output; 1 for a single number."""
    if len(outputs) == 1 and outputs[0].size == 1 and outputs[0].dtype.kind != "c":
        return [np.ones_like(outputs[0], dtype=np.float64)]
    return [_gaussian(z, rng) / (typical(z) or 1.0) for z in outputs]


def typical(z: Array) -> float:
    """The root mean square of the finite elements."""
    finite = z[np.isfinite(z)]
    return size_of([finite]) / math.sqrt(max(1, finite.size))


def _gaussian(like: Array, rng: np.random.Generator) -> Any:
    real = rng.normal(size=like.shape)
    return real + 1j * rng.normal(size=like.shape) if like.dtype.kind == "c" else np.asarray(real)
