"""What all transforms share: outputs without gradients, several arguments, what the caller may keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg

X = np.array([3.0, 1.0, 2.0])


def counted(x: Any) -> Any:
    return {"y": x * x, "n": tg.argmax(x), "mask": x > 1.5}


def test_integer_outputs_take_zeros_for_a_cotangent() -> None:
    out, back = tg.vjp(counted, X)
    for zeros in (np.zeros, lambda shape: np.zeros(shape, np.float32), lambda shape: np.zeros(shape, out["n"].dtype)):
        (g,) = back({"y": np.ones(3), "n": zeros(()), "mask": zeros(3)})
        np.testing.assert_allclose(g.numpy(), 2 * X)
    (g,) = back({"y": np.ones(3), "n": tg.zeros(()), "mask": tg.zeros(3, dtype=bool)})
    np.testing.assert_allclose(g.numpy(), 2 * X)
    with pytest.raises(
        tg.errors.DtypeError, match=r"\['n'\]: expected the output's dtype int64 or zeros.*no gradient flows"
    ):
        back({"y": np.ones(3), "n": 0.5, "mask": np.zeros(3)})
    with pytest.raises(tg.errors.ShapeError, match=r"\['mask'\]"):
        back({"y": np.ones(3), "n": 0.0, "mask": np.zeros(2)})
    _, tangent = tg.jvp(counted, (X,), (np.ones(3),))
    assert (tangent["n"].tolist(), tangent["mask"].tolist()) == (0, [False] * 3)


def test_results_are_cut_free_unless_an_outer_graph_goes_through() -> None:
    for out in (
        tg.vjp(lambda x: x * 2, X)[0],
        tg.linearize(lambda x: x * 2, X)[0],
        tg.jacobian(lambda x: x * 2)(X),
        tg.hessian(lambda x: (x**3).sum())(X),
        tg.hvp(lambda x: (x**3).sum(), (X,), (X,)),
        tg.gauss_newton_product(lambda x: x * 2, None, (X,), (X,)),
        tg.elementwise_grad(tg.sin)(X),
    ):
        assert not out.requires_grad
    w = tg.tensor(2.0, requires_grad=True)
    for out in (
        tg.jacobian(lambda x: x * w)(X),
        tg.hvp(lambda x: (x**3 * w).sum(), (X,), (X,)),
        tg.linearize(lambda x: x * w, X)[1](X),
        tg.elementwise_grad(lambda x: x**2 * w)(X),
        tg.gauss_newton_product(lambda x: x * w, None, (X,), (X,)),
    ):
        assert out.requires_grad


def test_argnums() -> None:
    f = lambda x, y, z: x * y**2 * z**3  # noqa: E731
    value, gradients = tg.value_and_grad(f, (2, 0, -2))(2.0, 3.0, 5.0)
    assert value.item() == 2250.0
    assert [g.item() for g in gradients] == [1350.0, 1125.0, 1500.0]
    with pytest.raises(tg.errors.ArgumentError, match="argnums=3"):
        tg.grad(f, 3)(1.0, 1.0, 1.0)


def test_a_scalar_is_one_array() -> None:
    for result in ([1.0], {"loss": 1.0}, (1.0, 2.0), None):
        with pytest.raises(tg.errors.GradientError, match="must return one scalar"):
            tg.grad(lambda x, result=result: result)(1.0)
    with pytest.raises(tg.errors.DtypeError, match="it is constant"):
        tg.grad(lambda x: 5)(1.0)
    assert tg.grad(lambda x: (x * x).reshape((1, 1)))(3.0).item() == 6.0
