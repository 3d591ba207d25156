"""Cards: inverses, linear systems, determinants (floor 2).

Source: Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode AD, Oxford 2008, ch. 2;
for the pseudo-inverse and least squares, Golub and Pereyra, The Differentiation of Pseudo-Inverses and Nonlinear Least
Squares Problems Whose Variables Separate, SIAM J. Numer. Anal. 10 (1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is, widened
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.linalg.matrices import adjoint, bar
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.values import peek

__all__ = ["det", "inv", "lstsq_solution", "pinv", "slogdet", "solve"]

_A = np.array([[2.0, -0.5, 0.3], [0.7, 1.5, -0.4], [0.1, 0.6, -1.8]])
_Z = _A + 1j * _A[::-1]
_STACK = np.stack([_A, _A.T + 0.3])
_TALL = np.array([[1.0, 0.3], [-0.4, 1.2], [0.5, -0.7]])


# The inverse and linear systems


@primitive(
    batch=as_it_is(needs=2),
    vjps=(lambda g, z, x: -(z.mT @ g @ z.mT),),
    jvps=(lambda dx, z, x: -(z @ dx @ z),),
    numpy=np.linalg.inv,
    latex=r"{x}^{-1}",
    signature="(n,n)->(n,n)",
    cases=(case(_A), case(_Z), case(_STACK), case((0, 0))),
)
def inv(x: Operand, /) -> Any:
    """The inverse of square matrices, with the cotangent −Zᵀ G Zᵀ; raises LinAlgError if one is singular.

    >>> import tensorgraph as tg
    >>> tg.linalg.inv([[2.0, 0.0], [0.0, 4.0]])
    tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    return np.linalg.inv(x)


def _columns(x: Any, right: Any, y: Any) -> Any:
    """X⁻¹ R, where R has vectors, like y, or matrices in its last axes."""
    return solve(x, right[..., None])[..., 0] if y.ndim == 1 and right.ndim > 1 else solve(x, right)


def _solve_x(g: Any, z: Any, x: Any, y: Any) -> Any:
    back = _columns(x.mT, g, y)
    return -(back[..., :, None] * z[..., None, :]) if y.ndim == 1 else -(back @ z.mT)


def _solve_dx(dx: Any, z: Any, x: Any, y: Any) -> Any:
    return -solve(x, dx @ z[..., None])[..., 0] if y.ndim == 1 else -solve(x, dx @ z)


def _solve_all(op: Any, xs: Sequence[Any], lead: Sequence[bool], size: int) -> Any:  # noqa: ARG001 - see `BatchRule`
    x, y = xs
    vectors = y.ndim - lead[1] == 1
    y = y[..., None] if vectors else y
    ndim = max(t.ndim - is_led for t, is_led in zip((x, y), lead, strict=True))
    x, y = (widened(t, ndim) if is_led else t for t, is_led in zip((x, y), lead, strict=True))
    return op(x, y)[..., 0] if vectors else op(x, y)


@primitive(
    batch=_solve_all,
    vjps=(_solve_x, lambda g, z, x, y: _columns(x.mT, g, y)),
    jvps=(_solve_dx, lambda dy, z, x, y: solve(x, dy)),
    numpy=np.linalg.solve,
    signature="(n,n),(n,k?)->(n,k?)",
    latex=r"{x}^{-1} {y}",
    cases=(
        case(_A, (3,)),
        case(_A, (3, 2)),
        case(_Z, (3, 2)),
        case(_STACK, (3, 2)),
        case(_A, (2, 3, 1)),
        case(_STACK, (3,)),
    ),
)
def solve(x: Operand, y: Operand, /) -> Any:
    """The solution of linear systems, Z = X⁻¹ Y; y is a vector (one axis) or a stack of matrices.

    Raises LinAlgError if a matrix is singular.

    >>> import tensorgraph as tg
    >>> tg.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])
    tensor([1. , 0.5])
    """
    return np.linalg.solve(x, y)


# Determinants


def _cofactors(z: Any, x: Any) -> Any:
    """∂det/∂x_ij, also of singular matrices.

    Of regular ones det(X) X⁻ᵀ. Of singular ones by the singular value decomposition, det(U) det(V) Π_{j≠i} s_j in place
    of 1/s_i; where that has to be differentiated in turn, by the polynomial of Faddeev and LeVerrier.
    """
    if x.shape[-1] == 0:
        return x
    back = _trusted_inverse(peek(x))
    if back is not None:
        return z[..., None, None] * (back if type(x) is np.ndarray else inv(x)).mT
    if type(x) is not np.ndarray:
        return _cofactors_by_powers(x)
    u, s, vh = np.linalg.svd(x)
    others = np.stack([np.delete(s, i, axis=-1).prod(axis=-1) for i in range(s.shape[-1])], axis=-1)
    turn = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    return turn * ((u.conj() * others[..., None, :]) @ vh.conj())


