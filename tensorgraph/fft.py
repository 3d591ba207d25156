"""`tensorgraph.fft`: discrete Fourier transforms under NumPy's and the Array API's names."""

from __future__ import annotations

from tensorgraph.ops import fourier as _fourier
from tensorgraph.ops import fourier_nd as _fourier_nd

fft = _fourier.fft.function
fft2 = _fourier_nd.fft2.function
fftfreq = _fourier_nd.fftfreq.function
fftn = _fourier_nd.fftn.function
fftshift = _fourier_nd.fftshift.function
hfft = _fourier_nd.hfft.function
ifft = _fourier.ifft.function
ifft2 = _fourier_nd.ifft2.function
ifftn = _fourier_nd.ifftn.function
ifftshift = _fourier_nd.ifftshift.function
ihfft = _fourier_nd.ihfft.function
irfft = _fourier.irfft.function
irfft2 = _fourier_nd.irfft2.function
irfftn = _fourier_nd.irfftn.function
rfft = _fourier.rfft.function
rfft2 = _fourier_nd.rfft2.function
rfftfreq = _fourier_nd.rfftfreq.function
rfftn = _fourier_nd.rfftn.function

__all__ = sorted(name for name in globals() if not name.startswith("_") and name != "annotations")  # noqa: PLE0605 - derived from the lines above
