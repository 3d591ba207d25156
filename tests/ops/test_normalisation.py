"""Layer and batch normalisation beside PyTorch, and at constant slices."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
X = rng.normal(size=(4, 3, 5)) * 2 + 1


def test_layernorm_agrees_with_torch():
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    gamma, beta, w = rng.normal(size=5), rng.normal(size=5), rng.normal(size=X.shape)
    ts = [torch.tensor(v, requires_grad=True) for v in (X, gamma, beta)]
    (torch.nn.functional.layer_norm(ts[0], (5,), ts[1], ts[2]) * torch.tensor(w)).sum().backward()
    found = tg.grad(lambda x, g, b: (tg.nn.layernorm(x, g, b) * w).sum(), argnums=(0, 1, 2))(X, gamma, beta)
    for ours, theirs in zip(found, ts, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("shape", [(6, 3), (6, 3, 2), (2, 3, 2, 2)])
def test_batchnorm_agrees_with_torch(shape):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    x, w = rng.normal(size=(2, *shape))
    gamma, beta = rng.normal(size=(2, 3))
    ts = [torch.tensor(v, requires_grad=True) for v in (x, gamma, beta)]
    (torch.nn.functional.batch_norm(ts[0], None, None, ts[1], ts[2], training=True) * torch.tensor(w)).sum().backward()
    found = tg.grad(lambda x, g, b: (tg.nn.batchnorm(x, g, b) * w).sum(), argnums=(0, 1, 2))(x, gamma, beta)
    for ours, theirs in zip(found, ts, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_all_orders_of_the_compositions():
    check_grads(lambda x, g, b: tg.nn.layernorm(x, g, b, axis=(1, 2)), [X, rng.normal(size=(3, 5)), rng.normal(size=5)])
    check_grads(lambda x, g: tg.nn.batchnorm(x, gamma=g), [X, rng.normal(size=3)])


def test_a_constant_slice_without_epsilon_gives_zero_and_no_gradient():
    x = np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 3.0]])
    value, gradient = tg.value_and_grad(lambda x: (tg.nn.standardize(x, eps=0.0) * [1, 2, 4]).sum())(x)
    assert np.isfinite(value.item())
    np.testing.assert_array_equal(gradient.numpy()[0], 0)
    assert np.isfinite(gradient.numpy()).all()
    assert np.isfinite(tg.hessian(lambda x: tg.nn.standardize(x, eps=0.0)[0])(np.ones(3)).numpy()).all()


def test_large_offsets_do_not_cancel():
    x = np.array([1e8, 1e8 + 1, 1e8 + 2])
    np.testing.assert_allclose(tg.nn.standardize(x, eps=0.0).numpy(), [-(1.5**0.5), 0, 1.5**0.5], rtol=1e-7, atol=1e-15)
    half = tg.nn.standardize(np.full(1000, 60000, np.float16))
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half.numpy(), 0)


def test_errors_teach():
    with pytest.raises(ShapeError, match="samples, channels"):
        tg.nn.batchnorm(np.zeros(3))
    with pytest.raises(ShapeError, match="one gamma per channel"):
        tg.nn.batchnorm(np.zeros((2, 3)), gamma=np.zeros(2))
