"""Where does a function of one variable bend or jump? Imports noise.py for its one constant."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tensorgraph.testing.noise import EPSILON

__all__ = ["Kink", "OneSided", "find_kink", "one_sided"]

CELLS = 48
REFINE = 8
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Kink:
    """A point t where φ is not smooth: its slope or ("jump") its value changes by `size` there."""

    t: float
    is_jump: bool
    size: float

    def slope(self, step: float) -> float:
        """How far a finite difference of this step across the place may be off."""
        return self.size / step if self.is_jump else self.size

    def __str__(self) -> str:
        kind, what = ("jump", "the value") if self.is_jump else ("kink", "the slope")
        where = "at the point itself" if self.t == 0.0 else f"at distance t = {self.t:.3g} along the direction"
        return f"a {kind} is near: {what} changes by about {self.size:.3g} {where}"


@dataclass(frozen=True, slots=True)
class OneSided:
    """The derivatives from the left and from the right, and whether they differ by more than their error."""

    left: float
    right: float
    error: float

    @property
    def at_kink(self) -> bool:
        """The two sides disagree."""
        return abs(self.right - self.left) > self.error

    @property
    def kink(self) -> Kink:
        """The disagreement as a kink at t = 0."""
        return Kink(0.0, False, abs(self.right - self.left))

    def contains(self, slope: float, tolerance: float) -> bool:
        """Whether `slope` lies between the two sides."""
        slack = tolerance + self.error
        return min(self.left, self.right) - slack <= slope <= max(self.left, self.right) + slack


def one_sided(phi: Callable[[float], float], *, scale: float = 1.0, noise: float = 0.0) -> OneSided | None:
    """Derivatives of `phi` at 0 from either side, to third order; None where phi is not finite.

    D₊ = (−11φ₀ + 18φ₁ − 9φ₂ + 2φ₃)/6h at the step where D₊ changes least, D₋ likewise with −h. The two agree to O(h³) where φ is
    smooth.

    >>> sides = one_sided(lambda t: abs(t))
    >>> sides.at_kink, round(sides.left, 9), round(sides.right, 9)
    (True, -1.0, 1.0)
    """
    left = _from_one_side(phi, -scale, noise)
    right = _from_one_side(phi, scale, noise)
    if left is None or right is None:
        return None
    return OneSided(left[0], right[0], 2.0 * (left[1] + right[1]))


def _from_one_side(phi: Callable[[float], float], scale: float, noise: float) -> tuple[float, float] | None:
    best: tuple[float, float] | None = None
    previous: float | None = None
    for step in np.geomspace(6e-2, 1e-4, 8):
        h = float(step) * scale
        slope = (-11.0 * phi(0.0) + 18.0 * phi(h) - 9.0 * phi(2.0 * h) + 2.0 * phi(3.0 * h)) / (6.0 * h)
        if not math.isfinite(slope):
            previous = None
            continue
        if previous is not None:
            # The four weights have the norm 3.85: 32 is more than eight standard deviations.
            error = abs(slope - previous) + 32.0 * noise / abs(h)
            if best is None or error < best[1]:
                best = (slope, error)
        previous = slope
    return best


def find_kink(phi: Callable[[float], float], *, reach: float = 0.18, noise: float = 0.0) -> Kink | None:
    """The strongest kink or jump of `phi` within ±`reach`, or None.

    Fourth differences of spacing s fall with s⁴ where φ is smooth, with s at a kink and not at all at a jump: the interval with
    the largest is refined and the power read off.

    >>> str(find_kink(lambda t: max(t - 0.1, 0.0)))
    'a kink is near: the slope changes by about 1 at distance t = 0.1 along the direction'
    """
    low, high = -reach, reach
    cells = CELLS
    sizes: list[float] = []
    centre, spacing = 0.0, reach
    for _ in range(ROUNDS):
        grid = np.linspace(low, high, cells + 1)
        values = np.array([phi(float(t)) for t in grid])
        if not np.all(np.isfinite(values)):
            return None
        spacing = (high - low) / cells
        fourth = np.abs(np.diff(values, n=4))
        at = int(np.argmax(fourth))
        # A fourth difference of pure noise has the standard deviation √70 σ.
        noise = max(noise, EPSILON * float(np.max(np.abs(values))))
        if fourth[at] <= 64.0 * noise:
            return None
        sizes.append(float(fourth[at]))
        centre = float(grid[at + 2])
        low, high, cells = float(grid[at]), float(grid[at + 4]), 4 * REFINE
    power = math.log(sizes[0] / sizes[-1]) / math.log(REFINE) / (len(sizes) - 1)
    if power > 1.6:
        return None
    # Two secants of length 2s outside and the step of length 4s between them: across a kink the step differs from the mean of the
    # secants by less than they differ from each other.
    left, right = phi(centre - 2.0 * spacing), phi(centre + 2.0 * spacing)
    before, after = left - phi(centre - 4.0 * spacing), phi(centre + 4.0 * spacing) - right
    jump, bend = float(abs(right - left - before - after)), float(abs(after - before))
    is_jump = jump > 2.0 * bend
    return Kink(_rounded(centre, spacing), is_jump, jump if is_jump else bend / (2.0 * spacing))


def _rounded(t: float, spacing: float) -> float:
    """`t` with the digits that the spacing supports (0 when the point itself is the place)."""
    return round(t / (4.0 * spacing)) * 4.0 * spacing if abs(t) > 4.0 * spacing else 0.0
