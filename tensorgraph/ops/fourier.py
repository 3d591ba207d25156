"""Cards: the discrete Fourier transform along one axis, its inverse, and both for real signals (floor 2).

The matrix of z_k = c Σ_j x_j e^(−2πi jk/n) is symmetric, so the transpose of `fft` is `fft`, cut or padded where n is
not the length of x. What a real transform leaves out is the mirror image of what it keeps, hence the weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import along_axis
from tensorgraph.core.families import general, linear
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.keywords import refuse_out

__all__ = ["fft", "ifft", "irfft", "rfft"]

SWAPPED = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}
"""The norm with which the inverse transform is the transpose."""

# NumPy's stubs want the norms as literals.
_fft: Any = np.fft.fft
_ifft: Any = np.fft.ifft
_rfft: Any = np.fft.rfft
_irfft: Any = np.fft.irfft

_COMPLEX = np.array([[0.5 - 1.0j, 1.0 + 0.2j, -0.7 + 0.4j], [0.1 + 0.3j, -0.6 - 0.8j, 1.1 - 0.5j]])


def _fitted(x: Any, length: int, axis: int) -> Any:
    """The first `length` places along an axis, zeros after the last."""
    place = axis % x.ndim
    have = x.shape[place]
    if length <= have:
        return x if length == have else x[(*(slice(None),) * place, slice(length))]
    rest = np.zeros([length - have if i == place else n for i, n in enumerate(x.shape)], x.dtype)
    return concatenate([x, rest], axis=place)


def _mirrored(g: Any, n: int, axis: int, weight: float) -> Any:
    """Half a spectrum, whose components that stand for two (all but 0 and, of an even n, n/2) are weighted."""
    place = axis % g.ndim
    weights = np.full(g.shape[place], weight, g.real.dtype if g.dtype.kind == "c" else g.dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[n // 2 :] = 1
    return g * weights.reshape([-1 if i == place else 1 for i in range(g.ndim)])


def _rfft_transpose(g: Any, x: Any, n: int | None, axis: int, norm: str | None) -> Any:
    count = x.shape[axis] if n is None else n
    back = irfft(conj(_mirrored(g, count, axis, 0.5)), n=count, axis=axis, norm=SWAPPED[norm])
    return _fitted(back, x.shape[axis], axis)


def _irfft_transpose(g: Any, x: Any, n: int | None, axis: int, norm: str | None) -> Any:  # noqa: ARG001 - g has n places
    back = conj(rfft(g, axis=axis, norm=SWAPPED[norm]))
    return _fitted(_mirrored(back, g.shape[axis], axis, 2.0), x.shape[axis], axis)


def _general_fft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None) -> Any:
    refuse_out("fft", out)
    return fft(x, n=n, axis=axis, norm=norm)


def _general_ifft(
    x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None
) -> Any:
    refuse_out("ifft", out)
    return ifft(x, n=n, axis=axis, norm=norm)


def _general_rfft(
    x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None
) -> Any:
    refuse_out("rfft", out)
    return rfft(x, n=n, axis=axis, norm=norm)


def _general_irfft(
    x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None
) -> Any:
    refuse_out("irfft", out)
    return irfft(x, n=n, axis=axis, norm=norm)


@general(_general_fft)
@linear(
    batch=along_axis(),
    transpose=lambda g, x, n, axis, norm: _fitted(fft(g, axis=axis, norm=norm), x.shape[axis], axis),
    numpy=np.fft.fft,
    cases=(
        case((5,)),
        case((2, 4), axis=0, norm="ortho"),
        case((2, 5), n=3, norm="forward"),
        case((3,), n=5),
        case(_COMPLEX),
        case(_COMPLEX, n=4, axis=-1),
    ),
)
def fft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete Fourier transform, z_k = Σ_j x_j e^(−2πi jk/n), along an axis cut or padded with zeros to n places.

    `norm` "backward" (the default) divides in the inverse by n, "forward" here, "ortho" by √n in both.

    >>> import tensorgraph as tg
    >>> tg.fft.fft([1.0, 0.0, 0.0, 0.0])
    tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """
    return _fft(x, n, axis, norm)


@general(_general_ifft)
@linear(
    batch=along_axis(),
    transpose=lambda g, x, n, axis, norm: _fitted(ifft(g, axis=axis, norm=norm), x.shape[axis], axis),
    numpy=np.fft.ifft,
    cases=(
        case((5,)),
        case((2, 4), axis=0, norm="ortho"),
        case((2, 5), n=3, norm="forward"),
        case((3,), n=5),
        case(_COMPLEX),
    ),
)
def ifft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse discrete Fourier transform, z_j = 1/n Σ_k x_k e^(2πi jk/n); the parameters are those of `fft`."""
    return _ifft(x, n, axis, norm)


@general(_general_rfft)
@linear(
    batch=along_axis(),
    transpose=_rfft_transpose,
    numpy=np.fft.rfft,
    analytic=False,
    cases=(
        case((5,)),
        case((6,)),
        case((2, 4), axis=0, norm="ortho"),
        case((2, 5), n=4, norm="forward"),
        case((3,), n=6),
        case((1,)),
    ),
)
def rfft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete Fourier transform of real numbers, the first n//2 + 1 components: the others are their mirror image.

    >>> import tensorgraph as tg
    >>> tg.fft.rfft([1.0, 0.0, 0.0, 0.0]).shape
    (3,)
    """
    return _rfft(x, n, axis, norm)


@general(_general_irfft)
@linear(
    batch=along_axis(),
    transpose=_irfft_transpose,
    numpy=np.fft.irfft,
    analytic=False,
    cases=(
        case((3,)),
        case(_COMPLEX),
        case(_COMPLEX, n=3, axis=0, norm="ortho"),
        case(_COMPLEX, n=7, norm="forward"),
        case(_COMPLEX, n=2),
        case(_COMPLEX, n=1, axis=0),
        case((4,), n=5),
    ),
)
def irfft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse of `rfft`: n real numbers, by default 2 (m − 1), from m components of which the mirror image is left out.

    What the imaginary parts of the components 0 and, for even n, n/2 are has no effect.

    >>> import tensorgraph as tg
    >>> tg.fft.irfft(tg.fft.rfft([1.0, 2.0, 3.0]), n=3)
    tensor([1., 2., 3.])
    """
    return _irfft(x, n, axis, norm)
