"""Domains: where property tests draw their operands."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tensorgraph.core.domains import END_MARGIN, KINK_MARGIN, Domain

ends = st.sampled_from([-math.inf, -2.0, 0.0])
points = st.lists(st.sampled_from([-1.5, 0.0, 0.5, 1.0, 2.5]), max_size=3, unique=True).map(tuple)


@given(ends, st.sampled_from([3.0, 5.0, math.inf]), points, points)
def test_safe_intervals_keep_their_distance(
    low: float, high: float, holes: tuple[float, ...], kinks: tuple[float, ...]
) -> None:
    domain = Domain(low, high).without(*holes).kinked(*kinks)
    previous = -math.inf
    for left, right in domain.safe:
        assert previous < left <= right
        previous = right
        for x in (left, (left + right) / 2, right):
            assert x in domain
            assert x - low >= END_MARGIN
            assert high - x >= END_MARGIN
            assert all(abs(x - h) >= END_MARGIN - 1e-12 for h in holes)
            assert all(abs(x - k) >= KINK_MARGIN - 1e-12 for k in kinks)


def test_text() -> None:
    assert str(Domain(0.0)) == "(0, ∞)"
    assert str(Domain().without(0.0).kinked(1.0)) == "ℝ \\ {0}, kink at 1"
