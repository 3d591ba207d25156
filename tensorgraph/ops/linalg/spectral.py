"""Cards: eigenvalues and eigenvectors (floor 2).

A card has one output, so values and vectors are packed: row 0 holds the values, the rows below the vectors as columns.
`decompositions.py` takes them apart. Phases of complex vectors are LAPACK's: of a Hermitian matrix the first (UPLO="L")
or last component is real, of a general one the largest; the derivatives keep them so.

Source: Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode AD, Oxford 2008, ch. 3;
Boeddeker et al., On the Computation of Complex-valued Gradients with Application to Statistically Optimum Beamforming,
arXiv:1701.00392, 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.arithmetic import abs
from tensorgraph.ops.comparison import equal
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.linalg.inverses import inv, solve
from tensorgraph.ops.linalg.matrices import (
    adjoint,
    bar,
    diagonal_of,
    hermitian_part,
    inverse_gaps,
    ratio,
    real_part,
    refuse_ties,
    scale_columns,
)
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.searching import argmax

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]

# NumPy's stubs want UPLO as a literal.
_eigh: Any = np.linalg.eigh
_eigvalsh: Any = np.linalg.eigvalsh

_SYMMETRIC = np.array([[2.0, -0.6, 0.3], [-0.6, 0.5, 0.9], [0.3, 0.9, -1.0]])
_HERMITIAN = np.array([[2.0, 0.4 - 0.5j, 0.3j], [0.4 + 0.5j, 0.5, 0.9], [-0.3j, 0.9, -1.0]])
_TURNING = np.array([[0.5, -1.2, 0.3], [1.1, 0.2, 0.4], [0.2, 0.1, -0.7]])


def pack(values: Any, vectors: Any) -> Any:
    """Values as a row above the vectors."""
    return np.concatenate([values[..., None, :].astype(vectors.dtype), vectors], axis=-2)


def unpack(packed: Any) -> tuple[Any, Any]:
    """Values and vectors."""
    return packed[..., 0, :], packed[..., 1:, :]


# Hermitian matrices


def _real_row(v: Any, uplo: str) -> Any:
    """Marks the row of the eigenvectors that LAPACK leaves real."""
    rows = np.zeros((v.shape[-1], 1), bool)
    rows[:1] = uplo == "L"
    rows[-1:] |= uplo != "L"
    return rows


def _eigh_vjp(g: Any, z: Any, x: Any, UPLO: str) -> Any:  # noqa: ARG001 - the result alone has what is needed
    (gw, gv), (w, v) = unpack(g), unpack(z)
    w = real_part(w)
    inner = v.mT @ gv
    refuse_ties("eigh", "eigenvectors", w, gv)
    if v.dtype.kind == "c":
        row = _real_row(v, UPLO)
        lead = sum(choose(row, real_part(v), 0), axis=-2)
        gv = gv + choose(row, -1j * ratio(diagonal_of(inner).imag, lead)[..., None, :], 0)
        inner = v.mT @ gv
    own = np.eye(v.shape[-1], dtype=bool)
    core = choose(own, real_part(gw)[..., None, :] + 0 * inner, inner * inverse_gaps(w))
    return hermitian_part(bar(v) @ core @ v.mT)


def _eigh_jvp(dx: Any, z: Any, x: Any, UPLO: str) -> Any:  # noqa: ARG001
    w, v = unpack(z)
    w = real_part(w)
    inner = adjoint(v) @ hermitian_part(dx) @ v
    dv = v @ (inner * inverse_gaps(w, np.nan))
    if v.dtype.kind == "c":
        row = _real_row(v, UPLO)
        lead = sum(choose(row, real_part(v), 0), axis=-2)
        dv = dv - 1j * scale_columns(v, ratio(sum(choose(row, dv.imag, 0), axis=-2), lead))
    dw = real_part(diagonal_of(inner))[..., None, :]
    return concatenate([dw if dw.dtype == dv.dtype else dw.astype(dv.dtype), dv], axis=-2)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_eigh_vjp,),
    jvps=(_eigh_jvp,),
    analytic=False,
    subgradient="raises where vectors of equal eigenvalues are differentiated",
    cases=(case(_SYMMETRIC), case(_HERMITIAN), case(_HERMITIAN, UPLO="U"), case(np.stack([_SYMMETRIC, _TURNING]))),
)
def eigh(x: Operand, /, UPLO: str = "L") -> Any:
    """Eigenvalues, ascending, above the orthonormal eigenvectors of the Hermitian part."""
    return pack(*_eigh(hermitian_part(np.asarray(x)), UPLO))


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(lambda g, z, x, UPLO: _spread(g, unpack(eigh(x, UPLO=UPLO))[1]),),
    jvps=(lambda dx, z, x, UPLO: _projected(hermitian_part(dx), unpack(eigh(x, UPLO=UPLO))[1]),),
    analytic=False,
    subgradient="equal eigenvalues have the gradients of the eigenvectors that LAPACK finds",
    cases=(case(_SYMMETRIC), case(_HERMITIAN), case(_SYMMETRIC, UPLO="U"), case(np.stack([_SYMMETRIC, _TURNING]))),
)
def eigvalsh(x: Operand, /, UPLO: str = "L") -> Any:
    """Eigenvalues of the Hermitian part, ascending."""
    return _eigvalsh(hermitian_part(np.asarray(x)), UPLO)


def _spread(g: Any, v: Any) -> Any:
    """V̄ diag(g) Vᵀ."""
    return scale_columns(bar(v), g) @ v.mT


def _projected(dx: Any, v: Any) -> Any:
    """diag(Vᴴ dA V)."""
    return real_part(sum(bar(v) * (dx @ v), axis=-2))


# General matrices


def _largest(v: Any) -> Any:
    """Marks the largest component of each vector, which LAPACK makes real."""
    places = argmax(abs(v), axis=-2, keepdims=True)
    return equal(places, np.arange(v.shape[-1])[:, None])


def _eig_vjp(g: Any, z: Any, x: Any) -> Any:  # noqa: ARG001
    (gw, gv), (w, v) = unpack(g), unpack(z)
    own = np.eye(v.shape[-1], dtype=bool)
    refuse_ties("eig", "eigenvectors", w, gv)
    along = diagonal_of(v.mT @ gv)
    gv = gv - scale_columns(bar(v), real_part(along))
    if v.dtype.kind == "c":
        top = _largest(v)
        lead = sum(choose(top, v.real, 0), axis=-2)
        gv = gv - choose(top, 1j * ratio(along.imag, lead)[..., None, :], 0)
    inner = v.mT @ gv
    core = choose(own, gw[..., None, :] + 0 * inner, inner * inverse_gaps(w))
    return solve(v.mT, core @ v.mT)


def _eig_jvp(dx: Any, z: Any, x: Any) -> Any:  # noqa: ARG001
    w, v = unpack(z)
    inner = solve(v, dx @ v)
    dv = v @ (inner * inverse_gaps(w, np.nan))
    dv = dv - scale_columns(v, real_part(sum(bar(v) * dv, axis=-2)))
    if v.dtype.kind == "c":
        top = _largest(v)
        lead = sum(choose(top, v.real, 0), axis=-2)
        dv = dv - 1j * scale_columns(v, ratio(sum(choose(top, dv.imag, 0), axis=-2), lead))
    return concatenate([diagonal_of(inner)[..., None, :], dv], axis=-2)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_eig_vjp,),
    jvps=(_eig_jvp,),
    analytic=False,
    subgradient="raises where vectors of equal eigenvalues are differentiated",
    cases=(case(_TURNING), case(_HERMITIAN + 0.3 * _TURNING), case(_SYMMETRIC + 0.1 * _TURNING)),
)
def eig(x: Operand, /) -> Any:
    """Eigenvalues above the eigenvectors, of length 1 with a real largest component; real if all eigenvalues are."""
    return pack(*np.linalg.eig(np.asarray(x)))


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(lambda g, z, x: _spread_back(g, unpack(eig(x))[1]),),
    jvps=(lambda dx, z, x: _projected_obliquely(dx, unpack(eig(x))[1]),),
    analytic=False,
    cases=(case(_TURNING), case(_HERMITIAN + 0.3 * _TURNING), case(np.stack([_TURNING, _SYMMETRIC]))),
)
def eigvals(x: Operand, /) -> Any:
    """Eigenvalues, in no particular order; real if all are."""
    return np.linalg.eigvals(np.asarray(x))


def _spread_back(g: Any, v: Any) -> Any:
    """V⁻ᵀ diag(g) Vᵀ."""
    return solve(v.mT, g[..., :, None] * v.mT)


def _projected_obliquely(dx: Any, v: Any) -> Any:
    """diag(V⁻¹ dA V)."""
    return sum(inv(v) * (dx @ v).mT, axis=-1)
