"""Fourier transforms: bit for bit NumPy's values; all lengths, axes and norms; the convention for complex numbers."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import MutationError, TensorgraphError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(43)
NORMS = [None, "backward", "ortho", "forward"]


def real(*shape):
    return RNG.normal(size=shape)


def complex_(*shape):
    return real(*shape) + 1j * real(*shape)


def check(name, x, **keywords):
    got, want = getattr(tg.fft, name)(x, **keywords), getattr(np.fft, name)(x, **keywords)
    np.testing.assert_array_equal(got.numpy(), want)
    assert got.dtype == want.dtype
    arrived = getattr(np.fft, name)(tg.tensor(x, requires_grad=True), **keywords)
    assert isinstance(arrived, tg.Tensor)
    assert arrived.requires_grad
    check_grads(lambda x: getattr(tg.fft, name)(x, **keywords), (x,), order=1)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 2, 3, 4, 5, 6, 8])
def test_one_axis(n, norm):
    for axis in (0, -1):
        for name in ("fft", "ifft", "irfft", "hfft"):
            check(name, complex_(4, 5), n=n, axis=axis, norm=norm)
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
            check(name, real(4, 5), n=n, axis=axis, norm=norm)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize(
    "keywords", [{}, {"axes": (0, 2)}, {"s": (2, 6), "axes": (1, 2)}, {"s": (3, -1), "axes": (-1, 0)}]
)
def test_several_axes(keywords, norm):
    for name in ("fftn", "ifftn", "irfftn"):
        check(name, complex_(3, 4, 5), norm=norm, **keywords)
    check("rfftn", real(3, 4, 5), norm=norm, **keywords)


@pytest.mark.parametrize("norm", NORMS)
def test_two_axes(norm):
    for name in ("fft2", "ifft2", "irfft2"):
        check(name, complex_(3, 4, 5), norm=norm)
    check("rfft2", real(3, 4, 5), norm=norm)
    check("rfft2", real(4, 6), s=(3, 5), norm=norm)


def test_higher_orders():
    check_grads(lambda x: tg.abs(tg.fft.rfft(x)) ** 2, (real(6),))
    check_grads(lambda x: tg.fft.irfft(tg.fft.rfft(x) ** 2, n=5), (real(5),))
    check_grads(lambda z: tg.fft.ifft(tg.fft.fft(z) ** 3), (complex_(4),))


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
def test_shifts(name):
    for x, axes in ((real(3, 4), None), (complex_(5, 4), 0), (real(5, 4), (1, 0)), (real(5), ())):
        np.testing.assert_array_equal(getattr(tg.fft, name)(x, axes=axes).numpy(), getattr(np.fft, name)(x, axes=axes))
    check_grads(getattr(tg.fft, name), (real(5, 4),))


@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
@pytest.mark.parametrize("n", [1, 4, 5, 8])
def test_frequencies(name, n):
    for d in (1.0, 0.3):
        np.testing.assert_array_equal(getattr(tg.fft, name)(n, d).numpy(), getattr(np.fft, name)(n, d))
    check_grads(lambda d: getattr(tg.fft, name)(n, d), (0.7,), inconclusive="return")
    assert getattr(tg.fft, name)(n, dtype=np.float32).dtype == np.float32


def test_single_precision_stays_single():
    x = tg.tensor(np.arange(4), dtype="float32", requires_grad=True)
    z = tg.fft.rfft(x)
    assert z.dtype == np.complex64
    tg.abs(z).sum().backward()
    assert x.grad.dtype == np.float32


def test_errors_teach():
    for call in (
        lambda: tg.fft.fft(real(3), norm="loud"),
        lambda: tg.fft.hfft(real(3), norm="loud"),
        lambda: tg.fft.fft(real(3), axis=2),
        lambda: tg.fft.fft(real(3), n=0),
        lambda: tg.fft.rfft(complex_(3)),
        lambda: tg.fft.fftn(real(3, 3), s=(1,), axes=(0, 1)),
        lambda: tg.fft.fftfreq(2.5),
        lambda: tg.fft.fftfreq(2, device="gpu"),
    ):
        with pytest.raises(TensorgraphError, match="fft"):
            call()
    with pytest.raises(MutationError, match="out="):
        tg.fft.fft(real(3), out=complex_(3))


def test_as_in_jax():
    """The convention for complex numbers is that of JAX: the gradient of a real f carries no conjugate."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)

    def weighed(f, z):
        return (abs(f(z)) ** 2 * np.arange(f(z).size)).sum()

    for name in ("fft", "ifft", "irfft", "hfft"):
        z = complex_(6)
        ours = tg.grad(lambda z, n=name: weighed(getattr(tg.fft, n), z))(z)
        theirs = jax.grad(lambda z, n=name: weighed(getattr(jax.numpy.fft, n), z))(z)
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-10, atol=1e-12)
