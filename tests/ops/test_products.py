"""Matrix products: memory layouts, batches and vectors, and what users see when shapes do not fit."""

import itertools

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import MutationError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(7)
LEFT = [(3,), (2, 3), (5, 2, 3), (1, 2, 3), (4, 1, 2, 3)]
RIGHT = [(3,), (3, 2), (5, 3, 2), (1, 3, 2), (4, 5, 3, 2)]


@pytest.mark.parametrize(("left", "right"), list(itertools.product(LEFT, RIGHT)))
def test_matmul_of_all_kinds(left, right):
    x, y = RNG.normal(size=left), RNG.normal(size=right)
    np.testing.assert_allclose((tg.tensor(x) @ y).numpy(), x @ y, rtol=1e-13)
    check_grads(tg.matmul, (x, y), order=1)


@pytest.mark.parametrize(("left", "right"), list(itertools.product([(), *LEFT], [(), *RIGHT])))
def test_dot_of_all_kinds(left, right):
    x, y = RNG.normal(size=left), RNG.normal(size=right)
    np.testing.assert_allclose(tg.dot(x, y).numpy(), np.dot(x, y), rtol=1e-13)
    check_grads(tg.dot, (x, y), order=1)


def test_dot_with_a_plain_number():
    check_grads(lambda x: tg.dot(x, 2.0) + tg.dot(3.0, x), (RNG.normal(size=(2, 3)),))
    check_grads(lambda x: tg.outer(x, 2.0), (RNG.normal(size=3),))


@pytest.mark.parametrize("product", [tg.matmul, tg.dot])
def test_no_elements(product):
    for left, right in [
        ((2, 0), (0, 3)),
        ((0, 2), (2, 3)),
        ((2, 3), (3, 0)),
        ((0,), (0,)),
        ((0, 2, 3), (3, 2)),
        ((0, 2, 3), (3,)),
    ]:
        x, y = tg.tensor(np.ones(left), requires_grad=True), tg.tensor(np.ones(right), requires_grad=True)
        product(x, y).sum().backward()
        assert x.grad.shape == left
        assert y.grad.shape == right
        assert not x.grad.numpy().any()
        assert not y.grad.numpy().any()


@pytest.mark.parametrize("lay_x", [np.ascontiguousarray, np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]])
@pytest.mark.parametrize("lay_y", [np.ascontiguousarray, np.asfortranarray])
def test_memory_layout_changes_nothing_but_the_layout(lay_x, lay_y):
    """A matrix that lies in memory by columns gets a cotangent that does so too: its transpose needs no copy."""
    x, y = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))
    a, b = tg.tensor(x, requires_grad=True), tg.tensor(y, requires_grad=True)
    c, d = tg.tensor(x, requires_grad=True), tg.tensor(y, requires_grad=True)
    (a @ b).sum().backward()
    c._data, d._data = lay_x(x), lay_y(y)
    ((c @ d) * 1).sum().backward()
    np.testing.assert_allclose(c.grad.numpy(), a.grad.numpy(), rtol=1e-15)
    np.testing.assert_allclose(d.grad.numpy(), b.grad.numpy(), rtol=1e-15)


def test_the_gradient_of_a_transposed_weight_is_contiguous():
    w, a = tg.tensor(RNG.normal(size=(4, 3)), requires_grad=True), RNG.normal(size=(6, 3))
    (a @ w.mT).sum().backward()
    assert w.grad.numpy().flags.c_contiguous


def test_complex_products_are_holomorphic():
    x, y = RNG.normal(size=(2, 3)) + 1j, RNG.normal(size=(3, 2)) * 1j + 2
    for f in (tg.matmul, tg.dot, tg.outer):
        check_grads(f, (x, y))


def test_half_precision():
    x = np.ones((2, 5000), np.float16)
    z = tg.tensor(x) @ x.T
    assert z.dtype == np.float16
    assert z[0, 0].item() == 5000


def test_errors_teach():
    with pytest.raises(ShapeError, match=r"matmul: got float64\[2,3\] 'W', float64\[4\]: expected shapes"):
        tg.tensor(np.ones((2, 3)), name="W") @ np.ones(4)
    with pytest.raises(ShapeError, match="dot"):
        tg.dot(np.ones(3), np.ones(4))
    with pytest.raises(MutationError, match="out="):
        tg.dot(np.ones(3), np.ones(3), out=np.zeros(()))


def test_outer_ravels():
    x, y = RNG.normal(size=(2, 2)), RNG.normal(size=(3, 1))
    np.testing.assert_array_equal(tg.outer(x, y).numpy(), np.outer(x, y))
    check_grads(tg.outer, (x, y))


def test_left_operands_of_numpy_keep_the_history():
    x = tg.tensor(RNG.normal(size=3), requires_grad=True)
    for z in (np.ones((2, 3)) @ x, np.dot(np.ones((2, 3)), x), np.matmul(np.ones((2, 3)), x), np.outer(np.ones(2), x)):
        assert isinstance(z, tg.Tensor)
        assert z.requires_grad
