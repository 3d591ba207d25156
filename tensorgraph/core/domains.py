"""Where an op is smooth: the sets that stand on cards as `domain` (floor 1; imports nothing of ours).

A domain serves the reader (it is printed in the table of ops) and the property tests, which draw operands from
`safe`: at least 0.5 away from an open end, where values or derivatives blow up, and 0.25 away from a kink, farther
than the finite differences of `tensorgraph.testing` reach (0.18).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["ABOVE_ONE", "ABOVE_MINUS_ONE", "NONZERO", "POSITIVE", "REALS", "UNIT", "Domain"]

SPAN = 3.0
END_MARGIN = 0.5
KINK_MARGIN = 0.25


@dataclass(frozen=True, slots=True)
class Domain:
    """The open interval (low, high) less some `holes`, where the op is singular, and `kinks`, where it has corners."""

    low: float = -math.inf
    high: float = math.inf
    holes: tuple[float, ...] = ()
    kinks: tuple[float, ...] = ()

    def without(self, *holes: float) -> Domain:
        """This domain with further singular points.

        >>> REALS.without(0.0).holes
        (0.0,)
        """
        return Domain(self.low, self.high, self.holes + holes, self.kinks)

    def kinked(self, *kinks: float) -> Domain:
        """This domain with further corners."""
        return Domain(self.low, self.high, self.holes, self.kinks + kinks)

    @property
    def safe(self) -> tuple[tuple[float, float], ...]:
        """Closed intervals to draw from, in order: inside the domain, away from ends, holes and kinks.

        >>> POSITIVE.kinked(1.0).safe
        ((0.5, 0.75), (1.25, 3.5))
        """
        low = -SPAN if math.isinf(self.low) else self.low + END_MARGIN
        high = max(SPAN, low + SPAN) if math.isinf(self.high) else self.high - END_MARGIN
        if math.isinf(self.low):
            low = min(low, high - SPAN)
        kinks = dict.fromkeys(self.kinks, KINK_MARGIN)
        cuts = sorted((kinks | dict.fromkeys(self.holes, END_MARGIN)).items())
        pieces: list[tuple[float, float]] = []
        for point, margin in cuts:
            if low <= point - margin:
                pieces.append((low, min(point - margin, high)))
            low = max(low, point + margin)
        if low <= high:
            pieces.append((low, high))
        return tuple(pieces)

    def __contains__(self, value: float) -> bool:
        return self.low < value < self.high and value not in self.holes

    def __str__(self) -> str:
        ends = {(-math.inf, math.inf): "ℝ"}.get((self.low, self.high), f"({self.low:g}, {self.high:g})")
        holes = f" \\ {{{', '.join(f'{h:g}' for h in self.holes)}}}" if self.holes else ""
        kinks = f", kink at {', '.join(f'{k:g}' for k in self.kinks)}" if self.kinks else ""
        return f"{ends}{holes}{kinks}".replace("inf", "∞")


REALS = Domain()
POSITIVE = Domain(low=0.0)
NONZERO = REALS.without(0.0)
UNIT = Domain(-1.0, 1.0)
ABOVE_ONE = Domain(low=1.0)
ABOVE_MINUS_ONE = Domain(low=-1.0)
