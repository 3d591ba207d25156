"""Convolution beside PyTorch and SciPy; its three cards are each other's transposes."""

import numpy as np
import pytest
import scipy.signal

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)

CASES = {
    "one axis": ((2, 3, 7), (4, 3, 3), {}),
    "kernel of one": ((2, 3, 5), (4, 3, 1), {}),
    "stride, padding": ((2, 2, 6, 7), (3, 2, 2, 3), {"stride": (2, 3), "padding": (1, 2)}),
    "dilation": ((1, 2, 7, 8), (3, 2, 3, 2), {"dilation": (1, 3)}),
    "groups": ((2, 4, 6, 5), (6, 2, 3, 2), {"groups": 2, "stride": 2, "padding": 1}),
    "each channel alone": ((2, 3, 6), (6, 1, 2), {"groups": 3}),
    "same": ((1, 2, 6, 5), (2, 2, 3, 3), {"padding": "same", "dilation": (2, 1)}),
    "three axes": ((2, 1, 4, 5, 3), (2, 1, 2, 3, 2), {"stride": (1, 2, 1), "padding": 1}),
    "no sample": ((0, 2, 5), (3, 2, 2), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradients_agree_with_torch(name):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    x_shape, w_shape, keywords = CASES[name]
    x, w, bias = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])
    theirs = getattr(torch.nn.functional, f"conv{len(x_shape) - 2}d")
    ts = [torch.tensor(v, requires_grad=True) for v in (x, w, bias)]
    z = theirs(*ts, **keywords)
    c = rng.normal(size=z.shape)
    z.backward(torch.tensor(c))
    value, pullback = tg.vjp(lambda x, w, b: tg.nn.conv(x, w, b, **keywords), x, w, bias)
    np.testing.assert_allclose(value.numpy(), z.detach().numpy(), rtol=1e-12, atol=1e-13)
    for ours, t in zip(pullback(c), ts, strict=True):
        np.testing.assert_allclose(ours.numpy(), t.grad.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["stride, padding", "groups", "dilation"])
def test_all_orders(name):
    x_shape, w_shape, keywords = CASES[name]
    check_grads(lambda x, w: tg.nn.conv(x, w, **keywords), [rng.normal(size=x_shape), rng.normal(size=w_shape)])


def test_one_channel_is_scipys_correlation():
    x, w = rng.normal(size=(6, 7)), rng.normal(size=(3, 2))
    found = tg.nn.conv(x[None, None], w[None, None]).numpy()[0, 0]
    np.testing.assert_allclose(found, scipy.signal.correlate(x, w, mode="valid"), rtol=1e-12)


def test_pairs_of_paddings():
    x, w = rng.normal(size=(1, 1, 5)), rng.normal(size=(1, 1, 2))
    padded = np.pad(x, ((0, 0), (0, 0), (3, 0)))
    np.testing.assert_array_equal(tg.nn.conv(x, w, padding=[(3, 0)]).numpy(), tg.nn.conv(padded, w).numpy())
    np.testing.assert_array_equal(tg.nn.conv(x, w, padding="valid").numpy(), tg.nn.conv(x, w).numpy())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex64])
def test_dtypes(dtype):
    x, w = np.ones((2, 3, 6), dtype), np.ones((4, 3, 3), dtype)
    value, pullback = tg.vjp(lambda x, w: tg.nn.conv(x, w, stride=2), x, w)
    assert {value.dtype, *(g.dtype for g in pullback(np.ones(value.shape, dtype)))} == {np.dtype(dtype)}
    np.testing.assert_array_equal(value.numpy(), 9)


X, W = np.zeros((2, 4, 6)), np.zeros((6, 2, 3))
MISTAKES = {
    "axes": (lambda: tg.nn.conv(X[0], W), ShapeError, "equal in axes"),
    "channels": (lambda: tg.nn.conv(X, W), ShapeError, "groups=1"),
    "filters": (lambda: tg.nn.conv(X, W[:5], groups=2), ShapeError, "multiple of 2"),
    "too short": (lambda: tg.nn.conv(X, W, groups=2, dilation=3), ShapeError, "axis 2.*too short"),
    "stride": (lambda: tg.nn.conv(X, W, groups=2, stride=0), ArgumentError, "stride"),
    "strides": (lambda: tg.nn.conv(X, W, groups=2, stride=(1, 1)), ArgumentError, "each of 1 axes"),
    "no integer": (lambda: tg.nn.conv(X, W, groups=2, dilation=1.5), ArgumentError, "dilation"),
    "padding": (lambda: tg.nn.conv(X, W, groups=2, padding=-1), ArgumentError, "padding"),
    "pairs": (lambda: tg.nn.conv(X, W, groups=2, padding=[(1, 1), (0, 0)]), ArgumentError, "pair"),
    "same with stride": (lambda: tg.nn.conv(X, W, groups=2, padding="same", stride=2), ArgumentError, "same"),
    "unknown padding": (lambda: tg.nn.conv(X, W, groups=2, padding="full"), ArgumentError, "full"),
    "groups": (lambda: tg.nn.conv(X, W, groups=0), ArgumentError, "groups"),
    "bias": (lambda: tg.nn.conv(X, W, np.zeros(2), groups=2), ShapeError, "bias"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_errors_teach(mistake):
    call, error, match = MISTAKES[mistake]
    with pytest.raises(error, match=match):
        call()
