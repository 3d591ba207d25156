"""The complex convention, by differences in both parts; parts, conjugate and angle at their singular points."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS

rng = np.random.default_rng(0)
Z = rng.normal(size=6) * 1.5 + 1j * rng.normal(size=6) * 1.5
HOLOMORPHIC = [
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sigmoid", "logit", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sinc", "erf", "erfc", "silu",
]  # fmt: skip
NOT_HOLOMORPHIC = ["real", "imag", "conj", "angle", "abs", "real_if_close", "nan_to_num"]


def difference(f, t, h=1e-3):
    """Sixth order, in a real step along t."""
    weights = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
    return sum(w * (f(k * h * t) - f(-k * h * t)) for k, w in weights.items()) / h


@pytest.mark.parametrize("name", HOLOMORPHIC + NOT_HOLOMORPHIC)
def test_the_cotangent_is_the_derivative_by_the_real_part_minus_i_times_that_by_the_imaginary_part(name):
    f = OPS[name].function
    w = rng.normal(size=6) + 1j * rng.normal(size=6) if f(Z).dtype.kind == "c" else rng.normal(size=6)

    def phi(z):
        return np.real(np.sum(w * f(z).numpy()))

    _, pullback = tg.vjp(f, Z)
    (found,) = pullback(w)
    for k in range(6):
        e = np.zeros(6)
        e[k] = 1.0
        by_real, by_imaginary = (difference(lambda t: phi(Z + t), unit * e) for unit in (1, 1j))
        assert found.numpy()[k] == pytest.approx(by_real - 1j * by_imaginary, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("name", HOLOMORPHIC + NOT_HOLOMORPHIC)
def test_the_tangent_moves_with_the_value(name):
    f = OPS[name].function
    v = rng.normal(size=6) + 1j * rng.normal(size=6)
    _, found = tg.jvp(f, (Z,), (v,))
    np.testing.assert_allclose(found.numpy(), difference(lambda t: f(Z + t).numpy(), v), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_holomorphic_derivatives_of_second_order(name):
    f = OPS[name].function

    def slope(z):
        return tg.grad(lambda u: tg.real(f(u).sum()))(z)

    second = tg.grad(lambda z: tg.real(slope(z).sum()))(Z).numpy()
    exact = [difference(lambda t, k=k: slope(Z + t).numpy()[k], np.eye(6)[k]) for k in range(6)]
    np.testing.assert_allclose(second, exact, rtol=1e-7, atol=1e-8)


def test_parts_of_a_real_tensor():
    x = np.array([1.0, -2.0])
    np.testing.assert_array_equal(tg.imag(x).numpy(), 0)
    np.testing.assert_array_equal(tg.grad(lambda x: tg.imag(x).sum())(x).numpy(), 0)
    np.testing.assert_array_equal(tg.grad(lambda x: tg.angle(x).sum())(x).numpy(), 0)
    np.testing.assert_array_equal(tg.grad(lambda x: (tg.conj(x) * x).sum())(x).numpy(), 2 * x)
    assert tg.conj(True).dtype == bool


def test_attributes_and_methods_of_a_tensor():
    t = tg.tensor(Z, requires_grad=True)
    assert t.real.op.name == "real"
    assert t.imag.op.name == "imag"
    assert t.conj().op.name == t.conjugate().op.name == np.conj(t).op.name == "conj"


def test_angle_at_zero_and_in_degrees():
    assert tg.grad(tg.angle)(0j).item() == 0
    ratio = tg.grad(lambda z: tg.angle(z, deg=True))(1 + 2j).item() / tg.grad(tg.angle)(1 + 2j).item()
    assert ratio == pytest.approx(180 / np.pi)
    assert tg.angle(-1.0).item() == np.pi
    assert tg.angle(np.float32(-1), deg=True).dtype == np.angle(np.float32(-1), deg=True).dtype


def test_real_if_close():
    close = np.array([1 + 1e-16j, 2])
    assert tg.real_if_close(close).dtype == float
    assert tg.real_if_close(Z).dtype == complex
    gradient = tg.grad(lambda z: (tg.real_if_close(z) ** 2).sum())(close)
    assert gradient.dtype == complex
    np.testing.assert_allclose(gradient.numpy(), [2, 4])


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_dtypes(dtype):
    z = tg.tensor(Z.astype(dtype), requires_grad=True)
    for f in (tg.real, tg.imag, tg.angle, tg.abs):
        part = f(z)
        assert part.dtype == np.abs(z.numpy()).dtype
        gradient = tg.grad(lambda z, f=f: f(z).sum())(z)
        assert gradient.dtype == dtype
