"""scale_gradient and clip_gradient: the value untouched, the gradient as decreed, in every mode that has one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg

X = np.array([3.0, -0.25, 1.5])


def cotangent(g: np.ndarray, **limits: Any) -> np.ndarray:
    """What comes back of g through clip_gradient."""
    _, back = tg.vjp(lambda x: tg.clip_gradient(x, **limits), np.zeros(g.shape, g.dtype))
    (found,) = back(g)
    return found.numpy()


def test_values_pass_untouched() -> None:
    for x in (X, X.astype(np.float32), np.array(np.nan), np.array([np.inf, -0.0]), np.zeros((0, 2)), np.arange(3)):
        for z in (tg.scale_gradient(x, 0.1), tg.clip_gradient(x, -1.0, 1.0), tg.clip_gradient(x, norm=1.0)):
            assert z.dtype == x.dtype
            np.testing.assert_array_equal(z.numpy(), x)
    assert tg.clip_gradient(X * 1j, norm=1.0).dtype == np.complex128


@pytest.mark.parametrize("factor", [0, 1, -1, 0.25, -3.5])
def test_scaling_in_both_modes_at_every_order(factor: float) -> None:
    f = lambda x: (tg.scale_gradient(x, factor) ** 3).sum()  # noqa: E731
    np.testing.assert_allclose(tg.grad(f)(X).numpy(), factor * 3 * X**2)
    np.testing.assert_allclose(tg.jacobian(f, mode="forward")(X).numpy(), factor * 3 * X**2)
    # Each order counts the factor once more, whatever the modes.
    for outer in ("forward", "reverse"):
        for inner in ("forward", "reverse"):
            H = tg.jacobian(tg.jacobian(f, mode=inner), mode=outer)(X).numpy()
            np.testing.assert_allclose(H, factor**2 * np.diag(6 * X))


def test_clipping_element_by_element() -> None:
    g = np.array([-5.0, -0.5, 0.25, 7.0, np.nan])
    np.testing.assert_array_equal(cotangent(g, low=-1.0, high=2.0), np.clip(g, -1.0, 2.0))
    np.testing.assert_array_equal(cotangent(g, high=0.0), np.minimum(g, 0.0))
    np.testing.assert_array_equal(cotangent(g, low=0.0), np.maximum(g, 0.0))
    np.testing.assert_array_equal(cotangent(g), g)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipping_to_a_norm(dtype: type) -> None:
    limits = np.finfo(dtype)
    for size in (1e-3, 1.0, 1e3, float(limits.max) / 8, float(limits.tiny) * 8):
        g = (np.array([3.0, -4.0]) / 5 * size).astype(dtype)
        for norm in (0.5, 2.0):
            found = cotangent(g, norm=norm)
            assert found.dtype == dtype
            np.testing.assert_allclose(found, g if size <= norm else g / dtype(size) * dtype(norm), rtol=1e-5)
    assert cotangent(np.zeros(3), norm=1.0).tolist() == [0.0] * 3
    assert cotangent(X, norm=0.0).tolist() == [0.0, -0.0, 0.0]
    assert cotangent(np.zeros(0), norm=1.0).shape == (0,)
    found = cotangent(np.array([3j, 4.0]), norm=1.0)
    np.testing.assert_allclose(found, [0.6j, 0.8])


def test_the_clipped_gradient_is_differentiable() -> None:
    for limits in ({"norm": 1.0}, {"low": -2.0, "high": 2.0}):
        gradient = tg.grad(lambda x: (tg.clip_gradient(x, **limits) ** 3).sum())
        h = 1e-6
        columns = [(gradient(X + h * e).numpy() - gradient(X - h * e).numpy()) / (2 * h) for e in np.eye(3)]
        numeric = np.stack(columns, -1)
        for mode in ("forward", "reverse"):
            np.testing.assert_allclose(tg.jacobian(gradient, mode=mode)(X).numpy(), numeric, rtol=1e-6, atol=1e-8)


def test_forward_mode_has_no_cotangent_to_clip() -> None:
    assert tg.jvp(lambda x: tg.clip_gradient(x, norm=0.1), (X,), (X,))[1].tolist() == X.tolist()


def test_a_norm_is_that_of_one_example() -> None:
    f = lambda x: (tg.clip_gradient(x, norm=1.0) ** 2).sum()  # noqa: E731
    xs = np.stack([X, X / 100])
    found = tg.vmap(tg.grad(f))(xs).numpy()
    np.testing.assert_allclose(found, np.stack([tg.grad(f)(x).numpy() for x in xs]), rtol=1e-13)
    g = lambda x: tg.clip_gradient(x, norm=1.0) * 5.0  # noqa: E731
    np.testing.assert_allclose(tg.jacobian(g, mode="reverse")(X).numpy(), np.eye(3))


WRONG: dict[str, tuple[Any, str]] = {
    "no number": (lambda: tg.scale_gradient(X, "half"), "factor is a real number"),
    "a tensor": (lambda: tg.scale_gradient(X, tg.tensor(0.5)), "no gradient flows to it"),
    "NaN": (lambda: tg.scale_gradient(X, np.nan), "factor is a real number"),
    "complex": (lambda: tg.clip_gradient(X, 1j), "low is a real number"),
    "crossed": (lambda: tg.clip_gradient(X, 2.0, 1.0), "expected low ≤ high"),
    "both": (lambda: tg.clip_gradient(X, 1.0, 2.0, norm=1.0), "give low and high, or a norm"),
    "negative": (lambda: tg.clip_gradient(X, norm=-1.0), "a norm ≥ 0"),
    "no order": (lambda: tg.clip_gradient(X * 1j, 0.0, 1.0), "complex cotangents have no order"),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_teach(name: str) -> None:
    call, message = WRONG[name]
    with pytest.raises(tg.errors.ArgumentError if name != "no order" else tg.errors.DtypeError, match=message):
        call()
