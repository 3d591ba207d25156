"""Kinks and jumps at known places are found there; smooth and noisy functions have none."""

import numpy as np
import pytest

from tensorgraph.testing.kinks import find_kink, one_sided


@pytest.mark.parametrize("at", [0.0, 1e-6, -3e-3, 0.05, -0.17])
@pytest.mark.parametrize("base", [np.exp, np.sin, lambda t: 100.0 * t * t])
def test_a_planted_kink_is_found(at, base):
    kink = find_kink(lambda t: base(t) + 0.7 * abs(t - at), noise=1e-16)
    assert kink is not None
    assert not kink.is_jump
    assert kink.t == pytest.approx(at, abs=1e-4)
    assert kink.size == pytest.approx(1.4, rel=0.02)


@pytest.mark.parametrize("at", [0.0, -3e-3, 0.05])
@pytest.mark.parametrize("height", [1.0, -1e-3])
def test_a_planted_jump_is_found(at, height):
    kink = find_kink(lambda t: np.exp(t) + height * float(t > at), noise=1e-16)
    assert kink is not None
    assert kink.is_jump
    assert kink.t == pytest.approx(at, abs=1e-4)
    assert kink.size == pytest.approx(abs(height), rel=0.05)
    assert "a jump is near: the value changes" in str(kink)


def test_smooth_functions_have_none():
    for f in (np.sin, np.exp, lambda t: np.sin(10.0 * t), lambda t: 1e6 * t**4, lambda t: 3.0 * t, lambda _: 0.0):
        assert find_kink(f, noise=1e-10) is None


def test_noise_is_no_kink():
    rng = np.random.default_rng(0)
    assert all(find_kink(lambda t: t + 1e-9 * rng.normal(), noise=1e-9) is None for _ in range(50))


def test_not_finite_is_no_kink():
    assert find_kink(lambda t: float("nan") if t > 0.1 else t) is None


def test_one_sided_derivatives():
    sides = one_sided(lambda t: np.exp(t) + max(t, 0.0), noise=1e-16)
    assert sides is not None
    assert sides.at_kink
    assert sides.left == pytest.approx(1.0, abs=1e-8)
    assert sides.right == pytest.approx(2.0, abs=1e-8)
    assert sides.contains(1.5, 0.0)
    assert not sides.contains(2.1, 0.0)
    smooth = one_sided(np.sin, noise=1e-16)
    assert smooth is not None
    assert not smooth.at_kink
    assert one_sided(lambda t: float("nan") if t > 0 else t) is None
