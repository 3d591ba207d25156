"""What the rules of linear algebra share: transposes, Hermitian parts, gaps between eigenvalues (floor 2).

Rules are written for dL = Re tr(Gᵀ dZ), the package's convention for the cotangent G of Z; the cotangent of A in
Re tr(N dAᴴ) is then the conjugate of N.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.errors import GradientError, ShapeError
from tensorgraph.ops.comparison import equal
from tensorgraph.ops.comparison import where as choose
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.values import peek

__all__ = [
    "adjoint",
    "bar",
    "check_matrix",
    "check_square",
    "diagonal_of",
    "hermitian_part",
    "inverse_gaps",
    "ratio",
    "real_part",
    "refuse_ties",
    "scale_columns",
]


def bar(x: Any) -> Any:
    """The conjugate; of real numbers the numbers themselves."""
    return conj(x) if x.dtype.kind == "c" else x


def adjoint(x: Any) -> Any:
    """The conjugate transpose."""
    return bar(x).mT


def real_part(x: Any) -> Any:
    """The real part; of real numbers the numbers themselves."""
    return x.real if x.dtype.kind == "c" else x


def hermitian_part(x: Any) -> Any:
    """½ (A + Aᴴ), exactly A of a Hermitian A."""
    return (x + adjoint(x)) / 2


def scale_columns(x: Any, s: Any) -> Any:
    """X diag(s)."""
    return x * s[..., None, :]


def check_matrix(name: str, x: Any) -> None:
    """Raise unless x is a matrix or a stack of matrices."""
    if x.ndim < 2:
        message = f"{name}: expected a matrix or a stack of matrices, got {describe(x)}"
        raise ShapeError(message)


def check_square(name: str, x: Any) -> None:
    """Raise unless x is a square matrix or a stack of them."""
    check_matrix(name, x)
    if x.shape[-1] != x.shape[-2]:
        message = f"{name}: expected square matrices, got {describe(x)}"
        raise ShapeError(message)


def diagonal_of(x: Any) -> Any:
    """The diagonal of square matrices."""
    return sum(choose(np.eye(x.shape[-1], dtype=bool), x, 0), axis=-1)


def ratio(a: Any, b: Any) -> Any:
    """a / b, and 0 where b is 0."""
    zero = equal(b, 0)
    return choose(zero, 0, a / choose(zero, 1, b))


def inverse_gaps(w: Any, at_ties: float = 0.0) -> Any:
    """F_ij = 1 / (w_j − w_i), with 0 on the diagonal, and `at_ties` where two values are equal.

    A reverse sweep refuses ties that matter (`refuse_ties`); a forward sweep cannot know which tangents will be used,
    and puts NaN there.
    """
    gaps = w[..., None, :] - w[..., :, None]
    tied = equal(gaps, 0)
    return choose(tied, choose(np.eye(w.shape[-1], dtype=bool), 0.0, at_ties), 1 / choose(tied, 1, gaps))


def refuse_ties(name: str, vectors: str, w: Any, cotangent: Any) -> None:
    """Raise if vectors of equal values have to be differentiated: they are any basis of their common space."""
    values = peek(w)
    n = values.shape[-1]
    if n < 2 or not peek(cotangent).any():
        return
    gaps = np.abs(values[..., None, :] - values[..., :, None]) + np.where(np.eye(n, dtype=bool), np.inf, 0)
    size = np.abs(values).max(axis=-1)
    if (gaps.min(axis=(-2, -1)) <= 4 * n * np.finfo(values.dtype).eps * size).any():
        message = (
            f"{name}: the gradient with respect to the {vectors} does not exist where two values are equal, as any "
            "rotation of their vectors is as good; differentiate a function of the values alone, or one that needs no "
            f"{name}, or perturb the matrix"
        )
        raise GradientError(message)
