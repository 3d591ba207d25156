"""The public faces of the cards that pack several factors into one array (floor 2)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.composition import composition
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, GradientError
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.linalg import factors, inverses, spectral
from tensorgraph.ops.linalg.matrices import adjoint, check_matrix, check_square, real_part
from tensorgraph.ops.values import as_operand

__all__ = [
    "EigResult",
    "EighResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "qr",
    "slogdet",
    "svd",
    "svdvals",
]


class EigResult(NamedTuple):
    """What `eig` returns."""

    eigenvalues: Any
    eigenvectors: Any


class EighResult(NamedTuple):
    """What `eigh` returns."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """What `qr` returns."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """What `svd` returns."""

    U: Any
    S: Any
    Vh: Any


class SlogdetResult(NamedTuple):
    """What `slogdet` returns."""

    sign: Any
    logabsdet: Any


def _square(name: str, x: Any) -> Any:
    x = as_operand(x)
    check_square(name, x)
    return x


def _triangle(name: str, UPLO: str) -> str:
    if UPLO.upper() not in {"L", "U"}:
        message = f"{name}: expected UPLO='L' or 'U', got {UPLO!r}"
        raise ArgumentError(message)
    return UPLO.upper()


@composition(numpy=np.linalg.eigh)
def eigh(x: Operand, /, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors, as columns, of Hermitian matrices: X V = V diag(w).

    What is decomposed is the Hermitian part ½ (X + Xᴴ), which is X itself where X is Hermitian, so that the gradient is
    Hermitian, too. Vectors of equal eigenvalues have no derivative: a gradient through them raises `GradientError`, a
    forward tangent is NaN. Those of complex matrices have a real first (last for UPLO="U") component.

    >>> import tensorgraph as tg
    >>> tg.linalg.eigh([[2.0, 0.0], [0.0, 1.0]]).eigenvalues
    tensor([1., 2.])
    """
    values, vectors = spectral.unpack(spectral.eigh(_square("eigh", x), UPLO=_triangle("eigh", UPLO)))
    return EighResult(real_part(values), vectors)


@composition(numpy=np.linalg.eigvalsh)
def eigvalsh(x: Operand, /, UPLO: str = "L") -> Any:
    """Eigenvalues of the Hermitian part of matrices, ascending."""
    return spectral.eigvalsh(_square("eigvalsh", x), UPLO=_triangle("eigvalsh", UPLO))


@composition(numpy=np.linalg.eig)
def eig(x: Operand, /) -> EigResult:
    """Eigenvalues and eigenvectors, as columns, of square matrices: X V = V diag(w); real if all eigenvalues are.

    The vectors have length 1 and a real largest component. A gradient through vectors of equal eigenvalues raises
    `GradientError`.
    """
    return EigResult(*spectral.unpack(spectral.eig(_square("eig", x))))


@composition(numpy=np.linalg.eigvals)
def eigvals(x: Operand, /) -> Any:
    """Eigenvalues of square matrices, in no particular order; real if all are."""
    return spectral.eigvals(_square("eigvals", x))


@composition(numpy=np.linalg.cholesky)
def cholesky(x: Operand, /, *, upper: bool = False) -> Any:
    """The lower triangular L with X = L Lᴴ, or the upper one with X = Uᴴ U, of positive definite Hermitian matrices.

    What is factored is the Hermitian part ½ (X + Xᴴ), which is X itself where X is Hermitian, so that the gradient is
    Hermitian, too. Raises LinAlgError if it is not positive definite.

    >>> import tensorgraph as tg
    >>> tg.linalg.cholesky([[4.0, 2.0], [2.0, 5.0]])
    tensor([[2., 0.],
            [1., 2.]])
    """
    low = factors.cholesky(_square("cholesky", x))
    return adjoint(low) if upper else low


@composition(numpy=np.linalg.slogdet)
def slogdet(x: Operand, /) -> SlogdetResult:
    """Sign (of complex matrices, a number of size 1) and logarithm of the size of the determinant.

    >>> import tensorgraph as tg
    >>> tg.linalg.slogdet([[0.0, 1.0], [1.0, 0.0]]).sign
    tensor(-1.)
    """
    packed = inverses.slogdet(_square("slogdet", x))
    return SlogdetResult(packed[..., 0], real_part(packed[..., 1]))


