"""Softmax and its logarithm: extremes, axes, precision."""

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import AxisError


@pytest.mark.parametrize("axis", [0, 1, -1, None, (0, 1), (0, 2), (-1, 0)])
def test_values_are_scipys(axis):
    x = np.random.default_rng(0).normal(size=(3, 4, 5)) * 10
    np.testing.assert_allclose(tg.softmax(x, axis=axis).numpy(), scipy.special.softmax(x, axis=axis), rtol=1e-13)
    np.testing.assert_allclose(
        tg.log_softmax(x, axis=axis).numpy(), scipy.special.log_softmax(x, axis=axis), rtol=1e-12, atol=1e-14
    )


def test_extreme_logits():
    x = np.array([[1e308, -1e308, 0.0], [-np.inf, 0.0, 0.0], [-1e4, -1e4, -2e4]])
    np.testing.assert_array_equal(tg.softmax(x).numpy(), [[1, 0, 0], [0, 0.5, 0.5], [0.5, 0.5, 0]])
    assert np.isfinite(tg.log_softmax(x[2]).numpy()).all()
    gradient = tg.grad(lambda x: tg.log_softmax(x)[:, 1].sum())(x[1:]).numpy()
    np.testing.assert_allclose(gradient, [[0, 0.5, -0.5], [-0.5, 0.5, 0]])


def test_log_softmax_is_accurate_where_softmax_rounds_to_one():
    with mpmath.workdps(40):
        exact = -mpmath.log1p(mpmath.exp(-50))
    assert tg.log_softmax([50.0, 0.0]).numpy()[1] == -50.0
    assert tg.log_softmax([50.0, 0.0]).numpy()[0] == pytest.approx(float(exact), abs=1e-15)


def test_half_precision_sums_in_single():
    z = tg.softmax(np.zeros(4096, np.float16))
    assert z.dtype == np.float16
    np.testing.assert_allclose(z.numpy().astype(float), 1 / 4096, rtol=1e-3)


def test_edges():
    assert tg.softmax(3.0).item() == 1
    assert tg.softmax(np.zeros((2, 0))).shape == (2, 0)
    assert tg.log_softmax(np.zeros((0, 2))).shape == (0, 2)
    assert tg.softmax([1, 2]).dtype == np.float64
    with pytest.raises(AxisError, match="softmax"):
        tg.softmax(np.zeros((2, 3)), axis=2)
