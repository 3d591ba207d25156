"""Cards: the factorisations of Cholesky, QR and singular values (floor 2).

A card has one output, so several factors are packed into one array; `decompositions.py` takes them apart.

Source: Murray, Differentiation of the Cholesky Decomposition, arXiv:1602.07527, 2016; Walter and Lehmann, Algorithmic
Differentiation of Linear Algebra Functions, arXiv:1001.1654, 2010; Townsend, Differentiating the Singular Value
Decomposition, 2016; Wan and Zhang, Automatic Differentiation for Complex Valued SVD, arXiv:1909.02659, 2019.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import GradientError
from tensorgraph.ops.comparison import less_equal
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.diagonals import tril
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.linalg.inverses import inv
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
from tensorgraph.ops.values import peek

__all__ = ["cholesky", "qr", "svd", "svdvals"]

_POSITIVE = np.array([[2.0, -0.4, 0.3], [-0.4, 1.5, 0.5], [0.3, 0.5, 1.8]])
_POSITIVE_COMPLEX = _POSITIVE + 1j * np.array([[0.0, 0.4, -0.2], [-0.4, 0.0, 0.3], [0.2, -0.3, 0.0]])
_SQUARE = np.array([[1.0, -0.6, 0.3], [0.2, 0.5, 0.9], [0.7, -0.4, -1.0]])
_TALL = np.array([[1.0, 0.3], [-0.4, 1.2], [0.5, -0.7], [0.1, 0.6]])
_WIDE = _TALL.T
_COMPLEX = _SQUARE + 1j * _SQUARE.T[::-1]


# Cholesky


def _halved(x: Any) -> Any:
    """The lower triangle, its diagonal halved."""
    return tril(x) - choose(np.eye(x.shape[-1], dtype=bool), x / 2, 0)


def _cholesky_vjp(g: Any, z: Any, x: Any) -> Any:  # noqa: ARG001 - the factor alone has what is needed
    back = inv(z)
    return hermitian_part(back.mT @ _halved(z.mT @ g) @ bar(back))


def _cholesky_jvp(dx: Any, z: Any, x: Any) -> Any:  # noqa: ARG001
    back = inv(z)
    return z @ _halved(back @ hermitian_part(dx) @ adjoint(back))


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_cholesky_vjp,),
    jvps=(_cholesky_jvp,),
    analytic=False,
    cases=(case(_POSITIVE), case(_POSITIVE_COMPLEX), case(np.stack([_POSITIVE, _POSITIVE @ _POSITIVE])), case((0, 0))),
)
def cholesky(x: Operand, /) -> Any:
    """The lower triangular L with L Lᴴ = ½ (X + Xᴴ)."""
    return np.linalg.cholesky(hermitian_part(np.asarray(x)))


# QR: Q above Rᵀ, both with min(m, n) columns, of matrices with m ≥ n


def _qr_vjp(g: Any, z: Any, x: Any) -> Any:
    m = x.shape[-2]
    gq, gr = bar(g[..., :m, :]), bar(g[..., m:, :].mT)
    q, r = z[..., :m, :], z[..., m:, :].mT
    core = r @ adjoint(gr) - adjoint(gq) @ q
    low = tril(core, k=-1)
    own = np.eye(core.shape[-1], dtype=bool)
    return bar((gq + q @ (low + adjoint(low) + choose(own, real_part(core), 0))) @ adjoint(inv(r)))


def _qr_jvp(dx: Any, z: Any, x: Any) -> Any:
    m = x.shape[-2]
    q, r = z[..., :m, :], z[..., m:, :].mT
    step = dx @ inv(r)
    inner = adjoint(q) @ step
    low = tril(inner, k=-1)
    turn = low - adjoint(low)
    if z.dtype.kind == "c":
        turn = turn + choose(np.eye(inner.shape[-1], dtype=bool), 1j * inner.imag, 0)
    dq = q @ turn + step - q @ inner
    return concatenate([dq, ((inner - turn) @ r).mT], axis=-2)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_qr_vjp,),
    jvps=(_qr_jvp,),
    analytic=False,
    cases=(case(_SQUARE), case(_TALL), case(_COMPLEX), case(np.stack([_TALL, _TALL[::-1]]))),
)
def qr(x: Operand, /) -> Any:
    """Q with orthonormal columns above the transpose of R, upper triangular: X = Q R, for m ≥ n."""
    q, r = np.linalg.qr(np.asarray(x))
    return np.concatenate([q, np.swapaxes(r, -1, -2)], axis=-2)


# Singular values: U above s as a row above V, all with min(m, n) columns


def unpack_svd(packed: Any, rows: int) -> tuple[Any, Any, Any]:
    """U, s and V."""
    return packed[..., :rows, :], real_part(packed[..., rows, :]), packed[..., rows + 1 :, :]


def _anchor(u: Any, v: Any, *, tall: bool) -> tuple[Any, Any]:
    """The side whose first components LAPACK leaves real, and these: that of V if m ≥ n, else that of U."""
    side = v if tall else u
    first = side[..., 0, :]
    stray = np.abs(np.imag(peek(first))).max(initial=0)
    if stray > 1e-5:
        message = (
            "svd: this LAPACK leaves no known phase to complex singular vectors, so their derivative is not defined; "
            "differentiate functions of the singular values"
        )
        raise GradientError(message)
    return side, first.real


def _svd_vjp(g: Any, z: Any, x: Any) -> Any:
    m, n = x.shape[-2:]
    (u, s, v), (gu, gs, gv) = unpack_svd(z, m), unpack_svd(g, m)
    core = choose(_vanishing(s), 0, real_part(gs))[..., None, :] * np.eye(s.shape[-1], dtype=s.dtype)
    if peek(gu).any() or peek(gv).any():
        refuse_ties("svd", "singular vectors", s, 1)
        _refuse_zeros(s)
    elif type(g) is np.ndarray:
        return bar(u) @ core @ v.mT  # when recording, what is 0 here may still have a derivative
    own = np.eye(s.shape[-1], dtype=bool)
    per_s = ratio(1, s)
    if z.dtype.kind == "c":
        # U and V turn together by the phase that keeps LAPACK's component real, U by Im(uᴴ dA v)/s on top of it.
        turn_u, turn_v = diagonal_of(u.mT @ gu).imag, diagonal_of(v.mT @ gv).imag
        _, lead = _anchor(u, v, tall=m >= n)
        fix = -1j * ratio(turn_u + turn_v, lead)[..., None, :]
        if m >= n:
            gv, extra = concatenate([gv[..., :1, :] + fix, gv[..., 1:, :]], axis=-2), turn_u * per_s
        else:
            gu, extra = concatenate([gu[..., :1, :] + fix, gu[..., 1:, :]], axis=-2), -turn_v * per_s
        core = core + choose(own, 1j * extra[..., None, :], 0)
    gaps = _square_gaps(s)
    e, h = (u.mT @ gu) * gaps, (v.mT @ gv) * gaps
    core = core + scale_columns(e + adjoint(e), s) + s[..., :, None] * (h + adjoint(h))
    back = bar(u) @ core @ v.mT
    if m > n:
        left = scale_columns(gu, per_s)
        back = back + (left - bar(u) @ (u.mT @ left)) @ v.mT
    if n > m:
        right = adjoint(scale_columns(gv, per_s))
        back = back + bar(u) @ (right - (right @ bar(v)) @ v.mT)
    return back


def _svd_jvp(dx: Any, z: Any, x: Any) -> Any:
    m, n = x.shape[-2:]
    u, s, v = unpack_svd(z, m)
    inner = adjoint(u) @ dx @ v
    ds = choose(_vanishing(s), 0, real_part(diagonal_of(inner)))
    gaps = _square_gaps(s, np.nan)
    right = scale_columns(inner, s)
    left = s[..., :, None] * inner
    du = u @ (gaps * (right + adjoint(right)))
    dv = v @ (gaps * (left + adjoint(left)))
    if m > n:
        out = scale_columns(dx @ v, 1 / s)
        du = du + out - u @ (adjoint(u) @ out)
    if n > m:
        out = scale_columns(adjoint(dx) @ u, 1 / s)
        dv = dv + out - v @ (adjoint(v) @ out)
    if z.dtype.kind == "c":
        slip = diagonal_of(inner).imag / s
        _, lead = _anchor(u, v, tall=m >= n)
        moved = dv if m >= n else du
        phase = -ratio(moved[..., 0, :].imag, lead)
        du = du + 1j * scale_columns(u, phase + slip if m >= n else phase)
        dv = dv + 1j * scale_columns(v, phase if m >= n else phase - slip)
    row = ds[..., None, :]
    return concatenate([du, row if row.dtype == du.dtype else row.astype(du.dtype), dv], axis=-2)


def _square_gaps(s: Any, at_ties: float = 0.0) -> Any:
    """1 / (s_j² − s_i²), as a product, so that it does not cancel."""
    gaps = inverse_gaps(s, at_ties)
    return gaps * ratio(1, s[..., None, :] + s[..., :, None])


def _refuse_zeros(s: Any) -> None:
    values = peek(s)
    if (values <= np.finfo(values.dtype).eps * values.max(initial=0)).any():
        message = (
            "svd: the gradient with respect to the singular vectors does not exist where a singular value is 0; "
            "differentiate a function of the singular values, or of the matrix itself"
        )
        raise GradientError(message)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_svd_vjp,),
    jvps=(_svd_jvp,),
    analytic=False,
    subgradient="raises where vectors of equal or zero singular values are differentiated",
    cases=(
        case(_SQUARE),
        case(_TALL),
        case(_WIDE),
        case(_COMPLEX),
        case(_COMPLEX[:, :2]),
        case(_COMPLEX[:2]),
        case(np.stack([_TALL, _TALL[::-1] + _TALL])),
    ),
)
def svd(x: Operand, /) -> Any:
    """U above the singular values, descending, above V: X = U diag(s) Vᴴ."""
    u, s, vh = np.linalg.svd(np.asarray(x), full_matrices=False)
    return np.concatenate([u, s[..., None, :].astype(u.dtype), np.conjugate(np.swapaxes(vh, -1, -2))], axis=-2)


def _vanishing(s: Any) -> Any:
    """Marks the singular values that are 0 up to rounding: they have a corner there, like |x| at 0, and the slope 0."""
    return less_equal(s, s.shape[-1] * float(np.finfo(s.dtype).eps) * s[..., :1])


def _svdvals_vjp(g: Any, z: Any, x: Any) -> Any:  # noqa: ARG001
    u, s, v = unpack_svd(svd(x), x.shape[-2])
    return scale_columns(bar(u), choose(_vanishing(s), 0, g)) @ v.mT


def _svdvals_jvp(dx: Any, z: Any, x: Any) -> Any:  # noqa: ARG001
    u, s, v = unpack_svd(svd(x), x.shape[-2])
    return choose(_vanishing(s), 0, real_part(sum(bar(u) * (dx @ v), axis=-2)))


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_svdvals_vjp,),
    jvps=(_svdvals_jvp,),
    analytic=False,
    subgradient="0 for singular values 0; equal ones have the gradients of the vectors that LAPACK finds",
    cases=(case(_SQUARE), case(_TALL), case(_WIDE), case(_COMPLEX), case(np.stack([_TALL, _TALL[::-1] + _TALL]))),
)
def svdvals(x: Operand, /) -> Any:
    """Singular values, descending."""
    return np.linalg.svd(np.asarray(x), compute_uv=False)