# Singular values


def _no_derivative(name: str, advice: str) -> Any:
    def refuse(*_: Any) -> Any:
        message = f"{name} has no derivative: the added vectors are any basis of what is left; {advice}"
        raise GradientError(message)

    return refuse


_SVD_ADVICE = "use full_matrices=False"
_QR_ADVICE = "use mode='reduced'"


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_no_derivative("svd with full_matrices=True", _SVD_ADVICE),),
    jvps=(_no_derivative("svd with full_matrices=True", _SVD_ADVICE),),
    subgradient="raises",
)
def full_svd(x: Operand, /, part: int) -> Any:
    """U, the singular values or Vᴴ, of all m or n vectors."""
    return np.linalg.svd(np.asarray(x), full_matrices=True)[part]


@composition(numpy=np.linalg.svd)
def svd(x: Operand, /, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """Singular value decomposition, X = U diag(S) Vh, with the values descending.

    `full_matrices=True` adds vectors until U and Vh are square: where that adds any, the vectors have no derivative and
    a gradient through them raises `GradientError`, as it does for vectors of equal or zero singular values. The values
    have gradients always. With `compute_uv=False` they alone are returned.

    >>> import tensorgraph as tg
    >>> tg.linalg.svd([[0.0, 2.0], [1.0, 0.0]]).S
    tensor([2., 1.])
    """
    x = as_operand(x)
    check_matrix("svd", x)
    if hermitian:
        check_square("svd", x)
        x = (x + adjoint(x)) / 2
    if not compute_uv:
        return factors.svdvals(x)
    if full_matrices and x.shape[-2] != x.shape[-1]:
        return SVDResult(full_svd(x, part=0), factors.svdvals(x), full_svd(x, part=2))
    u, s, v = factors.unpack_svd(factors.svd(x), x.shape[-2])
    return SVDResult(u, s, adjoint(v))


@composition(numpy=np.linalg.svdvals)
def svdvals(x: Operand, /) -> Any:
    """Singular values of matrices, descending."""
    x = as_operand(x)
    check_matrix("svdvals", x)
    return factors.svdvals(x)


# QR


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_no_derivative("qr with mode='complete'", _QR_ADVICE),),
    jvps=(_no_derivative("qr with mode='complete'", _QR_ADVICE),),
    subgradient="raises",
)
def complete_q(x: Operand, /) -> Any:
    """Q with all m columns."""
    return np.linalg.qr(np.asarray(x), "complete")[0]


@composition(numpy=np.linalg.qr)
def qr(x: Operand, /, mode: str = "reduced") -> Any:
    """QR factorisation, X = Q R, with orthonormal columns in Q and R upper triangular.

    `mode` "reduced" (the default) gives min(m, n) columns of Q, "complete" all m, and then Q has no derivative where
    that adds any; "r" gives R alone. The gradient needs the first min(m, n) columns of X to be independent.

    >>> import tensorgraph as tg
    >>> tg.linalg.qr([[2.0, 1.0], [0.0, 3.0]]).R.shape
    (2, 2)
    """
    x = as_operand(x)
    check_matrix("qr", x)
    m, n = x.shape[-2:]
    if mode not in {"reduced", "complete", "r"}:
        message = f"qr: expected mode 'reduced', 'complete' or 'r', got {mode!r}"
        raise ArgumentError(message)
    packed = factors.qr(x if m >= n else x[..., :m])
    q, r = packed[..., :m, :], packed[..., m:, :].mT
    if m < n:
        r = concatenate([r, adjoint(q) @ x[..., m:]], axis=-1)
    if mode == "r":
        return r
    if mode == "complete" and m > n:
        rows = np.zeros((*r.shape[:-2], m - n, n), r.dtype)
        return QRResult(complete_q(x), concatenate([r, rows], axis=-2))
    return QRResult(q, r)
