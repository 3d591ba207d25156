"""Eigenvalues, singular values, QR, Cholesky: values, both directions, the phases of complex vectors, degeneracies."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, GradientError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(53)


def draw(complex_too, *shape):
    return RNG.normal(size=shape) + (1j * RNG.normal(size=shape) if complex_too else 0)


def close(got, want):
    for a, b in zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]:
        np.testing.assert_allclose(a.numpy(), b, rtol=1e-9, atol=1e-12)
        assert a.dtype == np.asarray(b).dtype


COMPLEX = pytest.mark.parametrize("complex_too", [False, True])
SHAPES = pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4), (2, 3, 3), (2, 4, 3), (2, 3, 4), (9, 2), (2, 9)])


@COMPLEX
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (1, 1), (5, 5)])
@pytest.mark.parametrize("triangle", ["L", "U"])
def test_hermitian_eigenvalues(complex_too, shape, triangle):
    x = draw(complex_too, *shape)
    x = x + np.conj(np.swapaxes(x, -1, -2))
    close(tg.linalg.eigh(x, triangle), tuple(np.linalg.eigh(x, triangle)))
    close(tg.linalg.eigvalsh(x, triangle), np.linalg.eigvalsh(x, triangle))
    check_grads(lambda x: tuple(tg.linalg.eigh(x, triangle)), (x,), inconclusive="return")
    check_grads(lambda x: tg.linalg.eigvalsh(x, triangle), (x,), inconclusive="return")


@COMPLEX
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (5, 5)])
def test_eigenvalues(complex_too, shape):
    x = draw(complex_too, *shape)
    close(tg.linalg.eig(x), tuple(np.linalg.eig(x)))
    close(tg.linalg.eigvals(x), np.linalg.eigvals(x))
    if len(shape) == 2:
        check_grads(lambda x: tuple(tg.linalg.eig(x)), (x,))
    check_grads(tg.linalg.eigvals, (x,))


@COMPLEX
@SHAPES
def test_singular_values(complex_too, shape):
    x = draw(complex_too, *shape)
    for keywords in ({}, {"full_matrices": False}, {"compute_uv": False}):
        want = np.linalg.svd(x, **keywords)
        close(tg.linalg.svd(x, **keywords), want if isinstance(want, np.ndarray) else tuple(want))
    close(tg.linalg.svdvals(x), np.linalg.svdvals(x))
    check_grads(lambda x: tuple(tg.linalg.svd(x, full_matrices=False)), (x,))
    check_grads(tg.linalg.svdvals, (x,))


@COMPLEX
@SHAPES
def test_qr(complex_too, shape):
    x = draw(complex_too, *shape)
    for mode in ("reduced", "complete"):
        close(tg.linalg.qr(x, mode=mode), tuple(np.linalg.qr(x, mode=mode)))
    close(tg.linalg.qr(x, mode="r"), np.linalg.qr(x, mode="r"))
    check_grads(lambda x: tuple(tg.linalg.qr(x)), (x,))


@COMPLEX
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (1, 1)])
def test_cholesky(complex_too, shape):
    x = draw(complex_too, *shape)
    x = x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(shape[-1])
    for upper in (False, True):
        close(tg.linalg.cholesky(x, upper=upper), np.linalg.cholesky(x, upper=upper))
        check_grads(lambda x, upper=upper: tg.linalg.cholesky(x, upper=upper), (x,))


def test_gradients_of_hermitian_matrices_are_hermitian():
    x = draw(True, 3, 3)
    x = x @ np.conj(x.T) + np.eye(3)
    for f in (tg.linalg.cholesky, tg.linalg.eigvalsh):
        g = tg.grad(lambda x, f=f: tg.real((f(x) * np.arange(f(x).size).reshape(f(x).shape)).sum()))(
            tg.tensor(x)
        ).numpy()
        np.testing.assert_allclose(g, np.conj(g.T), rtol=1e-12)


# Where vectors are not unique


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("eigh", lambda x: tg.linalg.eigh(x).eigenvectors),
        ("eig", lambda x: tg.linalg.eig(x).eigenvectors),
        ("svd", lambda x: tg.linalg.svd(x).U),
    ],
)
def test_vectors_of_equal_values_have_no_gradient(name, f):
    with pytest.raises(GradientError, match=f"{name}: .* does not exist where two values are equal"):
        tg.grad(lambda x: f(x).sum())(tg.tensor(np.eye(2)))
    tangent = tg.jvp(f, (np.eye(2),), (np.array([[1.0, 2.0], [2.0, 0.0]]),))[1]
    assert np.isnan(tangent.numpy()).all()


def test_equal_values_themselves_have_gradients():
    for f in (
        lambda x: tg.linalg.eigh(x).eigenvalues.sum(),
        lambda x: tg.linalg.eigvalsh(x).sum(),
        lambda x: tg.linalg.svd(x).S.sum(),
        lambda x: tg.linalg.svdvals(x).sum(),
        lambda x: tg.real(tg.linalg.eigvals(x).sum()),
    ):
        np.testing.assert_allclose(tg.grad(f)(tg.tensor(np.eye(3))).numpy(), np.eye(3), atol=1e-15)
        assert tg.jvp(f, (np.eye(3),), (np.diag([1.0, 2.0, 3.0]),))[1].item() == pytest.approx(6)


def test_vectors_of_zero_singular_values_have_no_gradient():
    x = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])
    with pytest.raises(GradientError, match="singular value is 0"):
        tg.grad(lambda x: tg.linalg.svd(x, full_matrices=False).U.sum())(tg.tensor(x))


def test_zero_singular_values_have_the_slope_zero():
    """As |x| at 0. Those that are not 0 have theirs: SymPy's for the matrix diag(a, 0)."""
    np.testing.assert_array_equal(tg.grad(lambda x: tg.linalg.svdvals(x).sum())(tg.tensor(np.zeros((2, 3)))).numpy(), 0)
    g = tg.grad(lambda x: tg.linalg.svdvals(x).sum())(tg.tensor(np.diag([2.0, 0.0]))).numpy()
    np.testing.assert_allclose(g, [[1, 0], [0, 0]], atol=1e-15)


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda x: tg.linalg.svd(x).U, "full_matrices=False"),
        (lambda x: tg.linalg.svd(x.mT).Vh, "full_matrices=False"),
        (lambda x: tg.linalg.qr(x, mode="complete").Q, "mode='reduced'"),
    ],
    ids=["U", "Vh", "Q"],
)
def test_added_vectors_have_no_gradient(call, advice):
    x = tg.tensor(RNG.normal(size=(4, 2)), requires_grad=True)
    z = call(x)
    assert z.shape == (4, 4)
    with pytest.raises(GradientError, match=advice):
        z.sum().backward()
    assert x.grad is None


