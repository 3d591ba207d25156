"""Rounding is forgiven, at whatever size it comes; a systematic difference is not."""

import numpy as np
import pytest

from tensorgraph.testing.agreement import agreement
from tensorgraph.testing.ladder import Verdict


def verdict(left, right, x=1.0, *, unit=1e-13, jitter=1e-6, sharpness=1e-7):
    def sides(xs):
        return left(xs[0]), right(xs[0]), 1.0

    rng = np.random.default_rng(0)
    return agreement("identity", "x", sides, [np.array(x)], rng, unit=unit, jitter=jitter, sharpness=sharpness)


def noisy(sigma, seed=0):
    rng = np.random.default_rng(seed)
    return lambda x: float(x) + sigma * rng.normal()


def test_equal_sides_agree():
    assert verdict(float, float).verdict is Verdict.PASS
    assert verdict(float, lambda x: float(x) * (1.0 + 1e-14)).verdict is Verdict.PASS


@pytest.mark.parametrize("error", [1e-12, 1e-9, 1e-3, -2.0])
def test_a_systematic_difference_fails(error):
    found = verdict(float, lambda x: float(x) * (1.0 + error))
    assert found.verdict is Verdict.FAIL
    assert "differ by more than rounding" in found.reason


def test_noise_passes_and_does_not_hide_what_is_larger():
    passed = [verdict(float, noisy(1e-10, seed)).verdict is not Verdict.FAIL for seed in range(300)]
    assert all(passed)
    caught = [verdict(lambda x: float(x) + 1e-9, noisy(1e-10, seed)).verdict is Verdict.FAIL for seed in range(100)]
    assert np.mean(caught) > 0.9


def test_noise_that_drowns_everything_decides_nothing():
    assert verdict(float, noisy(1e-3)).verdict is Verdict.INCONCLUSIVE


def test_what_is_not_finite():
    nan = float("nan")
    assert verdict(lambda _: nan, lambda _: nan).verdict is Verdict.INCONCLUSIVE
    assert verdict(lambda _: nan, float).verdict is Verdict.FAIL
    assert verdict(float, lambda _: float("inf")).verdict is Verdict.FAIL


def test_points_where_the_function_is_not_finite_are_left_out():
    rng = np.random.default_rng(1)
    holes = lambda x: float("nan") if rng.random() < 0.3 and x != 1.0 else float(x) + 1e-6  # noqa: E731 - a one-liner
    assert verdict(float, holes).verdict is Verdict.FAIL
    nowhere = lambda x: float("nan") if x != 1.0 else 2.0  # noqa: E731 - as above
    assert verdict(float, nowhere).verdict is Verdict.INCONCLUSIVE
