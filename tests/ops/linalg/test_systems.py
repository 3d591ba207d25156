"""Powers, chains, ranks, least squares, tensors as matrices, and the Array API's forms."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(61)


def draw(complex_too, *shape):
    return RNG.normal(size=shape) + (1j * RNG.normal(size=shape) if complex_too else 0)


COMPLEX = pytest.mark.parametrize("complex_too", [False, True])


@COMPLEX
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 8, -1, -3])
def test_matrix_power(complex_too, n):
    for shape in ((3, 3), (2, 3, 3)):
        x = draw(complex_too, *shape)
        np.testing.assert_allclose(tg.linalg.matrix_power(x, n).numpy(), np.linalg.matrix_power(x, n), rtol=1e-10)
        if n:
            check_grads(lambda x: tg.linalg.matrix_power(x, n), (x,))


@COMPLEX
@pytest.mark.parametrize(
    "shapes", [[(3, 2), (2, 4)], [(3, 2), (2, 4), (4, 3), (3,)], [(2,), (2, 3)], [(2,), (2, 9), (9, 2), (2,)]]
)
def test_multi_dot(complex_too, shapes):
    xs = [draw(complex_too, *s) for s in shapes]
    np.testing.assert_allclose(tg.linalg.multi_dot(xs).numpy(), np.linalg.multi_dot(xs), rtol=1e-12)
    check_grads(lambda *xs: tg.linalg.multi_dot(xs), xs)


def test_multi_dot_takes_the_cheap_order():
    """(9, 1) (1, 9) (9, 1): the inner product first, so no 9 × 9 matrix appears."""
    z = tg.linalg.multi_dot([tg.tensor(np.ones((9, 1)), requires_grad=True), np.ones((1, 9)), np.ones((9, 1))])
    seen, todo = [], [z]
    while todo:
        t = todo.pop()
        seen.append(t.size)
        todo += t.inputs
    assert max(seen) == 9


@COMPLEX
@pytest.mark.parametrize(("rows", "columns"), [((4, 3), (4,)), ((4, 3), (4, 2)), ((3, 4), (3, 2)), ((3, 3), (3,))])
def test_lstsq(complex_too, rows, columns):
    a, b = draw(complex_too, *rows), draw(complex_too, *columns)
    for got, want in zip(tg.linalg.lstsq(a, b), np.linalg.lstsq(a, b), strict=True):
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-10, atol=1e-13)
    check_grads(lambda a, b: tg.linalg.lstsq(a, b).x, (a, b))
    if rows[0] > rows[1]:
        check_grads(lambda a, b: tg.linalg.lstsq(a, b).residuals, (a, b))


@COMPLEX
def test_rank_and_pseudo_inverse(complex_too):
    low = draw(complex_too, 4, 2) @ draw(complex_too, 2, 3)
    stack = np.stack([low, draw(complex_too, 4, 3)])
    for x in (low, stack, stack.mT):
        np.testing.assert_array_equal(tg.linalg.matrix_rank(x).numpy(), np.linalg.matrix_rank(x))
        np.testing.assert_allclose(tg.linalg.pinv(x).numpy(), np.linalg.pinv(x), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(tg.linalg.matrix_rank(low, tol=1e9).numpy(), 0)
    np.testing.assert_array_equal(
        tg.linalg.matrix_rank(stack, rtol=0.5).numpy(), np.linalg.matrix_rank(stack, rtol=0.5)
    )
    hermitian = low @ np.conj(low.T)
    assert tg.linalg.matrix_rank(hermitian, hermitian=True).item() == 2
    np.testing.assert_allclose(
        tg.linalg.pinv(hermitian, hermitian=True, rtol=1e-9).numpy(),
        np.linalg.pinv(hermitian, hermitian=True, rtol=1e-9),
        rtol=1e-6,
        atol=1e-9,
    )
    assert tg.linalg.matrix_rank([1.0, 0.0]).item() == 1
    each = [1e-9, 0.9]
    np.testing.assert_allclose(tg.linalg.pinv(stack, rtol=each).numpy(), np.linalg.pinv(stack, rtol=each), atol=1e-12)


@COMPLEX
def test_tensors_as_matrices(complex_too):
    x = draw(complex_too, 2, 3, 6)
    np.testing.assert_allclose(tg.linalg.tensorinv(x).numpy(), np.linalg.tensorinv(x), rtol=1e-10)
    check_grads(tg.linalg.tensorinv, (x,))
    b = draw(complex_too, 2, 3)
    np.testing.assert_allclose(tg.linalg.tensorsolve(x, b).numpy(), np.linalg.tensorsolve(x, b), rtol=1e-10)
    check_grads(tg.linalg.tensorsolve, (x, b))
    moved = np.moveaxis(x, 2, 1)
    want = np.linalg.tensorsolve(moved, b, axes=(1,))
    np.testing.assert_allclose(tg.linalg.tensorsolve(moved, b, axes=(1,)).numpy(), want, rtol=1e-10)


@COMPLEX
def test_the_forms_of_the_array_api(complex_too):
    x = draw(complex_too, 2, 3, 3)
    for name, arguments, keywords in [
        ("trace", (x,), {"offset": 1}),
        ("diagonal", (x,), {"offset": -1}),
        ("cross", (x, x[::-1]), {"axis": 1}),
        ("outer", (x[0, 0], x[1, 1]), {}),
        ("matrix_transpose", (x,), {}),
        ("vecdot", (x, x[::-1]), {"axis": 1}),
        ("matmul", (x, x), {}),
        ("tensordot", (x, x), {"axes": ([1], [2])}),
    ]:
        want = getattr(np.linalg, name)(*arguments, **keywords)
        np.testing.assert_allclose(getattr(tg.linalg, name)(*arguments, **keywords).numpy(), want, rtol=1e-13)
        arrived = getattr(np.linalg, name)(*(tg.tensor(a, requires_grad=True) for a in arguments), **keywords)
        assert isinstance(arrived, tg.Tensor)
        check_grads(lambda *xs, n=name, k=keywords: getattr(tg.linalg, n)(*xs, **k), arguments, order=1)


def test_the_main_namespace_keeps_its_own_forms():
    x = RNG.normal(size=(2, 3, 3))
    np.testing.assert_array_equal(tg.trace(x).numpy(), np.trace(x))
    np.testing.assert_array_equal(tg.tensor(x).trace().numpy(), x.trace())
    np.testing.assert_array_equal(tg.tensor(x).diagonal().numpy(), x.diagonal())


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.linalg.matrix_power(np.eye(2), 0.5), ArgumentError, "integer exponent"),
        (lambda: tg.linalg.matrix_power(np.ones((2, 3)), 2), ShapeError, "square matrices"),
        (lambda: tg.linalg.multi_dot([np.eye(2)]), ShapeError, "two or more"),
        (lambda: tg.linalg.multi_dot([np.eye(2), np.ones(2), np.eye(2)]), ShapeError, "vectors only at the ends"),
        (lambda: tg.linalg.lstsq(np.ones((2, 2)), np.ones(3)), ShapeError, "lstsq"),
        (lambda: tg.linalg.pinv(np.eye(2), rcond=0.1, rtol=0.1), ArgumentError, "two names of one thing"),
        (lambda: tg.linalg.tensorinv(np.eye(2), ind=0), ArgumentError, "positive ind"),
        (lambda: tg.linalg.tensorsolve(np.eye(2), np.ones(3)), ShapeError, "equations for"),
        (lambda: tg.linalg.cross(np.ones(2), np.ones(2)), ShapeError, "3 components"),
        (lambda: tg.linalg.outer(np.eye(2), np.ones(2)), ShapeError, "two vectors"),
        (lambda: tg.linalg.diagonal(np.ones(2)), ShapeError, "a stack of matrices"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()
