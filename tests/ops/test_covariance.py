"""Covariance and correlation matrices with all their weights."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(31)
X, Y = RNG.normal(size=(3, 6)), RNG.normal(size=(2, 6))
COUNTS, WEIGHTS = np.array([1, 2, 1, 3, 0, 1]), RNG.uniform(0.5, 2, 6)


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"bias": True},
        {"ddof": 2},
        {"fweights": COUNTS},
        {"aweights": WEIGHTS},
        {"fweights": COUNTS, "aweights": WEIGHTS},
        {"fweights": COUNTS, "aweights": WEIGHTS, "ddof": 0},
        {"y": Y},
        {"rowvar": False},
    ],
)
def test_cov(keywords):
    np.testing.assert_allclose(tg.cov(X, **keywords).numpy(), np.cov(X, **keywords), rtol=1e-12, atol=1e-14)
    check_grads(lambda x: tg.cov(x, **keywords), (X,))


def test_cov_in_its_other_arguments():
    check_grads(lambda x, w: tg.cov(x, aweights=w), (X, WEIGHTS))
    check_grads(tg.cov, (X, Y))
    check_grads(tg.cov, (X + 1j * X[::-1],), order=1)
    np.testing.assert_allclose(tg.cov(X[0]).numpy(), np.cov(X[0]))
    assert tg.cov(X, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("keywords", [{}, {"y": Y}, {"rowvar": False}])
def test_corrcoef(keywords):
    np.testing.assert_allclose(tg.corrcoef(X, **keywords).numpy(), np.corrcoef(X, **keywords), rtol=1e-12)
    check_grads(lambda x: tg.corrcoef(x, **keywords), (X,), inconclusive="return")


def test_perfect_correlation_keeps_its_gradient():
    """NumPy clips what rounding leaves beyond 1; a clipped gradient would be wrong."""
    x = np.array([[1.0, 2.0, 4.0], [2.0, 4.0, 8.0]])
    z = tg.corrcoef(x)
    assert np.abs(z.numpy()).max() <= 1
    check_grads(lambda x: tg.corrcoef(x)[0, 1], (x,), inconclusive="return")


def test_errors_teach():
    with pytest.raises(ShapeError, match="at most two axes"):
        tg.cov(np.ones((2, 2, 2)))
    with pytest.raises(ShapeError, match="expected 6 fweights"):
        tg.cov(X, fweights=[1, 2])
    with pytest.raises(ArgumentError, match="fweights are integers"):
        tg.cov(X, fweights=WEIGHTS)
    with pytest.raises(ArgumentError, match="integer ddof"):
        tg.cov(X, ddof=0.5)
