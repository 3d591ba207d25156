"""The error function and its inverses: tails, ends, dtypes, and the standard library in SciPy's place."""

import sys

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import MissingExtraError
from tensorgraph.ops import error_function

POINTS = {
    "erf": [-6.0, -0.3, 0.0, 1e-300, 1e-9, 0.5, 3.0, np.inf, -np.inf, np.nan],
    "erfc": [-6.0, 0.0, 0.5, 5.0, 26.0, np.inf, -np.inf, np.nan],
    "erfinv": [-1.0, -1 + 1e-15, -0.5, 0.0, 1e-300, 1e-9, 0.3, 0.5, 0.50001, 0.99, 1.0, 1.5, np.nan],
    "erfcinv": [0.0, 1e-300, 1e-20, 0.1, 0.5, 0.75, 1.0, 1 + 1e-12, 1.5, 1.9999, 2.0, -0.5, np.nan],
}


@pytest.fixture
def without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    error_function._functions.cache_clear()
    yield
    error_function._functions.cache_clear()


@pytest.mark.parametrize("name", POINTS)
def test_values_without_scipy_are_scipys(name, without_scipy):
    found = getattr(tg.special, name)(np.array(POINTS[name])).numpy()
    np.testing.assert_allclose(found, getattr(scipy.special, name)(POINTS[name]), rtol=2e-15)


@pytest.mark.parametrize("name", POINTS)
def test_dtypes_without_scipy(name, without_scipy):
    for dtype in (np.float16, np.float32):
        assert getattr(tg.special, name)(np.full((2, 0), 0.5, dtype)).dtype == dtype
        assert getattr(tg.special, name)(dtype(0.5)).dtype == dtype
    with pytest.raises(MissingExtraError, match=rf"{name} of complex numbers.*tensorgraph-autograd\[scipy\]"):
        getattr(tg.special, name)(0.5j)


@pytest.mark.parametrize("name", POINTS)
def test_values_with_scipy(name):
    found = getattr(tg.special, name)(np.array(POINTS[name]))
    np.testing.assert_array_equal(found.numpy(), getattr(scipy.special, name)(POINTS[name]))
    assert getattr(tg.special, name)(np.float16(0.5)).dtype == np.float16
    assert getattr(tg.special, name)(1).dtype == np.float64


def test_slopes_in_the_tails():
    for x in (5.0, 20.0):
        with mpmath.workdps(30):
            true = float(mpmath.diff(mpmath.erfc, x))
        assert tg.grad(tg.special.erfc)(x).item() == pytest.approx(true, rel=1e-12, abs=0)
    for q in (1e-10, 1e-100):
        with mpmath.workdps(150):
            inverse = mpmath.findroot(lambda x, q=q: mpmath.erfc(x) - mpmath.mpf(q), scipy.special.erfcinv(q))
            true = float(1 / mpmath.diff(mpmath.erfc, inverse))
        assert tg.grad(tg.special.erfcinv)(q).item() == pytest.approx(true, rel=1e-11, abs=0)
