"""Fourier transforms over several axes, made of those over one; shifts and frequencies (floor 2)."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.fourier import SWAPPED, fft, ifft, irfft, rfft
from tensorgraph.ops.keywords import refuse_out
from tensorgraph.ops.rearranging import roll
from tensorgraph.ops.values import as_operand

__all__ = [
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft2",
    "irfftn",
    "rfft2",
    "rfftfreq",
    "rfftn",
]

_LAST_TWO = (-2, -1)


def _sizes(name: str, x: Any, s: Any, axes: Any, *, from_half: bool = False) -> tuple[list[int], list[int]]:
    """The lengths and the axes of a transform; `from_half` if the last axis holds half a spectrum."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(-len(s), 0)
    places = [operator.index(axis) for axis in axes]
    if s is None:
        lengths = [x.shape[axis] for axis in places]
        if from_half and places:
            lengths[-1] = 2 * (lengths[-1] - 1)
    else:
        lengths = [
            x.shape[axis] if n is None or n == -1 else operator.index(n) for n, axis in zip(s, places, strict=False)
        ]
    if len(lengths) != len(places) or not places:
        message = f"{name}: expected one length for each of at least one axis, got s={s} and axes={axes}"
        raise ArgumentError(message)
    return lengths, places


def _in_turn(op: Any, name: str, x: Any, s: Any, axes: Any, norm: Any, out: Any) -> Any:
    refuse_out(name, out)
    x = as_operand(x)
    lengths, places = _sizes(name, x, s, axes)
    for n, axis in zip(reversed(lengths), reversed(places), strict=True):
        x = op(x, n=n, axis=axis, norm=norm)
    return x


def _real_in_turn(name: str, x: Any, s: Any, axes: Any, norm: Any, out: Any) -> Any:
    refuse_out(name, out)
    x = as_operand(x)
    lengths, places = _sizes(name, x, s, axes)
    x = rfft(x, n=lengths[-1], axis=places[-1], norm=norm)
    for n, axis in zip(reversed(lengths[:-1]), reversed(places[:-1]), strict=True):
        x = fft(x, n=n, axis=axis, norm=norm)
    return x


def _back_to_real(name: str, x: Any, s: Any, axes: Any, norm: Any, out: Any) -> Any:
    refuse_out(name, out)
    x = as_operand(x)
    lengths, places = _sizes(name, x, s, axes, from_half=True)
    for n, axis in zip(lengths[:-1], places[:-1], strict=True):
        x = ifft(x, n=n, axis=axis, norm=norm)
    return irfft(x, n=lengths[-1], axis=places[-1], norm=norm)


