"""The gamma family at its poles, zeros and far out, against mpmath."""

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import ArgumentError
from tensorgraph.testing import check_grads


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("x", [-3.0, -2.0, -1.0, 0.0, -2.5, 0.4999, 0.5, 1.0, 4.3, 30.0])
def test_the_reciprocal_gamma_function_is_smooth_everywhere(x, order):
    f = tg.special.rgamma
    for _ in range(order):
        f = tg.grad(f)
    with mpmath.workdps(40):
        true = float(mpmath.taylor(mpmath.rgamma, x, order)[order] * mpmath.factorial(order))
    assert f(x).item() == pytest.approx(true, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", ["gamma", "gammaln", "digamma"])
@pytest.mark.parametrize("x", [-2.5, -0.3, 1e-5, 0.7, 12.0, 150.0])
def test_slopes_on_both_sides_of_zero(name, x):
    exact = {"gamma": mpmath.gamma, "gammaln": lambda v: mpmath.log(abs(mpmath.gamma(v))), "digamma": mpmath.digamma}
    with mpmath.workdps(40):
        true = float(mpmath.diff(exact[name], mpmath.mpf(x), h=mpmath.mpf(10) ** -12))
    assert tg.grad(getattr(tg.special, name))(x).item() == pytest.approx(true, rel=1e-11)


def test_multigammaln():
    a = np.array([2.5, 7.0, 1.4])
    for d in (1, 2, 3):
        np.testing.assert_allclose(tg.special.multigammaln(a, d).numpy(), scipy.special.multigammaln(a, d), rtol=1e-13)
        check_grads(lambda a, d=d: tg.special.multigammaln(a, d), [a])
    assert np.isnan(tg.special.multigammaln(0.5, 3).item())
    with pytest.raises(ArgumentError, match="positive integer"):
        tg.special.multigammaln(a, 0)


def test_polygamma():
    x = np.array([0.7, 3.0, 20.0])
    for n in (0, 1, 4):
        np.testing.assert_array_equal(tg.special.polygamma(n, x).numpy(), scipy.special.polygamma(n, x))
    check_grads(lambda x: tg.special.polygamma(np.array([0, 1, 2]), x), [x])
    assert tg.special.polygamma(1, x.astype(np.float32)).dtype == np.float32
    assert tg.special.polygamma(1, np.float16(2)).dtype == np.float16
    assert tg.special.polygamma(1, 2).dtype == np.float64
    for n in (-1, 0.5):
        with pytest.raises(ArgumentError, match="order n"):
            tg.special.polygamma(n, x)


def test_complex_gamma():
    z = np.array([1.5 + 0.7j, -0.4 + 2j])
    found = tg.grad(lambda z: tg.real(tg.special.gamma(z).sum()))(z).numpy()
    with mpmath.workdps(30):
        exact = [complex(mpmath.gamma(v) * mpmath.digamma(v)) for v in z]
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_the_sign_is_a_constant():
    x = tg.tensor([-0.5, 1.0], requires_grad=True)
    assert tg.special.gammasgn(x).tolist() == [-1, 1]
    assert not tg.special.gammasgn(x).requires_grad
