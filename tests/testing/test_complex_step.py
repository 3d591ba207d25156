"""The complex step, against SymPy in 50 digits."""

import numpy as np
import pytest
import sympy

from tensorgraph.testing.complex_step import complex_step

x = sympy.Symbol("x")


@pytest.mark.parametrize(
    "expression",
    [sympy.sin(x), sympy.exp(x) / (1 + x**2), sympy.log(x), x**7, sympy.sqrt(x), sympy.tanh(x), sympy.atan(x), x**-3],
)
@pytest.mark.parametrize("point", ["0.7", "12.5", "0.001"])
def test_exact_to_rounding(expression, point):
    truth = float(sympy.diff(expression, x).subs(x, sympy.Rational(point)).evalf(50))
    found = complex_step(sympy.lambdify(x, expression, "numpy"), [np.array(float(point))], [np.array(1.0)])
    assert found == pytest.approx(truth, rel=1e-14)


def test_directions_of_several_arguments_add_up():
    rng = np.random.default_rng(0)
    a, b, u, v = rng.normal(size=(4, 3, 3))
    f = np.matmul
    both = complex_step(f, [a, b], [u, v])
    one, other = complex_step(f, [a, b], [u, 0 * v]), complex_step(f, [a, b], [0 * u, v])
    np.testing.assert_allclose(both, one + other, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(one, u @ b, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("size", [1e-200, 1e-8, 1e8, 1e200])
def test_the_size_of_the_tangent_does_not_matter(size):
    found = complex_step(np.sin, [np.array([0.3, 2.0])], [np.array([size, -size])])
    np.testing.assert_allclose(
        found / size, complex_step(np.sin, [np.array([0.3, 2.0])], [np.array([1.0, -1.0])]), rtol=1e-14
    )


def test_zero_and_empty_tangents_give_zeros():
    assert complex_step(np.sin, [np.ones(3)], [np.zeros(3)]).tolist() == [0.0, 0.0, 0.0]
    assert complex_step(np.sin, [np.ones((0, 2))], [np.zeros((0, 2))]).shape == (0, 2)
    assert complex_step(np.sum, [np.ones(0)], [np.zeros(0)]) == 0.0


def test_refusals():
    with pytest.raises(TypeError, match="not analytic as computed"):
        complex_step(np.abs, [np.array(1.0)], [np.array(1.0)])
    with pytest.raises(ValueError, match=r"primals' shapes \[\(2,\)\], got \[\(3,\)\]"):
        complex_step(np.sin, [np.ones(2)], [np.ones(3)])