@composition(numpy=np.fft.fftn)
def fftn(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = None,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Discrete Fourier transform over several axes, by default all, each cut or padded to its length in `s`."""
    return _in_turn(fft, "fftn", x, s, axes, norm, out)


@composition(numpy=np.fft.ifftn)
def ifftn(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = None,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Inverse discrete Fourier transform over several axes, by default all."""
    return _in_turn(ifft, "ifftn", x, s, axes, norm, out)


@composition(numpy=np.fft.fft2)
def fft2(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = _LAST_TWO,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Discrete Fourier transform over two axes, by default the last."""
    return _in_turn(fft, "fft2", x, s, axes, norm, out)


@composition(numpy=np.fft.ifft2)
def ifft2(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = _LAST_TWO,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Inverse discrete Fourier transform over two axes, by default the last."""
    return _in_turn(ifft, "ifft2", x, s, axes, norm, out)


@composition(numpy=np.fft.rfftn)
def rfftn(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = None,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Discrete Fourier transform of real numbers over several axes; the last one keeps n//2 + 1 components.

    >>> import tensorgraph as tg
    >>> tg.fft.rfftn(tg.ones((4, 6))).shape
    (4, 4)
    """
    return _real_in_turn("rfftn", x, s, axes, norm, out)


@composition(numpy=np.fft.irfftn)
def irfftn(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = None,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Inverse of `rfftn`; for an odd length of the last axis give `s`."""
    return _back_to_real("irfftn", x, s, axes, norm, out)


@composition(numpy=np.fft.rfft2)
def rfft2(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = _LAST_TWO,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Discrete Fourier transform of real numbers over two axes, by default the last."""
    return _real_in_turn("rfft2", x, s, axes, norm, out)


@composition(numpy=np.fft.irfft2)
def irfft2(
    x: Operand,
    /,
    s: Sequence[int] | None = None,
    axes: Sequence[int] | None = _LAST_TWO,
    norm: str | None = None,
    out: None = None,
) -> Any:
    """Inverse of `rfft2`; for an odd length of the last axis give `s`."""
    return _back_to_real("irfft2", x, s, axes, norm, out)


@composition(numpy=np.fft.hfft)
def hfft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None) -> Any:
    """Transform of a signal with Hermitian symmetry, half of which is given, into n real numbers, by default 2 (m − 1).

    >>> import tensorgraph as tg
    >>> tg.fft.hfft([1.0, 0.0, 0.0])
    tensor([1., 1., 1., 1.])
    """
    refuse_out("hfft", out)
    x = as_operand(x)
    return irfft(conj(x), n=2 * (x.shape[axis] - 1) if n is None else n, axis=axis, norm=_swapped("hfft", norm))


@composition(numpy=np.fft.ihfft)
def ihfft(x: Operand, /, n: int | None = None, axis: int = -1, norm: str | None = None, out: None = None) -> Any:
    """Inverse of `hfft`: half of a signal with Hermitian symmetry."""
    refuse_out("ihfft", out)
    return conj(rfft(as_operand(x), n=n, axis=axis, norm=_swapped("ihfft", norm)))


def _swapped(name: str, norm: str | None) -> str:
    if norm not in SWAPPED:
        message = f"{name}: expected norm 'backward', 'ortho' or 'forward', got {norm!r}"
        raise ArgumentError(message)
    return SWAPPED[norm]


# Shifts and frequencies


def _shift(x: Any, axes: Any, half: Any) -> Any:
    x = as_operand(x)
    places = tuple(range(x.ndim)) if axes is None else (axes,) if isinstance(axes, int | np.integer) else tuple(axes)
    return roll(x, shift=tuple(half(x.shape[axis]) for axis in places), axis=places) if places else x


@composition(numpy=np.fft.fftshift)
def fftshift(x: Operand, /, axes: Any = None) -> Any:
    """Frequency 0 moved into the middle of the axes, by default of all.

    >>> import tensorgraph as tg
    >>> tg.fft.fftshift([0, 1, 2, -2, -1])
    tensor([-2, -1,  0,  1,  2])
    """
    return _shift(x, axes, lambda n: n // 2)


@composition(numpy=np.fft.ifftshift)
def ifftshift(x: Operand, /, axes: Any = None) -> Any:
    """Inverse of `fftshift`."""
    return _shift(x, axes, lambda n: -(n // 2))


@composition(numpy=np.fft.fftfreq, lift=0)
def fftfreq(n: int, d: Operand = 1.0, *, dtype: Any = None, device: str | None = None) -> Any:
    """The frequencies of the components of an n-point transform of samples d apart: 0, 1, …, −2, −1 over n d.

    >>> import tensorgraph as tg
    >>> tg.fft.fftfreq(4, 0.5)
    tensor([ 0. ,  0.5, -1. , -0.5])
    """
    count = _count("fftfreq", n, device)
    steps = np.concatenate([np.arange((count + 1) // 2), np.arange(-(count // 2), 0)])
    return _frequencies(steps, count, d, dtype)


@composition(numpy=np.fft.rfftfreq, lift=0)
def rfftfreq(n: int, d: Operand = 1.0, *, dtype: Any = None, device: str | None = None) -> Any:
    """The frequencies of the components of an n-point transform of real samples d apart: 0, 1, …, n//2 over n d."""
    count = _count("rfftfreq", n, device)
    return _frequencies(np.arange(count // 2 + 1), count, d, dtype)


def _count(name: str, n: Any, device: Any) -> int:
    try:
        count = operator.index(n)
    except TypeError:
        message = f"{name}: expected an integer number of samples, got {n!r}"
        raise ArgumentError(message) from None
    if device not in {None, "cpu"}:
        message = f"{name}: expected device None or 'cpu', got {device!r}"
        raise ArgumentError(message)
    return count


def _frequencies(steps: Any, n: int, d: Any, dtype: Any) -> Any:
    z = steps * (1.0 / (n * d))
    return z if dtype is None else z.astype(np.dtype(dtype))
