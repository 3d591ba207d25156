"""Bessel functions: SciPy's values, slopes at 0 and far out, and the order, which has no derivative here."""

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import GradientError
from tensorgraph.ops.bessel import bessel_i
from tensorgraph.testing import check_grads

X = np.concatenate([np.linspace(-60, 60, 481), [100.0, 400.0, 700.0, 1e-5]])


@pytest.mark.parametrize("order", [0, 1, 2, 3, 5, 9])
def test_modified_functions_without_scipy_are_scipys(order):
    np.testing.assert_allclose(bessel_i(X, order=order), scipy.special.iv(order, X), rtol=2e-13)


def test_special_values():
    assert tg.special.i1(0.0).item() == 0
    assert tg.special.i1(np.inf).item() == np.inf
    assert tg.special.i1(-np.inf).item() == -np.inf
    assert np.isnan(tg.special.i1(np.nan).item())
    assert tg.i0(np.float32(2)).dtype == np.float32
    assert tg.i0(3).dtype == np.float64
    assert tg.special.i0 is tg.i0


def test_numpys_i0_on_a_tensor():
    t = tg.tensor([0.5, 30.5], requires_grad=True)
    np.i0(t).sum().backward()
    np.testing.assert_allclose(t.grad.numpy(), scipy.special.i1(t.numpy()), rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "exact"),
    [("i0", lambda x: mpmath.besseli(0, x)), ("i1", lambda x: mpmath.besseli(1, x)),
     ("j0", mpmath.j0), ("j1", mpmath.j1),
     ("y0", lambda x: mpmath.bessely(0, x)), ("y1", lambda x: mpmath.bessely(1, x))],
)  # fmt: skip
@pytest.mark.parametrize("order", [1, 2, 3])
def test_slopes_of_every_order(name, exact, order):
    f = getattr(tg.special, name)
    for _ in range(order):
        f = tg.grad(f)
    for x in (0.0, 0.3, 2.0, 29.0, 31.0, 45.0)[name.startswith("y") :]:
        with mpmath.workdps(30):
            true = float(mpmath.diff(exact, x, order))
        assert f(x).item() == pytest.approx(true, rel=1e-11, abs=1e-14), x


@pytest.mark.parametrize("name", ["jn", "yn", "iv", "ive"])
def test_real_orders(name):
    x = np.array([0.6, 2.0, 9.0])
    theirs = getattr(scipy.special, {"jn": "jv", "yn": "yv"}.get(name, name))
    for v in (0, 1, 2.5):
        np.testing.assert_array_equal(getattr(tg.special, name)(v, x).numpy(), theirs(v, x))
    check_grads(lambda x: getattr(tg.special, name)(np.array([0.0, 1.5, 3.0]), x), [x])


def test_ive_at_zero_is_the_mean_of_both_sides():
    assert tg.grad(lambda x: tg.special.ive(1, x))(0.0).item() == 0.5
    assert tg.grad(lambda x: tg.special.ive(0, x))(0.0).item() == 0


@pytest.mark.parametrize("name", ["jn", "yn", "iv", "ive"])
def test_the_order_has_no_derivative_and_says_so(name):
    with pytest.raises(GradientError, match=f"{name}: no derivative with respect to the order"):
        tg.grad(getattr(tg.special, name))(1.5, 2.0)
    v = tg.tensor(1.5, requires_grad=True)
    assert getattr(tg.special, name)(v.detach(), 2.0).item() == getattr(tg.special, name)(1.5, 2.0).item()
