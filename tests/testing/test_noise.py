"""The measured noise, against noise that was put in."""

import numpy as np
import pytest

from tensorgraph.testing.noise import noise_level


@pytest.mark.parametrize("sigma", [1e-13, 1e-9, 1e-4])
@pytest.mark.parametrize("smooth", [np.sin, np.exp, np.negative, lambda t: np.sin(50.0 * t)])
def test_planted_noise_is_measured_within_a_factor(sigma, smooth):
    rng = np.random.default_rng(0)
    ratios = [noise_level(lambda t: smooth(t) + sigma * rng.normal()) / sigma for _ in range(200)]
    assert 1.0 < np.median(ratios) < 3.0
    assert np.quantile(ratios, 0.01) > 0.4
    assert max(ratios) < 6.0


def test_the_smooth_part_is_not_noise():
    for f in (np.sin, np.exp, lambda t: 5.0 + t**2):
        assert noise_level(f) < 20 * np.finfo(float).eps * max(1.0, abs(f(0.0)))


def test_never_below_half_a_unit_in_the_last_place():
    eps = np.finfo(float).eps
    assert noise_level(lambda _: 4.0) == 2.0 * eps
    assert noise_level(lambda _: 0.0) == 0.0
    assert noise_level(lambda _: 0.0, magnitude=100.0) == 50.0 * eps


def test_quanta_wider_than_the_close_table_are_seen():
    assert noise_level(lambda t: float(np.float32(1.0 + t))) > 1e-9


def test_not_finite_values_measure_nothing():
    assert noise_level(lambda t: float("nan") if t > 0 else 1.0) == 0.5 * np.finfo(float).eps
