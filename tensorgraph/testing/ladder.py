"""Is a claimed directional derivative right? Three verdicts from a ladder of finite differences. Imports noise.py and kinks.py."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from tensorgraph.testing.kinks import Kink, find_kink, one_sided
from tensorgraph.testing.noise import CLOSE, EPSILON, noise_level

__all__ = ["SHARPNESS", "STEPS", "DirectionalCheck", "Measurement", "Verdict", "check_direction", "measure"]

STEPS = tuple(float(h) for h in np.geomspace(6e-2, 1e-4, 8))
RATIO = STEPS[0] / STEPS[1]
REACH = 3.0 * STEPS[0]

NOISE_GAIN = 8.8  # c6 sees the noise of one value multiplied by 1.1/h: this is eight standard deviations of c6
SAFETY = 8.0  # a bound is an estimate: the verdict leaves it this much room
ROUNDING = 1e-13  # relative rounding granted to the claimed gradient itself
SHARPNESS = 1e-7  # a check that would let a larger relative error through has checked nothing
REPEAT = 0.83  # a failure must show up on a second ladder, which shares no point with the first

# Steep or narrow functions are looked at more closely, at last flat ones from afar.
SCALES = (1.0, 1.0 / 16.0, 1.0 / 256.0, 16.0)
CLOSEUP = SCALES[2]

# Relative to the terms of which φ or its derivative is the sum: what rounding leaves of terms that cancel; a derivative
# that is zero, as it cannot move φ by a few roundings; and how sharp a look must be that says so.
CRUMBS = 4.0 * EPSILON
ZERO_GRADIENT = 64.0 * EPSILON
ZERO_SHARPNESS = 1e-10


class Verdict(Enum):
    """What a check found: the derivative is right, wrong, or cannot be judged at this point."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A finite-difference derivative: its value, an estimate of its error, the step it came from and the noise of phi."""

    value: float
    bound: float
    step: float
    noise: float

    def __str__(self) -> str:
        return f"{self.value:.12g} ± {self.bound:.1e} (step {self.step:.1e}, noise {self.noise:.1e})"


@dataclass(frozen=True, slots=True)
class DirectionalCheck:
    """Verdict on one directional derivative, with everything that led to it."""

    verdict: Verdict
    claimed: float
    measured: float
    tolerance: float
    step: float
    noise: float
    reason: str
    kink: Kink | None = None

    @property
    def error(self) -> float:
        """Distance between the claimed and the measured derivative."""
        return abs(self.claimed - self.measured)

    def __str__(self) -> str:
        lines = [
            f"{self.verdict.name}: {self.reason}",
            f"  claimed   {self.claimed:.17g}",
            f"  measured  {self.measured:.17g}",
            f"  error     {self.error:.3g}, tolerance {self.tolerance:.3g} (step {self.step:.1e}, noise {self.noise:.1e})",
        ]
        if self.kink is not None:
            lines.append(f"  {self.kink}")
        return "\n".join(lines)


def measure(phi: Callable[[float], float], *, magnitude: float = 0.0, scale: float = 1.0) -> Measurement | None:
    """Derivative of `phi` at 0 by central differences of order 4 and 6 on eight steps; None where phi is not finite.

    With fₖ = φ(kh) − φ(−kh): c₄ = (8f₁ − f₂)/12h, c₆ = (45f₁ − 9f₂ + f₃)/60h. The error of a step is estimated by the
    largest of |c₆ − c₄|, the change of c₆ since the previous step and the previous |c₆ − c₄| scaled by the fourth power of the
    ratio of the steps, plus the noise of φ over h. The step with the smallest estimate wins.

    Source: B. Fornberg, *Generation of finite difference formulas on arbitrarily spaced grids*, Math. Comp. 51 (1988).

    >>> import math
    >>> found = measure(math.exp)
    >>> abs(found.value - 1.0) < found.bound < 1e-11
    True
    """
    noise = noise_level(phi, magnitude=magnitude, scale=scale)
    best: Measurement | None = None
    previous: tuple[float, float] | None = None
    for step in STEPS:
        h = step * scale
        f1, f2, f3 = (phi(k * h) - phi(-k * h) for k in (1, 2, 3))
        c4 = (8.0 * f1 - f2) / (12.0 * h)
        c6 = (45.0 * f1 - 9.0 * f2 + f3) / (60.0 * h)
        if not math.isfinite(c6):
            previous = None
            continue
        gap = abs(c6 - c4)
        if previous is not None:
            truncation = max(gap, abs(c6 - previous[0]), previous[1] / RATIO**4)
            bound = truncation + NOISE_GAIN * noise / h
            if best is None or bound < best.bound:
                best = Measurement(c6, bound, h, noise)
        previous = (c6, gap)
    return best


