"""All windows of an array."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import AxisError, ShapeError

sliding = np.lib.stride_tricks.sliding_window_view
X = np.random.default_rng(18).normal(size=(6, 7, 5))


@pytest.mark.parametrize(
    ("window", "axis"),
    [
        (2, 0),
        (3, -2),
        ((2, 3), (1, 0)),
        ((2, 2, 2), None),
        ((2, 2), (1, 1)),
        ((4,), 0),
        ([2], [2]),
        ((1, 1, 1), (0, 1, 2)),
    ],
)
def test_against_numpy(alike, window, axis):
    def windows(xp, x):
        return (sliding if xp is np else tg.sliding_window_view)(x, window, axis)

    alike(windows, X)


@pytest.mark.parametrize("count", [70, 3])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, float, complex])
def test_the_cotangent_adds_windows_up_whichever_way(count, dtype):
    """Many places are added offset by offset, few all at once."""
    n = count + 4
    x = tg.tensor(np.zeros(n, dtype), requires_grad=True)
    w = np.random.default_rng(0).integers(-4, 4, (count, 5)).astype(dtype)
    tg.sliding_window_view(x, 5).backward(w)
    expected = np.zeros(n, dtype)
    for place in range(count):
        expected[place : place + 5] += w[place]
    assert x.grad.dtype == dtype
    np.testing.assert_array_equal(x.grad.numpy(), expected)


def test_refusals():
    with pytest.raises(ShapeError, match="sliding_window_view"):
        tg.sliding_window_view(X, 7, axis=0)
    with pytest.raises(ShapeError, match="sliding_window_view"):
        tg.sliding_window_view(X, 2)
    with pytest.raises(AxisError):
        tg.sliding_window_view(X, 2, axis=3)
    with pytest.raises(ShapeError, match="sliding_window_view"):
        tg.sliding_window_view(X, -2, axis=0)