def _trusted_inverse(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """The inverse, if the condition number in the 1-norm is below 1e8."""
    try:
        back: np.ndarray[Any, Any] = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return None
    condition = np.abs(x).sum(axis=-2).max(axis=-1) * np.abs(back).sum(axis=-2).max(axis=-1)
    return back if (condition < 1e8).all() else None


def _cofactors_by_powers(x: Any) -> Any:
    """adj(X) = (−1)ⁿ⁻¹ M_n with M_1 = I, c_k = −tr(X M_k)/k, M_{k+1} = X M_k + c_k I: no division by elements.

    Source: Faddeev and Faddeeva, Computational Methods of Linear Algebra, Freeman 1963, §47.
    """
    n = x.shape[-1]
    one = np.eye(n, dtype=x.dtype)
    m: Any = one
    for k in range(1, n):
        product = x @ m
        m = product - one * (sum(choose(one == 1, product, 0), axis=(-2, -1), keepdims=True) / k)
    m = m if n % 2 else -m
    return m.mT if n > 1 else one + 0 * x


@primitive(
    batch=as_it_is(needs=2),
    vjps=(lambda g, z, x: g[..., None, None] * _cofactors(z, x),),
    jvps=(lambda dx, z, x: sum(_cofactors(z, x) * dx, axis=(-2, -1)),),
    numpy=np.linalg.det,
    signature="(n,n)->()",
    latex=r"\det {x}",
    subgradient="of singular matrices the cofactors, at every order",
    cases=(case(_A), case(_Z), case(_STACK), case((1, 1)), case((0, 0))),
)
def det(x: Operand, /) -> Any:
    """The determinant of square matrices; its gradient are the cofactors, also of singular matrices.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.linalg.det)(tg.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor([[ 4., -2.],
            [-2.,  1.]])
    """
    return np.linalg.det(x)


def _slogdet_vjp(g: Any, z: Any, x: Any) -> Any:
    scale = g[..., 1].real + 1j * (g[..., 0] * z[..., 0]).imag if z.dtype.kind == "c" else g[..., 1]
    return scale[..., None, None] * inv(x).mT


def _slogdet_jvp(dx: Any, z: Any, x: Any) -> Any:
    change = sum(inv(x).mT * dx, axis=(-2, -1))[..., None]
    side = np.array([True, False])
    if z.dtype.kind != "c":
        return choose(side, 0, change)
    return choose(side, 1j * z * change.imag, change.real + 0j)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(_slogdet_vjp,),
    jvps=(_slogdet_jvp,),
    analytic=False,
    cases=(case(_A), case(_Z), case(_STACK)),
)
def slogdet(x: Operand, /) -> Any:
    """Sign and logarithm of the size of the determinant, side by side in the last axis."""
    sign, size = np.linalg.slogdet(x)
    return np.stack([sign, np.asarray(size).astype(np.asarray(sign).dtype)], axis=-1)


# The pseudo-inverse and least squares


def _pinv_vjp(g: Any, z: Any, x: Any) -> Any:
    # dZ = −Z dA Z + Z Zᴴ dAᴴ (I − A Z) + (I − Z A) dAᴴ Zᴴ Z
    gt = g.mT
    rest = gt - x @ (z @ gt)
    corner = gt - (gt @ z) @ x
    return -(z.mT @ g @ z.mT) + bar(rest @ z @ adjoint(z)) + bar(adjoint(z) @ z @ corner)


def _pinv_jvp(dx: Any, z: Any, x: Any) -> Any:
    step = adjoint(dx)
    wide = z @ (adjoint(z) @ step)
    tall = step @ adjoint(z) @ z
    return -(z @ dx @ z) + wide - (wide @ x) @ z + tall - z @ (x @ tall)


@primitive(
    batch=as_it_is(needs=2),
    public=False,
    numpy=(),
    vjps=(lambda g, z, x, rcond: _pinv_vjp(g, z, x),),
    jvps=(lambda dx, z, x, rcond: _pinv_jvp(dx, z, x),),
    latex=r"{x}^{+}",
    analytic=False,
    subgradient="the rank is taken to be constant",
    cases=(
        case(_A),
        case(_Z),
        case(_TALL),
        case(_TALL.T),
        case(np.stack([_TALL, _TALL[::-1]])),
        case(_TALL, rcond=1e-10),
    ),
)
def pinv(x: Operand, /, rcond: Any = None) -> Any:
    """The Moore-Penrose pseudo-inverse."""
    return np.linalg.pinv(x) if rcond is None else np.linalg.pinv(x, rcond)


def _lstsq_x(g: Any, z: Any, x: Any, y: Any, rcond: float | None) -> Any:
    # dZ = P (dY − dA Z) + P Pᴴ dAᴴ R + (I − P A) dAᴴ Pᴴ Z, with P = A⁺ and R = Y − A Z
    p = pinv(x, rcond=rcond)
    rest = y - x @ z
    gt = g.mT
    corner = gt - (gt @ p) @ x
    return -(p.mT @ g @ z.mT) + bar(rest @ gt @ p @ adjoint(p)) + bar(adjoint(p) @ z @ corner)


def _lstsq_jvp_x(dx: Any, z: Any, x: Any, y: Any, rcond: float | None) -> Any:
    p = pinv(x, rcond=rcond)
    step = adjoint(dx)
    tall = step @ (adjoint(p) @ z)
    return -(p @ (dx @ z)) + p @ (adjoint(p) @ (step @ (y - x @ z))) + tall - p @ (x @ tall)


@primitive(
    public=False,
    numpy=(),
    vjps=(_lstsq_x, lambda g, z, x, y, rcond: pinv(x, rcond=rcond).mT @ g),
    jvps=(_lstsq_jvp_x, lambda dy, z, x, y, rcond: pinv(x, rcond=rcond) @ dy),
    analytic=False,
    signature="(m,n),(m,k)->(n,k)",
    subgradient="the rank is taken to be constant",
    cases=(case(_TALL, (3, 2)), case(_TALL.T, (2, 1)), case(_Z, (3, 1))),
)
def lstsq_solution(x: Operand, y: Operand, /, rcond: float | None = None) -> Any:
    """The shortest Z among those that minimise ‖X Z − Y‖."""
    return np.linalg.lstsq(x, y, rcond)[0]