def check_direction(
    phi: Callable[[float], float],
    claimed: float,
    *,
    norm: float | None = None,
    size: int = 1,
    magnitude: float = 0.0,
    natural: float = 0.0,
    scale: float = 1.0,
    sharpness: float = SHARPNESS,
    explain: bool = True,
) -> DirectionalCheck:
    r"""Compare `claimed`, said to be φ′(0), with finite differences of `phi`.

    FAIL when the two differ by more than 8 times the estimated error (plus 1e-13 `norm`), on two ladders that share no
    point apart from 0. INCONCLUSIVE when an error of `sharpness` relative to max(\|φ′\|, `norm`/√`size`) could hide in
    that tolerance, or when 0 lies on a kink and `claimed` lies between the one-sided derivatives. PASS otherwise.

    `norm` and `size` are ‖g‖ and the number of components when `claimed` is ⟨g, v⟩ with ‖v‖ = 1; `magnitude` is the
    size of the terms of which phi is the sum; `natural` is the size that a derivative could be expected to have, and
    whose rounding is left where larger terms have cancelled. `phi` is evaluated on ±0.18 `scale`; more closely, then on
    ±2.9 `scale`, only if that gives no answer.

    >>> import math
    >>> check_direction(math.sin, 1.0).verdict, check_direction(math.sin, 1.0 + 1e-9).verdict
    (<Verdict.PASS: 'pass'>, <Verdict.FAIL: 'fail'>)
    """
    norm = abs(claimed) if norm is None else norm
    return _Claim(phi, claimed, norm, size, max(magnitude, abs(phi(0.0))), natural, scale, sharpness, explain).check()


