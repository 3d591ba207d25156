"""The cardinal sine near 0 and at high orders, against its integral in many digits."""

import mpmath
import numpy as np
import pytest

import tensorgraph as tg


def exact(x, order):
    """sinc(x) = ∫₀¹ cos(πxt) dt, differentiated under the integral."""
    with mpmath.workdps(30):
        pi = mpmath.pi

        def integrand(t):
            return (pi * t) ** order * mpmath.cos(pi * mpmath.mpf(x) * t + order * pi / 2)

        return float(mpmath.quad(integrand, mpmath.linspace(0, 1, 25)))


def derivative(order):
    f = tg.sinc
    for _ in range(order):
        f = tg.grad(f)
    return f


@pytest.mark.parametrize("order", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("x", [0.0, 1e-9, -1e-3, 0.2, 0.31, 0.32, 0.33, 0.64, 1.0, -2.1, 15.5])
def test_every_order_is_accurate_everywhere(order, x):
    largest = float(mpmath.pi) ** order / (order + 1)
    assert derivative(order)(x).item() == pytest.approx(exact(x, order), rel=1e-12, abs=1e-14 * largest)


def test_half_precision_at_zero():
    assert tg.sinc(np.float16(0)).item() == 1
    assert tg.grad(tg.sinc)(np.float16(0)).dtype == np.float16
