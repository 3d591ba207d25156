"""Pooling beside PyTorch, and where elements are equal."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
CASES = {
    "one axis": ((2, 3, 7), (2,), None),
    "overlapping": ((2, 3, 6, 8), (2, 3), (1, 2)),
    "with gaps": ((1, 2, 7, 7), (2, 2), 3),
    "three axes": ((1, 2, 4, 5, 6), (2, 3, 2), (2, 1, 3)),
}


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_agree_with_torch(kind, name):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    shape, size, stride = CASES[name]
    x = rng.permutation(np.arange(float(np.prod(shape)))).reshape(shape)
    t = torch.tensor(x, requires_grad=True)
    z = getattr(torch.nn.functional, f"{kind}_pool{len(size)}d")(t, size, stride)
    c = rng.normal(size=z.shape)
    z.backward(torch.tensor(c))
    value, pullback = tg.vjp(lambda x: getattr(tg.nn, f"{kind}_pool")(x, size, stride), x)
    np.testing.assert_allclose(value.numpy(), z.detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(pullback(c)[0].numpy(), t.grad.numpy(), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_all_orders(name):
    shape, size, stride = CASES[name]
    x = rng.permutation(np.arange(float(np.prod(shape)))).reshape(shape)
    check_grads(lambda x: tg.nn.max_pool(x, size, stride) ** 2, [x])
    check_grads(lambda x: tg.nn.avg_pool(x, size, stride) ** 2, [x])


def test_equal_elements_share_the_gradient():
    x = np.array([1.0, 1.0, 0.0, 5.0])
    np.testing.assert_array_equal(tg.grad(lambda x: tg.nn.max_pool(x, 2).sum())(x).numpy(), [0.5, 0.5, 0, 1])


def test_half_precision_gradients_of_many_windows_add_in_single():
    x = np.ones(3000, np.float16)
    gradient = tg.grad(lambda x: tg.nn.avg_pool(x, 1000, 1).sum())(x)
    assert gradient.dtype == np.float16
    np.testing.assert_allclose(gradient.numpy()[1000:2000], 1000 * float(np.float16(1 / 1000)), rtol=1e-3)


@pytest.mark.parametrize("size", [(7,), (2, 3, 1, 1), 0, (2.5,)])
def test_errors_teach(size):
    with pytest.raises((ShapeError, ArgumentError), match="size"):
        tg.nn.max_pool(np.zeros((2, 3, 6)), size)