@dataclass(frozen=True, slots=True)
class _Claim:
    """What is claimed of which function."""

    phi: Callable[[float], float]
    claimed: float
    norm: float
    size: int
    terms: float
    natural: float
    scale: float
    sharpness: float
    explain: bool

    def check(self) -> DirectionalCheck:
        if not (math.isfinite(self.claimed) and math.isfinite(self.norm)):
            return self.not_finite()
        looks: list[Measurement] = []
        undecided: DirectionalCheck | None = None
        for zoom in SCALES:
            look = self.look(zoom)
            if look is None:
                continue
            found = self.judge(look)
            if found.verdict is Verdict.FAIL:
                found = self.confirm(found, look, looks, zoom)
            if found.verdict is not Verdict.INCONCLUSIVE:
                return found
            looks.append(look)
            if undecided is None or found.tolerance < undecided.tolerance:
                undecided = found
        if undecided is None:
            reason = "the function is not finite around this point"
            return DirectionalCheck(Verdict.INCONCLUSIVE, self.claimed, math.nan, math.inf, math.nan, math.nan, reason)
        if undecided.kink is not None or not self.explain:
            return undecided
        kink = self.kink(undecided.noise)
        reason = "the point lies on a kink" if kink is not None and kink.t == 0.0 else undecided.reason
        return replace(undecided, reason=reason, kink=kink)

    def look(self, zoom: float) -> Measurement | None:
        return measure(self.phi, magnitude=self.terms, scale=self.scale * zoom)

    def kink(self, noise: float) -> Kink | None:
        sides = one_sided(self.phi, scale=self.scale, noise=noise)
        if sides is not None and sides.at_kink:
            return sides.kink
        return find_kink(self.phi, reach=REACH * self.scale, noise=noise)

    def not_finite(self) -> DirectionalCheck:
        look = self.look(1.0)
        if look is None or not math.isfinite(self.terms):
            reason = "neither the claimed derivative nor the function is finite here"
            return DirectionalCheck(Verdict.INCONCLUSIVE, self.claimed, math.nan, math.inf, math.nan, math.nan, reason)
        reason = "the claimed derivative is not finite, but the function is"
        tolerance = SAFETY * look.bound
        return DirectionalCheck(Verdict.FAIL, self.claimed, look.value, tolerance, look.step, look.noise, reason)

    def tolerance(self, look: Measurement) -> float:
        return SAFETY * look.bound + ROUNDING * self.norm + CRUMBS * self.natural

    def judge(self, look: Measurement) -> DirectionalCheck:
        """The verdict of one ladder by itself."""
        tolerance = self.tolerance(look)
        whole = max(self.terms, self.natural)
        if not abs(look.value - self.claimed) <= tolerance:
            kind, reason = Verdict.FAIL, "the claimed derivative is wrong"
        elif tolerance <= self.sharpness * max(abs(look.value), self.norm / math.sqrt(self.size)):
            kind, reason = Verdict.PASS, "the claimed derivative agrees with finite differences"
        elif self.norm <= ZERO_GRADIENT * whole and tolerance <= ZERO_SHARPNESS * whole:
            kind, reason = Verdict.PASS, "the derivative is zero to within rounding"
        else:
            kind, reason = Verdict.INCONCLUSIVE, "finite differences are too inaccurate here to tell right from wrong"
        return DirectionalCheck(kind, self.claimed, look.value, tolerance, look.step, look.noise, reason)

    def confirm(  # noqa: C901, PLR0911
        self, found: DirectionalCheck, look: Measurement, earlier: list[Measurement], zoom: float
    ) -> DirectionalCheck:
        """A failure stands unless another look at the function sides with the claim against this ladder."""

        def undecided(reason: str, kink: Kink | None = None) -> DirectionalCheck:
            return replace(found, verdict=Verdict.INCONCLUSIVE, reason=reason, kink=kink)

        if zoom > 1.0:
            return undecided("finite differences are too inaccurate here, and from afar they see other things")
        repeat = self.look(zoom * REPEAT)
        if repeat is None or abs(repeat.value - self.claimed) <= self.tolerance(repeat):
            return undecided("two ladders of finite differences disagree with each other")
        # Astride a kink closer than its smallest step a ladder agrees with itself on the mean of the two slopes; on one tread
        # of a staircase it agrees with itself on zero; on a ripple that it steps over, on anything.
        for other in (*earlier, self.look(zoom * CLOSEUP), self.closest()):
            if other is None or abs(other.value - look.value) <= SAFETY * (other.bound + look.bound):
                continue
            if abs(other.value - self.claimed) <= self.tolerance(other):
                return undecided("the slope seen from close by is not the slope seen from afar")
        sides = one_sided(self.phi, scale=self.scale * zoom, noise=look.noise)
        if sides is not None and sides.at_kink:
            # Several components may have kinks on different sides; a single one confines its slope to the two seen.
            if self.size > 1 or sides.contains(self.claimed, found.tolerance):
                return undecided("the point lies on a kink", sides.kink)
            return replace(found, reason="the claimed derivative is wrong on either side of a kink", kink=sides.kink)
        straddled = find_kink(self.phi, reach=3.0 * RATIO * look.step, noise=look.noise)
        if straddled is not None and straddled.slope(look.step) > 0.5 * found.error:
            return undecided("the finite differences straddle a kink or jump", straddled)
        flat = self.flatter_than_trend(look)
        kink = self.kink(look.noise) if flat or self.explain else None
        if flat and kink is not None and (kink.is_jump or earlier):
            return undecided("the function is flat between jumps, as rounded values are", kink)
        return replace(found, kink=kink)

    def flatter_than_trend(self, look: Measurement) -> bool:
        """Whether φ's slope is nothing from close by, or the trend over the whole reach sides with the claim against it."""
        reach = REACH * self.scale
        trend = (self.phi(reach) - self.phi(-reach)) / (2.0 * reach)
        return abs(look.value) <= SAFETY * look.bound or abs(trend - self.claimed) < abs(trend - look.value)

    def closest(self) -> Measurement:
        """The slope through nine points so close together that only rounding limits it: coarse, but it overlooks nothing."""
        spacing = CLOSE[0] * self.scale
        noise = noise_level(self.phi, magnitude=self.terms, scale=self.scale, tables=(CLOSE,))
        pairs = [self.phi(k * spacing) - self.phi(-k * spacing) for k in (1, 2, 3, 4)]
        slope = sum(k * pair for k, pair in enumerate(pairs, 1)) / (60.0 * spacing)
        truncation = abs(slope - pairs[0] / (2.0 * spacing))
        return Measurement(slope, truncation + NOISE_GAIN * noise / (math.sqrt(60.0) * spacing), spacing, noise)
