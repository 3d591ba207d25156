"""Cards: linear algebra that SciPy computes: square roots, triangular, banded and Sylvester systems (floor 2).

All raise `MissingExtraError` without the extra `scipy`. With a linear system op(A) X = B and its transposed solution S
for the cotangent of X, the cotangent of B is S and that of op(A) is −S Xᵀ.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, MissingExtraError, ShapeError
from tensorgraph.ops.diagonals import tril, triu
from tensorgraph.ops.joining import stack
from tensorgraph.ops.keywords import shape_of
from tensorgraph.ops.linalg.matrices import adjoint, bar, check_square
from tensorgraph.ops.rearranging import roll
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.values import as_operand

__all__ = ["solve_banded", "solve_sylvester", "solve_triangular", "sqrtm"]

_A = np.array([[2.0, -0.5, 0.3], [0.7, 1.5, -0.4], [0.1, 0.6, 1.8]])
_B = np.array([[1.0, 0.4], [-0.3, 1.2]])
_BANDS = np.array([[0.0, 0.3, -0.5, 0.2], [2.0, 1.5, -1.8, 2.2], [0.4, -0.6, 0.7, 0.0]])


def _scipy(name: str) -> Any:
    """`scipy.linalg`, imported when it is first needed."""
    try:
        import scipy.linalg  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(f"tg.linalg.{name}", "scipy") from error
    return scipy.linalg


# The square root: Z Z = X, hence dZ Z + Z dZ = dX


@primitive(
    public=False,
    numpy=(),
    vjps=(lambda g, z, x: sylvester(z.mT, z.mT, g),),
    jvps=(lambda dx, z, x: sylvester(z, z, dx),),
    analytic=False,
    latex=r"{x}^{1/2}",
    cases=(case(_A), case(_A + 0.3j * _A.T)),
)
def principal_root(x: Operand, /) -> Any:
    """The Z with Z Z = X whose eigenvalues have positive real parts."""
    return np.asarray(_scipy("sqrtm").sqrtm(np.asarray(x)))


@composition()
def sqrtm(x: Operand, /) -> Any:
    """Principal square root of a matrix, Z Z = X, complex where it has to be; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.linalg.sqrtm([[4.0, 0.0], [0.0, 9.0]])
    tensor([[2., 0.],
            [0., 3.]])
    """
    x = _one_matrix("sqrtm", x)
    check_square("sqrtm", x)
    return principal_root(x)


def _one_matrix(name: str, x: Any) -> Any:
    x = as_operand(x)
    if x.ndim != 2:
        message = f"{name}: expected one matrix, got shape {x.shape}"
        raise ShapeError(message)
    return x


# Sylvester's equation: A X + X B = Q


def _sylvester_back(g: Any, a: Any, b: Any) -> Any:
    return sylvester(a.mT, b.mT, g)


@primitive(
    public=False,
    numpy=(),
    vjps=(
        lambda g, z, a, b, q: -(_sylvester_back(g, a, b) @ z.mT),
        lambda g, z, a, b, q: -(z.mT @ _sylvester_back(g, a, b)),
        lambda g, z, a, b, q: _sylvester_back(g, a, b),
    ),
    jvps=(
        lambda da, z, a, b, q: -sylvester(a, b, da @ z),
        lambda db, z, a, b, q: -sylvester(a, b, z @ db),
        lambda dq, z, a, b, q: sylvester(a, b, dq),
    ),
    analytic=False,
    cases=(case(_A, _B, (3, 2)), case(_A + 0.2j, _B, (3, 2))),
)
def sylvester(a: Operand, b: Operand, q: Operand, /) -> Any:
    """The X with A X + X B = Q."""
    # One dtype for all: of a complex A and a real B with complex eigenvalues, SciPy's answer is wrong.
    dtype = np.result_type(a, b, q)
    return _scipy("solve_sylvester").solve_sylvester(*(np.asarray(x, dtype) for x in (a, b, q)))


@composition()
def solve_sylvester(a: Operand, b: Operand, q: Operand, /) -> Any:
    """The solution X of A X + X B = Q; needs the extra `scipy`.

    >>> import tensorgraph as tg
    >>> tg.linalg.solve_sylvester([[1.0]], [[1.0]], [[4.0]])
    tensor([[2.]])
    """
    a, b, q = (_one_matrix("solve_sylvester", x) for x in (a, b, q))
    check_square("solve_sylvester", a)
    check_square("solve_sylvester", b)
    if q.shape != (a.shape[0], b.shape[0]):
        message = f"solve_sylvester: expected Q of shape {(a.shape[0], b.shape[0])}, got {q.shape}"
        raise ShapeError(message)
    return sylvester(a, b, q)


# Triangular systems

_TRANS = {0: 0, 1: 1, 2: 2, "N": 0, "T": 1, "C": 2}


def _of_transpose(g: Any, a: Any, trans: int, lower: bool, unit_diagonal: bool) -> Any:
    """S with op(A)ᵀ S = G."""
    how = {"lower": lower, "unit_diagonal": unit_diagonal}
    if trans == 2:
        return bar(triangular(a, bar(g), trans=0, **how))
    return triangular(a, g, trans=1 - trans, **how)


def _triangle(x: Any, lower: bool, unit_diagonal: bool) -> Any:
    return tril(x, k=-int(unit_diagonal)) if lower else triu(x, k=int(unit_diagonal))


def _as_matrix(x: Any) -> Any:
    return x if x.ndim == 2 else x[:, None]


def _triangular_a(g: Any, z: Any, a: Any, b: Any, trans: int, lower: bool, unit_diagonal: bool) -> Any:  # noqa: ARG001
    back = _as_matrix(_of_transpose(g, a, trans, lower, unit_diagonal))
    whole = back @ _as_matrix(z).mT
    return -_triangle(whole if trans == 0 else whole.mT if trans == 1 else adjoint(whole), lower, unit_diagonal)


def _triangular_da(da: Any, z: Any, a: Any, b: Any, trans: int, lower: bool, unit_diagonal: bool) -> Any:  # noqa: ARG001
    step = _triangle(da, lower, unit_diagonal)
    step = step if trans == 0 else step.mT if trans == 1 else adjoint(step)
    return -triangular(a, step @ z, trans=trans, lower=lower, unit_diagonal=unit_diagonal)


@primitive(
    public=False,
    numpy=(),
    vjps=(
        _triangular_a,
        lambda g, z, a, b, trans, lower, unit_diagonal: _of_transpose(g, a, trans, lower, unit_diagonal),
    ),
    jvps=(
        _triangular_da,
        lambda db, z, a, b, trans, lower, unit_diagonal: triangular(
            a, db, trans=trans, lower=lower, unit_diagonal=unit_diagonal
        ),
    ),
    analytic=False,
    cases=(
        case(_A, (3,)),
        case(_A, (3, 2), lower=True),
        case(_A, (3, 2), trans=1),
        case(_A, (3,), trans=1, lower=True, unit_diagonal=True),
        case(_A + 0.3j * _A.T, (3, 2), trans=2),
    ),
)
def triangular(a: Operand, b: Operand, /, trans: int = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """The X with op(A) X = B, where only one triangle of A counts."""
    solver = _scipy("solve_triangular").solve_triangular
    return solver(np.asarray(a), np.asarray(b), trans=trans, lower=lower, unit_diagonal=unit_diagonal)


@composition()
def solve_triangular(
    a: Operand,
    b: Operand,
    /,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,  # noqa: ARG001 - tensors are immutable
    check_finite: bool = True,  # noqa: ARG001 - SciPy checks
) -> Any:
    """The solution of A X = B, Aᵀ X = B (`trans=1` or "T") or Aᴴ X = B (2 or "C"), with a triangular A; needs `scipy`.

    Only the upper (`lower=True`: the lower) triangle of A counts, and has a gradient; with `unit_diagonal=True` the
    diagonal is taken to be 1.

    >>> import tensorgraph as tg
    >>> tg.linalg.solve_triangular([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
    tensor([1., 2.])
    """
    a, b = _one_matrix("solve_triangular", a), as_operand(b)
    check_square("solve_triangular", a)
    if trans not in _TRANS or b.ndim not in {1, 2} or b.shape[0] != a.shape[0]:
        message = (
            f"solve_triangular: expected trans 0, 1, 2, 'N', 'T' or 'C' and right-hand sides of {a.shape[0]} rows, "
            f"got trans={trans!r} and shape {b.shape}"
        )
        raise ArgumentError(message)
    return triangular(a, b, trans=_TRANS[trans], lower=bool(lower), unit_diagonal=bool(unit_diagonal))


# Banded systems. Row r of the bands holds the elements a_ij with i = r − u + j.


def _moved(x: Any, by: int) -> Any:
    """x[j + by] along the first axis, 0 outside."""
    n = x.shape[0]
    there = np.arange(n) + by
    inside = ((there >= 0) & (there < n)).reshape(-1, *(1,) * (x.ndim - 1))
    return roll(x, shift=-by, axis=0) * inside


def _flipped(bands: Any, low: int, high: int) -> Any:
    """The bands of the transpose, which has `low` upper and `high` lower ones."""
    return stack([_moved(bands[low + high - r], r - low) for r in range(low + high + 1)])


def _times(bands: Any, x: Any, low: int, high: int) -> Any:
    """A X of the banded A."""
    terms = [_moved((bands[r] if x.ndim == 1 else bands[r][:, None]) * x, high - r) for r in range(low + high + 1)]
    return sum(stack(terms), axis=0)


def _banded_bands(g: Any, z: Any, bands: Any, b: Any, low: int, high: int) -> Any:  # noqa: ARG001
    back = banded(_flipped(bands, low, high), g, low=high, high=low)
    rows = [_moved(back, r - high) * z for r in range(low + high + 1)]
    return -stack([row if row.ndim == 1 else sum(row, axis=1) for row in rows])


@primitive(
    public=False,
    numpy=(),
    vjps=(
        _banded_bands,
        lambda g, z, bands, b, low, high: banded(_flipped(bands, low, high), g, low=high, high=low),
    ),
    jvps=(
        lambda da, z, bands, b, low, high: -banded(bands, _times(da, z, low, high), low=low, high=high),
        lambda db, z, bands, b, low, high: banded(bands, db, low=low, high=high),
    ),
    analytic=False,
    cases=(
        case(_BANDS, (4,), low=1, high=1),
        case(_BANDS, (4, 2), low=1, high=1),
        case(_BANDS[:2], (4, 2), low=0, high=1),
        case(_BANDS[[1, 2, 0]], (4,), low=2, high=0),
    ),
)
def banded(bands: Operand, b: Operand, /, low: int, high: int) -> Any:
    """The X with A X = B, where A has `low` bands below the diagonal and `high` above, as SciPy lays them out."""
    return _scipy("solve_banded").solve_banded((low, high), np.asarray(bands), np.asarray(b))


@composition(lift=0)
def solve_banded(
    l_and_u: tuple[int, int],
    bands: Operand,
    b: Operand,
    overwrite_ab: bool = False,  # noqa: ARG001 - tensors are immutable
    overwrite_b: bool = False,  # noqa: ARG001 - tensors are immutable
    check_finite: bool = True,  # noqa: ARG001 - SciPy checks
) -> Any:
    """The solution of A X = B with a banded A, which has l bands below the diagonal and u above; needs `scipy`.

    `bands[u + i − j, j]` is a_ij; what lies outside of A counts for nothing.

    >>> import tensorgraph as tg
    >>> tg.linalg.solve_banded((0, 1), [[0.0, 1.0], [2.0, 4.0]], [4.0, 8.0])
    tensor([1., 2.])
    """
    low, high = (int(n) for n in l_and_u)
    bands, b = as_operand(bands), as_operand(b)
    if bands.ndim != 2 or bands.shape[0] != low + high + 1 or shape_of(b)[:1] != bands.shape[1:] or b.ndim > 2:
        message = (
            f"solve_banded: expected bands of shape ({low + high + 1}, n) and right-hand sides of n rows, "
            f"got {bands.shape} and {b.shape}"
        )
        raise ShapeError(message)
    return banded(bands, b, low=low, high=high)
