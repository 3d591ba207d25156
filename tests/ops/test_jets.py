"""Truncated Taylor polynomials against SymPy's series."""

import math

import numpy as np
import pytest
import sympy

from tensorgraph.ops import jets

A, B = sympy.symbols("a b")
DEGREES = (3, 2)
P = 2 + 3 * A - B + A * B / 2 + A**2 / 7 + B**2 * A
Q = 5 - A + 2 * B + A**2 * B


def jet(expression):
    return np.array(
        [[float(expression.diff(A, i, B, j).subs({A: 0, B: 0}) / (math.factorial(i) * math.factorial(j)))
          for j in range(DEGREES[1] + 1)] for i in range(DEGREES[0] + 1)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "expression"),
    [
        (jets.multiply(jet(P), jet(Q)), P * Q),
        (jets.divide(jet(P), jet(Q)), P / Q),
        (jets.exponential(jet(P)), sympy.exp(P)),
        (jets.variable(4.0, DEGREES, 2.0, -1.0), 4 + 2 * A - B),
        (jets.constant(4.0, DEGREES), sympy.Integer(4)),
    ],
    ids=["product", "quotient", "exponential", "variable", "constant"],
)
def test_jets(found, expression):
    np.testing.assert_allclose(found, jet(expression), rtol=1e-13, atol=1e-14)


def test_jets_of_arrays_are_arrays_of_jets():
    rng = np.random.default_rng(0)
    p, q = rng.normal(size=(2, 3, 2, 5)) + 3
    for operation in (jets.multiply, jets.divide):
        together = operation(p, q)
        for k in range(5):
            np.testing.assert_array_equal(together[..., k], operation(p[..., k], q[..., k]))


def test_a_continued_fraction():
    """tan x = x/(1 − x²/(3 − x²/(5 − …))), with x = 0.7 + α."""
    x = jets.variable(0.7, (2, 0), 1.0)
    square = jets.multiply(x, x)
    fraction = jets.continued_fraction(
        jets.constant(1.0, (2, 0)), lambda k: (-square, jets.constant(2.0 * k + 1, (2, 0)))
    )
    t = sympy.tan(A + sympy.Rational(7, 10))
    expected = [float(t.diff(A, k).subs(A, 0) / math.factorial(k)) for k in range(3)]
    np.testing.assert_allclose(jets.divide(x, fraction)[:, 0], expected, rtol=1e-14)


def test_a_continued_fraction_that_does_not_settle_is_nan():
    one = jets.constant(np.array([1.0]), (0, 0))
    found = jets.continued_fraction(one, lambda k: (-one * 10.0, one * (1.0 + k % 2)))
    assert np.isnan(found).all()
