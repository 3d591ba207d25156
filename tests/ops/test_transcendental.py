"""What the generic tests of every op cannot see: extremes, tails and conventions of exponentials and logarithms."""

import warnings

import mpmath
import numpy as np
import pytest

import tensorgraph as tg

INF = np.inf


def slopes(f, x):
    """The derivative of f at each point."""
    return tg.grad(lambda v: f(v).sum())(np.asarray(x)).numpy()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_sigmoid_neither_overflows_nor_warns(dtype):
    x = np.array([-INF, -1e4, -800, 0, 800, 1e4, INF]).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        z = tg.sigmoid(x)
    np.testing.assert_array_equal(z.numpy(), [0, 0, 0, 0.5, 1, 1, 1])
    assert z.dtype == dtype


def test_sigmoid_keeps_its_relative_accuracy_in_the_left_tail():
    x = np.array([-5.0, -40.0, -300.0, -700.0])
    exact = [float(1 / (1 + mpmath.exp(-mpmath.mpf(v)))) for v in x]
    np.testing.assert_allclose(tg.sigmoid(x).numpy(), exact, rtol=1e-15)
    np.testing.assert_allclose(slopes(tg.sigmoid, x), exact, rtol=1e-2)


@pytest.mark.parametrize("x", [3, np.uint8(3), np.int8(-3), True, [1, 2], np.arange(4, dtype=np.uint16)])
def test_sigmoid_of_integers_is_that_of_floats(x):
    expected = np.exp(np.asarray(x)).dtype  # the dtype that NumPy's own functions give
    z = tg.sigmoid(x)
    assert z.dtype == expected
    np.testing.assert_allclose(z.numpy(), 1 / (1 + np.exp(-np.asarray(x, float))), rtol=1e-3)


@pytest.mark.parametrize("f", [tg.logaddexp, tg.logaddexp2])
def test_logaddexp_stays_finite_where_infinities_meet(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x, y, expected in (
            (-INF, -INF, (0.5, 0.5)),
            (INF, INF, (0.5, 0.5)),
            (INF, 0.0, (1, 0)),
            (-INF, 0.0, (0, 1)),
            (0.0, -INF, (1, 0)),
            (8e5, 0.0, (1, 0)),
        ):
            found = [g.item() for g in tg.grad(f, argnums=(0, 1))(x, y)]
            assert found == pytest.approx(expected), (x, y)
            again = tg.grad(tg.grad(f), argnums=(0, 1))(x, y)
            assert all(np.isfinite(g.item()) for g in again), (x, y)


def test_the_second_derivative_of_logaddexp_on_the_diagonal_is_there():
    """The guard against ∞ − ∞ must not cut the gradient of x − y at x = y."""
    second = tg.grad(tg.grad(tg.logaddexp), argnums=(0, 1))(2.0, 2.0)
    exact = mpmath.diff(lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(2)), 2, 2)
    assert [g.item() for g in second] == pytest.approx([float(exact), -float(exact)], rel=1e-14)


def test_expm1_and_log1p_are_accurate_near_zero_and_in_their_slopes():
    x = np.array([1e-300, -1e-12, 1e-5])
    np.testing.assert_allclose(tg.expm1(x).numpy(), [float(mpmath.expm1(v)) for v in x], rtol=1e-15)
    np.testing.assert_allclose(tg.log1p(x).numpy(), [float(mpmath.log1p(v)) for v in x], rtol=1e-15)
    # 1 + expm1(x) would have lost all digits here.
    assert slopes(tg.expm1, [-50.0]) == pytest.approx([float(mpmath.exp(-50))], rel=1e-14, abs=0)


def test_logit_is_accurate_at_one_half_and_at_both_ends():
    x = np.array([1e-300, 1e-9, 0.25, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 0.75, 1 - 1e-9])
    with mpmath.workdps(50):
        exact = [float(mpmath.log(mpmath.mpf(v) / (1 - mpmath.mpf(v)))) for v in x]
    np.testing.assert_allclose(tg.special.logit(x).numpy(), exact, rtol=2e-15)
    np.testing.assert_array_equal(tg.special.logit([0.0, 1.0]).numpy(), [-INF, INF])


def test_xlogy_is_zero_at_zero_whatever_the_other():
    y = np.array([0.0, 1.0, INF, -1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(tg.special.xlogy(0.0, y).numpy(), 0)
        np.testing.assert_array_equal(tg.special.xlog1py(0.0, y - 1).numpy(), 0)
    assert np.isnan(tg.special.xlogy(0.0, np.nan).item())
    assert tg.grad(tg.special.xlogy, argnums=1)(0.0, 0.0).item() == 0


@pytest.mark.parametrize("name", ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sigmoid"])
def test_python_scalars_are_weak_and_half_stays_half(name):
    f = getattr(tg, name)
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        x = tg.tensor(np.array([0.5, 1.5], dtype), requires_grad=True)
        z = f(x)
        z.sum().backward()
        assert z.dtype == x.grad.dtype == dtype
