"""Derivatives of the incomplete beta function in all parameters, against mpmath; in x, JAX."""

import itertools

import mpmath
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.ops.incomplete_beta import beta_density, betainc_derivative
from tensorgraph.testing import check_grads

POINTS = list(itertools.product((0.05, 1.0, 2.5, 30.0), (0.1, 1.0, 4.0, 60.0), (1e-4, 0.02, 0.3, 0.5, 0.8, 0.99)))
STENCILS = {
    (1, 0): {(1, 0): 0.5, (-1, 0): -0.5},
    (0, 1): {(0, 1): 0.5, (0, -1): -0.5},
    (1, 1): {(1, 1): 0.25, (1, -1): -0.25, (-1, 1): -0.25, (-1, -1): 0.25},
    (2, 0): {(1, 0): 1, (0, 0): -2, (-1, 0): 1},
    (0, 2): {(0, 1): 1, (0, 0): -2, (0, -1): 1},
}


@pytest.mark.parametrize("orders", STENCILS, ids=str)
def test_derivatives_in_the_shapes(orders):
    """The oracle is a difference with a step of 1e-30, in 140 digits."""
    found = betainc_derivative(*np.array(POINTS).T, orders=orders)
    with mpmath.workdps(140):
        h = mpmath.mpf(10) ** -30

        def exact(a, b, x):
            values = (
                weight
                * mpmath.betainc(mpmath.mpf(a) + i * h, mpmath.mpf(b) + j * h, 0, mpmath.mpf(x), regularized=True)
                for (i, j), weight in STENCILS[orders].items()
            )
            return float(mpmath.fsum(values) / h ** sum(orders))

        true = np.array([exact(*point) for point in POINTS])
    np.testing.assert_allclose(found, true, rtol=1e-9, atol=1e-15)


def test_the_density_agrees_with_jax():
    jax = pytest.importorskip("jax", reason="the extra bench is not installed")
    for point in ((0.5, 2.0, 0.3), (3.0, 0.7, 0.9)):
        theirs = jax.grad(jax.scipy.special.betainc, argnums=2)(*point)
        assert tg.grad(tg.special.betainc, argnums=2)(*point).item() == pytest.approx(float(theirs), rel=1e-4)


def test_all_orders_and_modes_together():
    check_grads(tg.special.betainc, [np.array([0.8, 2.0]), np.array([1.5, 0.9]), np.array([0.3, 0.75])])


def test_ends():
    np.testing.assert_array_equal(betainc_derivative(2.0, 3.0, np.array([0.0, 1.0])), 0)
    np.testing.assert_array_equal(beta_density(1.0, 2.0, np.array([0.0, 1.0])), [2, 0])
    for bad in ((-1.0, 2.0, 0.5), (1.0, 0.0, 0.5), (1.0, 1.0, 1.5), (1.0, 1.0, np.nan)):
        assert np.isnan(betainc_derivative(*bad)), bad
