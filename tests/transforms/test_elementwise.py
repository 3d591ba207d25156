"""elementwise_grad: f′ of every elementwise card by finite differences, and no silence about functions that mix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS
from tensorgraph.testing.calls import values_in

X = np.array([0.5, -1.25, 2.0, 0.75])
ONE_OPERAND = [n for n, op in OPS.items() if op.family == "elementwise" and len(op.operands) == 1 and not op.statics]


@pytest.mark.parametrize("name", ONE_OPERAND)
def test_every_elementwise_op_of_one_operand(name: str) -> None:
    op = OPS[name]
    x = values_in(op.domain[0], (4, 3), np.random.default_rng(0))
    h = 1e-6
    with np.errstate(all="ignore"):
        numeric = (op.forward(x + h) - op.forward(x - h)) / (2 * h)
        found = tg.elementwise_grad(op.function)(x).numpy()
    np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex128"])
def test_dtypes(dtype: str) -> None:
    x = X.astype(dtype)
    found = tg.elementwise_grad(lambda x: x**3 / (1 + x * x))(x)
    assert found.dtype == x.dtype
    wide = X.astype(complex) if dtype == "complex128" else X
    expected = (3 * wide**2 * (1 + wide**2) - 2 * wide**4) / (1 + wide**2) ** 2
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-2 if dtype == "float16" else 1e-5)


def test_any_order_and_any_transform() -> None:
    f: Any = lambda x: tg.sin(x) * x  # noqa: E731
    for _ in range(3):
        f = tg.elementwise_grad(f)
    np.testing.assert_allclose(f(X).numpy(), -3 * np.sin(X) - X * np.cos(X), rtol=1e-12)
    np.testing.assert_allclose(
        tg.grad(lambda x: tg.elementwise_grad(tg.sin)(x).sum())(X).numpy(), -np.sin(X), rtol=1e-13
    )
    np.testing.assert_allclose(tg.elementwise_grad(lambda x, y: x**2 * y, 1)(X, X).numpy(), X**2, rtol=1e-14)
    assert tg.elementwise_grad(tg.stop_gradient)(X).tolist() == [0.0] * 4
    assert tg.elementwise_grad(tg.sin)(np.zeros((0, 2))).shape == (0, 2)


MIXING = {
    "softmax": tg.softmax,
    "reversed": lambda x: x[::-1] * x,
    "cumsum": tg.cumsum,
    "mean": lambda x: x - x.mean(),
    "one pair": lambda x: x.at[0].add(1e-3 * x[3]),
    "matrix": lambda x: np.array([[1.0, 1e-6, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]) @ x,
}


@pytest.mark.parametrize("name", MIXING)
def test_functions_that_mix_elements_raise(name: str) -> None:
    with pytest.raises(tg.errors.GradientError, match="is not elementwise"):
        tg.elementwise_grad(MIXING[name])(tg.tensor(X))


def test_singular_points_do_not_count_as_mixing() -> None:
    x = np.array([0.0, 1.0, 4.0, -1.0])
    with np.errstate(all="ignore"):
        found = tg.elementwise_grad(tg.sqrt)(x).numpy()
    assert found[0] == np.inf
    assert np.isnan(found[3])
    np.testing.assert_allclose(found[1:3], [0.5, 0.25])
    huge = np.array([1e-300, 1e300])
    np.testing.assert_allclose(tg.elementwise_grad(tg.log)(huge).numpy(), 1 / huge, rtol=1e-12)


def test_errors_teach() -> None:
    with pytest.raises(tg.errors.ShapeError, match=r"must keep the shape \(4,\)"):
        tg.elementwise_grad(lambda x: x.sum())(X)
    with pytest.raises(tg.errors.DtypeError, match=r"use tg\.jacobian"):
        tg.elementwise_grad(lambda x: x * 1j)(X)
    with pytest.raises(tg.errors.GradientError, match="one array to one array"):
        tg.elementwise_grad(lambda x: (x, x))(X)
