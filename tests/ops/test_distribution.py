"""Cumulative normal and Student distributions: tails, the middle, and the degrees of freedom."""

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("x", [-300.0, -40.0, -8.0, -1.0, 0.0, 2.0, 9.0, 37.0, 60.0])
def test_log_ndtr_in_both_tails(x, order):
    f = tg.special.log_ndtr
    for _ in range(order):
        f = tg.grad(f)
    with mpmath.workdps(400):
        true = float(mpmath.diff(lambda v: mpmath.log(mpmath.erfc(-v / mpmath.sqrt(2)) / 2), x, order))
    assert f(x).item() == pytest.approx(true, rel=1e-11, abs=1e-300)


def test_ndtr():
    x = np.array([-38.0, -5.0, 0.0, 1.0, 9.0])
    np.testing.assert_allclose(tg.special.ndtr(x).numpy(), scipy.special.ndtr(x), rtol=1e-12)


@pytest.mark.parametrize("df", [0.5, 1.0, 3.0, 40.0])
@pytest.mark.parametrize("x", [-20.0, -1.0, -1e-9, 0.0, 1e-9, 0.3, 4.0, 50.0])
def test_students_distribution_in_both_parameters(df, x):
    with mpmath.workdps(80):

        def exact(n, t):
            half = mpmath.betainc(n / 2, mpmath.mpf(1) / 2, 0, n / (n + t * t), regularized=True) / 2
            return half if t < 0 else 1 - half

        h = mpmath.mpf(10) ** -15
        n, t = mpmath.mpf(df), mpmath.mpf(x)
        by_df = float((exact(n + h, t) - exact(n - h, t)) / (2 * h))
        density = float(
            mpmath.gamma((n + 1) / 2)
            / (mpmath.sqrt(n * mpmath.pi) * mpmath.gamma(n / 2))
            * (1 + t * t / n) ** (-(n + 1) / 2)
        )
    found = [g.item() for g in tg.grad(tg.special.stdtr, argnums=(0, 1))(df, x)]
    assert found == pytest.approx([by_df, density], rel=1e-10, abs=1e-20)
