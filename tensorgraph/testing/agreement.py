"""Do two numbers that mathematics makes equal agree, and if not, is it rounding? Imports the report."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tensorgraph.testing.function import Array, Arrays
from tensorgraph.testing.ladder import Verdict
from tensorgraph.testing.report import Finding

__all__ = ["agreement"]

POINTS = 9
SPREADS = 4.0

Sides = Callable[[list[Array]], tuple[float, float, float]]


def agreement(  # noqa: PLR0911
    what: str,
    argument: str,
    sides: Sides,
    xs: Arrays,
    rng: np.random.Generator,
    *,
    unit: float,
    jitter: float,
    sharpness: float,
) -> Finding:
    """Compare `left, right, scale = sides(x)`: PASS when they differ by at most `unit · scale`.

    If they differ by more, they are compared again at nine points around x, a relative `jitter` away. Rounding differs from
    point to point and a mistake does not: FAIL when the median difference exceeds `unit · scale` plus four times the spread
    of the differences, INCONCLUSIVE when that tolerance exceeds `sharpness · scale`.
    """
    left, right, scale = sides(list(xs))
    tolerance = unit * scale
    if abs(left - right) <= tolerance:
        return Finding(what, argument, Verdict.PASS, left, right, tolerance, "both sides agree")
    if not (math.isfinite(left) or math.isfinite(right)):
        return Finding(what, argument, Verdict.INCONCLUSIVE, left, right, tolerance, "neither side is finite")
    if not (math.isfinite(left) and math.isfinite(right)):
        return Finding(what, argument, Verdict.FAIL, left, right, tolerance, "only one side is finite")
    gaps = np.array([_gap(sides, [_moved(x, jitter, rng) for x in xs]) for _ in range(POINTS)])
    gaps = gaps[np.isfinite(gaps)]
    if gaps.size < POINTS // 2:
        return Finding(what, argument, Verdict.INCONCLUSIVE, left, right, tolerance, "not finite around this point")
    median = float(np.median(gaps))
    tolerance += SPREADS * 1.4826 * float(np.median(np.abs(gaps - median)))
    if abs(median) > tolerance:
        return Finding(
            what, argument, Verdict.FAIL, left, right, tolerance, "the two sides differ by more than rounding"
        )
    if tolerance > sharpness * scale:
        return Finding(what, argument, Verdict.INCONCLUSIVE, left, right, tolerance, "rounding drowns the comparison")
    return Finding(what, argument, Verdict.PASS, left, right, tolerance, "both sides agree to within their rounding")


def _gap(sides: Sides, xs: list[Array]) -> float:
    left, right, _ = sides(xs)
    return left - right


def _moved(x: Array, jitter: float, rng: np.random.Generator) -> Array:
    return np.asarray((x * (1.0 + jitter * rng.uniform(-1.0, 1.0, x.shape))).astype(x.dtype))
