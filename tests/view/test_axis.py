import doctest
import itertools
import math
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tensorgraph.view.axis as module
from tensorgraph.view.axis import linear_axis, log_axis

MAX = sys.float_info.max
FINITE = st.floats(allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(min_value=5e-324, max_value=MAX)


def value(label):
    return Decimal(label.replace("−", "-"))


@given(FINITE, FINITE, st.integers(2, 10))
@example(1.0, 1.0 + 2**-52, 5)
@example(-MAX, MAX, 5)
@example(0.0, 5e-324, 5)
@example(0.0, 0.0, 5)
@example(MAX, MAX, 5)
def test_ticks_are_round_numbers_evenly_spaced_at_their_place(low, high, count):
    low, high = sorted((low, high))
    axis = linear_axis(low, high, count)
    assert axis.low <= low <= high <= axis.high
    assert axis.low < axis.high
    numbers = [value(tick.label) for tick in axis.ticks]
    assert (count >= 3) <= len(numbers) <= count + 1
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    assert len(steps) <= 1
    for step in steps:
        assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    for tick, number in zip(axis.ticks, numbers, strict=True):
        assert 0 <= tick.at <= 1
        exact = (Fraction(number) - Fraction(axis.low)) / (Fraction(axis.high) - Fraction(axis.low))
        # The ends, read as the shortest decimal numbers, are off by up to half the distance to the next float.
        slack = Fraction(math.ulp(max(abs(axis.low), abs(axis.high)))) / (Fraction(axis.high) - Fraction(axis.low))
        assert abs(tick.at - exact) <= 1e-9 + slack


@given(FINITE, FINITE)
def test_place_runs_from_0_to_1(low, high):
    axis = linear_axis(*sorted((low, high)), 5)
    values = np.array([axis.low, axis.high, *sorted((low, high))])
    places = axis.place(values)
    assert places[:2].tolist() == [0, 1]
    assert ((places >= 0) & (places <= 1)).all()
    assert places[2] <= places[3]


@pytest.mark.parametrize(
    ("low", "high", "count", "labels"),
    [
        (0.0, 100.0, 6, ["0", "20", "40", "60", "80", "100"]),
        (0.1, 0.3, 4, ["0.10", "0.15", "0.20", "0.25", "0.30"]),
        (-0.3, 0.2, 5, ["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2"]),
        (99_999.0, 100_003.0, 2, ["100000", "100002"]),
        (1e6, 3e6, 2, ["1e6", "2e6", "3e6"]),
        (1e-9, 3e-9, 4, ["1.0e−9", "1.5e−9", "2.0e−9", "2.5e−9", "3.0e−9"]),
        (2e-5, 4e-5, 2, ["0.00002", "0.00003", "0.00004"]),
    ],
)
def test_labels(low, high, count, labels):
    assert [tick.label for tick in linear_axis(low, high, count).ticks] == labels


def test_whole_ticks_are_integers():
    assert [tick.label for tick in linear_axis(1.0, 3.0, 10, whole=True).ticks] == ["1", "2", "3"]
    assert [tick.label for tick in linear_axis(1.0, 1.0, 10, whole=True).ticks] == ["1"]
    assert [tick.label for tick in linear_axis(0.0, 1000.0, 4, whole=True).ticks] == ["0", "500", "1000"]


@given(POSITIVE, POSITIVE, st.integers(2, 10))
@example(1.0, 1.0 + 2**-52, 5)
@example(5e-324, MAX, 5)
@example(5e-324, 5e-324, 5)
@example(MAX, MAX, 5)
def test_log_ticks_stand_at_their_logarithm(low, high, count):
    low, high = sorted((low, high))
    axis = log_axis(low, high, count)
    assert 0 < axis.low <= low <= high <= axis.high < np.inf
    assert axis.low < axis.high
    labelled = [tick for tick in axis.ticks if tick.label]
    assert (count >= 3) <= len(labelled) <= max(8, count + 2)
    assert [tick.at for tick in axis.ticks] == sorted(tick.at for tick in axis.ticks)
    for tick in labelled:
        expected = (value(tick.label).log10() - Decimal(axis.low).log10()) / (
            Decimal(axis.high).log10() - Decimal(axis.low).log10()
        )
        assert tick.at == pytest.approx(float(expected), abs=0.05 if axis.low < 1e-320 else 1e-9)
        assert 0 <= tick.at <= 1


@pytest.mark.parametrize(
    ("low", "high", "count", "labels"),
    [
        (0.001, 1.0, 5, ["0.001", "0.01", "0.1", "1"]),
        (0.006, 0.45, 5, ["0.01", "0.02", "0.05", "0.1", "0.2"]),
        (1e-12, 1e12, 5, ["1e−10", "0.00001", "1", "100000", "1e10"]),
        (3.0, 4.0, 5, ["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"]),
    ],
)
def test_log_labels(low, high, count, labels):
    assert [tick.label for tick in log_axis(low, high, count).ticks if tick.label] == labels


def test_minor_ticks_fill_few_decades():
    assert len(log_axis(1.0, 100.0, 5).ticks) == 19
    assert all(tick.label for tick in log_axis(1e-20, 1e20, 5).ticks)


def test_its_examples_run():
    assert doctest.testmod(module).failed == 0
