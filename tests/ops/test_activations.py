"""Activations in their tails, at their kinks, and beside PyTorch."""

import warnings

import mpmath
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (tg.relu, 0),
        (tg.leaky_relu, 0.01),
        (lambda x: tg.leaky_relu(x, slope=-3.0), -3),
        (tg.elu, 1),
        (lambda x: tg.elu(x, alpha=0.3), 0.3),
        (tg.hard_tanh, 1),
        (tg.soft_sign, 1),
    ],
)
def test_the_subgradient_at_zero(f, slope):
    assert tg.grad(f)(0.0).item() == slope


def test_the_subgradient_of_hard_tanh_at_its_bounds_is_that_of_clip():
    found = tg.grad(lambda x: tg.hard_tanh(x).sum())(np.array([-1.0, 1.0])).numpy()
    np.testing.assert_array_equal(found, tg.grad(lambda x: tg.clip(x, -1, 1).sum())(np.array([-1.0, 1.0])).numpy())


@pytest.mark.parametrize(
    "name", ["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "soft_sign", "softplus", "hard_tanh", "sigmoid"]
)
def test_large_arguments_neither_overflow_nor_warn(name):
    for dtype in (np.float16, np.float32, np.float64):
        x = np.array([-6e4, -1e3, 1e3, 6e4]).astype(dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            z = getattr(tg, name)(x)
        slopes = tg.grad(lambda x: getattr(tg, name)(x).sum())(x)
        assert z.dtype == slopes.dtype == dtype
        assert np.isfinite(z.numpy()).all()
        assert np.isfinite(slopes.numpy()).all()


def test_tails_keep_their_relative_accuracy():
    x = np.array([-30.0, -12.0, -5.0])
    with mpmath.workdps(40):
        exact = {
            "gelu": [float(v * mpmath.erfc(-mpmath.mpf(v) / mpmath.sqrt(2)) / 2) for v in x],
            "silu": [float(mpmath.mpf(v) / (1 + mpmath.exp(-mpmath.mpf(v)))) for v in x],
            "softplus": [float(mpmath.log1p(mpmath.exp(mpmath.mpf(v)))) for v in x],
        }
    for name, expected in exact.items():
        np.testing.assert_allclose(getattr(tg, name)(x).numpy(), expected, rtol=1e-13, err_msg=name)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (tg.gelu, "gelu"),
        (tg.silu, "silu"),
        (tg.selu, "selu"),
        (tg.elu, "elu"),
        (tg.leaky_relu, "leaky_relu"),
        (tg.soft_sign, "softsign"),
        (tg.glu, "glu"),
        (tg.softplus, "softplus"),
        (tg.hard_tanh, "hardtanh"),
    ],
)
def test_value_and_gradient_agree_with_torch(ours, theirs):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    x = np.random.default_rng(0).normal(size=(5, 6)) * 3
    t = torch.tensor(x, requires_grad=True)
    z = getattr(torch.nn.functional, theirs)(t)
    z.pow(2).sum().backward()
    value, gradient = tg.value_and_grad(lambda x: (ours(x) ** 2).sum())(x)
    assert value.item() == pytest.approx(z.pow(2).sum().item(), rel=1e-12)
    np.testing.assert_allclose(gradient.numpy(), t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_gelu_by_tanh_agrees_with_torch():
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    x = np.linspace(-8, 8, 33)
    t = torch.tensor(x, requires_grad=True)
    torch.nn.functional.gelu(t, approximate="tanh").sum().backward()
    found = tg.grad(lambda x: tg.gelu(x, approximate=True).sum())(x)
    np.testing.assert_allclose(found.numpy(), t.grad.numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("axis", [0, 1, -1, -3])
def test_glu_splits_any_axis(axis):
    x = np.random.default_rng(1).normal(size=(4, 2, 6))
    a, b = np.split(x, 2, axis=axis)
    np.testing.assert_allclose(tg.glu(x, axis=axis).numpy(), a / (1 + np.exp(-b)), rtol=1e-14)
    check_grads(lambda x: tg.glu(x, axis=axis), [x])


@pytest.mark.parametrize(("shape", "axis"), [((3,), 0), ((), 0), ((2, 4), 2)])
def test_glu_refuses_what_has_no_halves(shape, axis):
    with pytest.raises(ShapeError, match="even length"):
        tg.glu(np.zeros(shape), axis=axis)


def test_integers_become_floats_where_the_function_asks_for_it():
    for name in ("gelu", "silu", "softplus", "elu", "selu", "soft_sign"):
        assert getattr(tg, name)(np.arange(-2, 3)).dtype == np.float64, name
    assert tg.relu(np.arange(-2, 3)).dtype == np.int64
