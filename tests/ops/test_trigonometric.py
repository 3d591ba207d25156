"""Singular points, overflow and branch cuts of trigonometric and hyperbolic functions."""

import math

import mpmath
import numpy as np
import pytest

import tensorgraph as tg


def test_arctan2_at_the_origin_gives_zero_at_every_order():
    first = tg.grad(tg.arctan2, argnums=(0, 1))(0.0, 0.0)
    assert [g.item() for g in first] == [0, 0]
    second = tg.grad(tg.grad(tg.arctan2), argnums=(0, 1))(0.0, 0.0)
    assert all(np.isfinite(g.item()) for g in second)


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1.0, 1e160, 1e200])
def test_arctan2_neither_overflows_nor_underflows(scale):
    dy, dx = tg.grad(tg.arctan2, argnums=(0, 1))(3.0 * scale, -4.0 * scale)
    y, x = mpmath.mpf(3.0 * scale), mpmath.mpf(-4.0 * scale)
    assert dy.item() == pytest.approx(float(x / (x * x + y * y)), rel=1e-14, abs=0)
    assert dx.item() == pytest.approx(float(-y / (x * x + y * y)), rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("arcsin", [0.999999999, -0.999999999]),
        ("arccos", [0.999999999, -0.999999999]),
        ("arctanh", [0.999999999, -0.999999999]),
        ("arccosh", [1.000000001, 1e200]),
        ("arcsinh", [1e-200, 1e10, 1e200, -1e200]),
    ],
)
def test_slopes_are_accurate_beside_the_singular_points_and_far_out(name, points):
    exact = {"arcsin": "asin", "arccos": "acos", "arctanh": "atanh", "arccosh": "acosh", "arcsinh": "asinh"}[name]
    for x in points:
        with mpmath.workdps(60):
            true = mpmath.diff(getattr(mpmath, exact), mpmath.mpf(x), h=mpmath.mpf(10) ** -25 * max(1, abs(x)))
        assert tg.grad(getattr(tg, name))(x).item() == pytest.approx(float(true), rel=1e-12, abs=0), (name, x)


CUTS = [complex(s * 2, zero) for s in (1, -1) for zero in (0.0, -0.0)]
CUTS += [complex(zero, s * 2) for s in (1, -1) for zero in (0.0, -0.0)]


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "log", "sqrt"])
@pytest.mark.parametrize("z", CUTS)
def test_the_derivative_on_a_branch_cut_is_that_of_numpys_branch(name, z):
    """By central differences along the axis, with the sign of the zero kept: it tells the two sides of a cut apart."""
    theirs = getattr(np, name)
    h = 1e-5
    if z.imag == 0:
        slope = (theirs(complex(z.real + h, z.imag)) - theirs(complex(z.real - h, z.imag))) / (2 * h)
    else:
        slope = (theirs(complex(z.real, z.imag + h)) - theirs(complex(z.real, z.imag - h))) / (2j * h)
    found = tg.grad(lambda t: tg.real(getattr(tg, name)(t)))(z).item()
    assert found == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "tan", "tanh", "sinh"])
def test_complex_gradients_agree_with_torch(name):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    rng = np.random.default_rng(0)
    z = rng.normal(size=20) * 2 + 1j * rng.normal(size=20) * 2
    t = torch.tensor(z, requires_grad=True)
    torch.view_as_real(getattr(torch, name)(t)).sum().backward()
    ours = tg.grad(lambda x: (tg.real(getattr(tg, name)(x)) + tg.imag(getattr(tg, name)(x))).sum())(z).numpy()
    # PyTorch's gradient is the conjugate of ours: ∂/∂Re + i ∂/∂Im instead of ∂/∂Re − i ∂/∂Im.
    np.testing.assert_allclose(ours, t.grad.numpy().conj(), rtol=1e-10, atol=1e-12)


def test_degrees_and_radians_stand_for_both_numpy_names():
    t = tg.tensor([1.0, 2.0], requires_grad=True)
    assert np.deg2rad(t).op.name == np.radians(t).op.name == "radians"
    assert np.rad2deg(t).op.name == np.degrees(t).op.name == "degrees"
    assert tg.grad(tg.deg2rad)(1.0).item() == math.radians(1.0)


@pytest.mark.parametrize(
    ("ours", "numpys"),
    [("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("asinh", "arcsinh"), ("acosh", "arccosh"),
     ("atanh", "arctanh"), ("atan2", "arctan2")],
)  # fmt: skip
def test_array_api_names_are_the_same_functions(ours, numpys):
    assert getattr(tg, ours) is getattr(tg, numpys)