def test_values_beside_added_vectors_have_gradients():
    check_grads(lambda x: (tg.linalg.svd(x).S, tg.linalg.qr(x, mode="complete").R), (RNG.normal(size=(4, 2)),))


def test_functions_that_need_no_choice_of_vectors():
    """V f(w) Vᴴ does not depend on phases; where eigenvalues are close it is still right."""
    x = RNG.normal(size=(3, 3))
    x = x + x.T

    def through_vectors(x):
        w, v = tg.linalg.eigh(x)
        return (v * w**3) @ v.mT

    np.testing.assert_allclose(
        tg.jacobian(through_vectors)(x).numpy(),
        tg.jacobian(lambda x: tg.linalg.matrix_power((x + x.mT) / 2, 3))(x).numpy(),
        rtol=1e-9,
        atol=1e-10,
    )


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.linalg.eigh(np.ones(3)), ShapeError, "a stack of matrices"),
        (lambda: tg.linalg.eigh(np.ones((2, 3))), ShapeError, "expected square matrices"),
        (lambda: tg.linalg.eigh(np.eye(2), "X"), ArgumentError, "UPLO"),
        (lambda: tg.linalg.qr(np.eye(2), mode="raw"), ArgumentError, "mode 'reduced'"),
        (lambda: tg.linalg.cholesky(-np.eye(2)), np.linalg.LinAlgError, "not positive definite"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_numpy_calls_arrive_here():
    x = tg.tensor(RNG.normal(size=(3, 3)), requires_grad=True)
    y = x @ x.mT
    for z in (
        *np.linalg.eigh(y),
        *np.linalg.svd(x),
        *np.linalg.qr(x),
        np.linalg.cholesky(y + np.eye(3)),
        np.linalg.eigvals(x),
        np.linalg.svdvals(x),
    ):
        assert isinstance(z, tg.Tensor)
        assert z.requires_grad
