"""The few figures that stand for many numbers, against NumPy and against the plain eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tensorgraph.view.figures import Statistics, number, summary, warning


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array(2.0), "2"),
        (np.array(1 / 3), "0.333333"),
        (np.array([3.0]), "[3]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.zeros((0, 3)), "empty"),
        (np.zeros((4, 4)), "all 0"),
        (np.full(100, 7), "all 7"),
        (np.arange(101), "50 ± 29.2  [0, 100]"),
        (np.arange(100) % 4 == 0, "25 of 100 True"),
        (np.array([np.nan] * 9), "nothing finite"),
        (np.array([1.0] * 8 + [np.inf]), "all finite ones 1"),
        (np.array([np.nan, 1.0]), "[nan, 1]"),
        (np.exp(1j * np.linspace(0, 1, 50)) * 3, "modulus 3 ± "),
        (np.full(50, 60000, np.float16) * np.tile(np.float16([1, 0.5]), 25), "4.5e+4"),
    ],
)
def test_said_in_one_line(array: np.ndarray, said: str) -> None:
    assert summary(array).startswith(said) or summary(array) == said.replace("4.5e+4", "4.5e4 ± 1.5e4  [3e4, 6e4]")


@given(hnp.arrays(np.float64, hnp.array_shapes(), elements=st.floats(-1e100, 1e100)))
def test_statistics_are_numpys(array: np.ndarray) -> None:
    s = Statistics.of(array)
    assert (s.min, s.max, s.nans, s.infinities) == (array.min(), array.max(), 0, 0)
    assert s.mean == pytest.approx(array.mean())
    assert s.std == pytest.approx(array.std())


@given(hnp.arrays(np.float32, (20,), elements=st.sampled_from([np.nan, np.inf, -np.inf, 1.5, -2.0])))
def test_what_is_not_finite_is_counted_and_left_out(array: np.ndarray) -> None:
    s = Statistics.of(array)
    assert s.nans == np.isnan(array).sum()
    assert s.infinities == np.isinf(array).sum()
    finite = array[np.isfinite(array)]
    if finite.size:
        assert (s.min, s.max) == (finite.min(), finite.max())
    assert bool(warning(array)) == (finite.size < array.size)


def test_half_precision_does_not_overflow() -> None:
    assert Statistics.of(np.full(10_000, 30_000, np.float16)).mean == pytest.approx(30_000, rel=1e-2)


@given(st.floats(-1e300, 1e300))
def test_a_number_is_short_and_near(x: float) -> None:
    text = number(x)
    assert len(text) <= 11
    assert float(text) == pytest.approx(x, rel=6e-4, abs=5e-324)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (10**12, "1e12"),
        (-7, "-7"),
        (np.bool_(True), "True"),
        (2j, "0+2j"),
    ],
)
def test_a_number_in_few_characters(x: object, text: str) -> None:
    assert number(x) == text
