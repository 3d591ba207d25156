"""Covariance and correlation matrices (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.op import Operand
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.ops.arithmetic import sqrt
from tensorgraph.ops.averages import average
from tensorgraph.ops.comparison import stop_gradient
from tensorgraph.ops.complex_numbers import conj
from tensorgraph.ops.diagonals import diagonal
from tensorgraph.ops.extremes import clip
from tensorgraph.ops.joining import concatenate
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.products import matmul
from tensorgraph.ops.reductions import sum
from tensorgraph.ops.values import as_operand, peek

__all__ = ["corrcoef", "cov"]


@composition(lift=1)
def cov(
    x: Operand,
    /,
    y: Operand = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Operand = None,
    aweights: Operand = None,
    *,
    dtype: Any = None,
) -> Any:
    """Covariance matrix of variables, c_ij = Σ_k w_k (x_ik − x̄_i)(x_jk − x̄_j)* / (Σ w − ddof).

    Each row of x, and of `y` if given, is a variable, each column an observation (the other way round with
    `rowvar=False`). `fweights` count observations (integers), `aweights` weigh them and have a gradient if they are a
    Tensor. `ddof` is 1 by default, or 0 with `bias=True`.

    >>> import tensorgraph as tg
    >>> tg.cov(tg.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if ddof is not None and ddof != int(ddof):
        message = f"cov: expected an integer ddof, got {ddof!r}"
        raise ArgumentError(message)
    rows = _variables("cov", x, rowvar, dtype)
    if y is not None:
        rows = concatenate([rows, _variables("cov", y, rowvar, dtype)])
    if not rows.shape[0]:
        return np.zeros((0, 0), rows.dtype)
    free = int(not bias) if ddof is None else int(ddof)
    weights = _observations(rows.shape[1], fweights, aweights)
    centred = rows - reshape(average(rows, 1, weights), shape=(-1, 1))
    if weights is None:
        norm: Any = rows.shape[1] - free
    else:
        total = sum(weights)
        norm = total - (free if aweights is None else free * sum(weights * as_operand(aweights)) / total if free else 0)
    weighted = centred if weights is None else centred * weights
    z = matmul(centred, (conj(weighted) if weighted.dtype.kind == "c" else weighted).mT)
    z = z * float(np.true_divide(1, max(norm, 0))) if weights is None else z / clip(norm, 0, None)
    return reshape(z, shape=()) if z.shape == (1, 1) else z


def _variables(name: str, x: Any, rowvar: bool, dtype: Any) -> Any:
    x = as_operand(x)
    if x.ndim > 2:
        message = f"{name}: expected at most two axes, variables and observations, got shape {x.shape}"
        raise ShapeError(message)
    wanted = np.result_type(x.dtype, np.float64) if dtype is None else np.dtype(dtype)
    x = x if x.dtype == wanted else x.astype(wanted)
    if x.ndim < 2:
        return reshape(x, shape=(1, -1))
    return x if rowvar else x.mT


def _observations(count: int, fweights: Any, aweights: Any) -> Any:
    """The weight of each observation, or None if they are equal."""
    weights: Any = None
    for label, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        w = as_operand(given)
        if w.shape != (count,):
            message = f"cov: expected {count} {label}, got shape {w.shape}"
            raise ShapeError(message)
        values = peek(w)
        if (values < 0).any() or (label == "fweights" and (values != np.round(values)).any()):
            message = f"cov: {label} are {'integers' if label == 'fweights' else 'numbers'} of at least 0"
            raise ArgumentError(message)
        weights = w * np.float64(1) if weights is None else weights * w
    return weights


@composition(lift=1)
def corrcoef(x: Operand, /, y: Operand = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Matrix of correlation coefficients, c_ij / √(c_ii c_jj) with the covariances c.

    The arguments are those of `cov`. What rounding leaves outside of [−1, 1] is brought back, at no change of gradient.
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    spread = sqrt(diagonal(c).real if c.dtype.kind == "c" else diagonal(c))
    z = c / reshape(spread, shape=(-1, 1)) / spread
    return z + stop_gradient(_held(z) - z)


def _held(z: Any) -> Any:
    if z.dtype.kind == "c":
        return clip(z.real, -1, 1) + 1j * clip(z.imag, -1, 1)
    return clip(z, -1, 1)
