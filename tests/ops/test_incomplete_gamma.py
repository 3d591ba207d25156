"""Derivatives of the incomplete gamma functions in both parameters, against mpmath and JAX."""

import mpmath
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.ops.incomplete_gamma import gamma_density, gammainc_derivative

POINTS = [
    (a, x) for a in (0.01, 0.3, 1.0, 2.5, 10.0, 100.0) for x in (1e-6, 0.01, 0.5, 1.3, 3.5, 9.0, 12.0, 95.0, 130.0)
]


def exact(a, x, order):
    """Differences in many digits, of P or of −Q, whichever is small."""
    with mpmath.workdps(60):
        a, x = mpmath.mpf(a), mpmath.mpf(x)
        h = mpmath.mpf(10) ** -12 * mpmath.mpf(a)
        ends = (0, x) if x < a else (x, mpmath.inf)
        values = (
            (-1) ** k * mpmath.binomial(order, k) * mpmath.gammainc(a + (order / 2 - k) * h, *ends, regularized=True)
            for k in range(order + 1)
        )
        return float((1 if x < a else -1) * mpmath.fsum(values) / h**order)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_in_the_shape(order):
    found = gammainc_derivative(*np.array(POINTS).T, order=order)
    true = np.array([exact(a, x, order) for a, x in POINTS])
    np.testing.assert_allclose(found, true, rtol=1e-10, atol=1e-280)


def test_upper_and_lower_are_opposite_and_small_ones_are_accurate():
    a, x = 2.0, 60.0
    lower = tg.grad(tg.special.gammainc)(a, x).item()
    assert tg.grad(tg.special.gammaincc)(a, x).item() == -lower
    with mpmath.workdps(40):
        true = float(mpmath.diff(lambda t: mpmath.gammainc(t, x, mpmath.inf, regularized=True), a))
    assert lower == pytest.approx(-true, rel=1e-12, abs=0)


def test_gradients_agree_with_jax():
    jax = pytest.importorskip("jax", reason="the extra bench is not installed")
    for a, x in ((0.5, 0.7), (2.0, 1.0), (3.0, 7.0)):
        theirs = jax.grad(jax.scipy.special.gammainc, argnums=(0, 1))(a, x)
        ours = tg.grad(tg.special.gammainc, argnums=(0, 1))(a, x)
        assert [g.item() for g in ours] == pytest.approx([float(g) for g in theirs], rel=1e-4)


def test_ends():
    a = np.array([0.5, 1.0, 3.0])
    np.testing.assert_array_equal(gammainc_derivative(a, 0.0), 0)
    np.testing.assert_array_equal(gammainc_derivative(a, np.inf), 0)
    np.testing.assert_array_equal(gamma_density(a, 0.0), [np.inf, 1, 0])
    for bad in ((-1.0, 2.0), (0.0, 1.0), (1.0, -2.0), (np.nan, 1.0), (1.0, np.nan)):
        assert np.isnan(gammainc_derivative(*bad)), bad


def test_shapes_and_dtypes():
    a, x = np.full((3, 1), 2.0, np.float32), np.linspace(0.5, 4, 4, dtype=np.float32)
    found = tg.grad(lambda a, x: tg.special.gammainc(a, x).sum(), argnums=(0, 1))(a, x)
    assert [(g.shape, g.dtype) for g in found] == [((3, 1), np.float32), ((4,), np.float32)]
    assert gammainc_derivative(np.zeros((0, 2)), 1.0).shape == (0, 2)
