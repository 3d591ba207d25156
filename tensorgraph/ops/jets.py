"""Truncated Taylor polynomials in two small quantities α and β, for derivatives with respect to parameters (floor 2).

A jet is an array whose entry [i, j] is the coefficient of α^i β^j; further axes are those of the arrays that it stands
for. Sums and multiples of jets are those of arrays. Plain NumPy.

Source of the maths: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 13.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.ops.forwards import inexact

__all__ = ["MAX_TERMS", "constant", "continued_fraction", "derivative", "divide", "exponential", "multiply", "variable"]

Jet = np.ndarray[Any, Any]

MAX_TERMS = 20_000
"""Enough for parameters up to about a million; what a series has not reached by then is NaN."""


def constant(value: Any, degrees: tuple[int, int]) -> Jet:
    """A jet without α and β, of degrees up to those given."""
    value = np.asarray(value, np.float64)
    jet = np.zeros((degrees[0] + 1, degrees[1] + 1, *value.shape))
    jet[0, 0] = value
    return jet


def variable(value: Any, degrees: tuple[int, int], alpha: float = 0.0, beta: float = 0.0) -> Jet:
    """The jet of value + alpha · α + beta · β."""
    jet = constant(value, degrees)
    if degrees[0]:
        jet[1, 0] = alpha
    if degrees[1]:
        jet[0, 1] = beta
    return jet


def multiply(p: Jet, q: Jet) -> Jet:
    """The product, truncated."""
    out: Jet = np.zeros(np.broadcast_shapes(p.shape, q.shape))
    for i, j in itertools.product(range(out.shape[0]), range(out.shape[1])):
        for k, l in itertools.product(range(i + 1), range(j + 1)):
            out[i, j] += p[k, l] * q[i - k, j - l]
    return out


def divide(p: Jet, q: Jet) -> Jet:
    """The quotient r, from p = q r coefficient by coefficient."""
    out: Jet = np.zeros(np.broadcast_shapes(p.shape, q.shape))
    for i, j in itertools.product(range(out.shape[0]), range(out.shape[1])):
        rest = p[i, j] + np.zeros(out.shape[2:])
        for k, l in itertools.product(range(i + 1), range(j + 1)):
            if k or l:
                rest -= q[k, l] * out[i - k, j - l]
        out[i, j] = rest / q[0, 0]
    return out


def exponential(p: Jet) -> Jet:
    """e^p, from ∂(e^p) = ∂p · e^p in α, and in β along the edge where α has the power 0."""
    out = np.zeros_like(p)
    out[0, 0] = np.exp(p[0, 0])
    for i, j in itertools.product(range(p.shape[0]), range(p.shape[1])):
        if i:
            pairs = itertools.product(range(1, i + 1), range(j + 1))
            out[i, j] = sum(k * p[k, l] * out[i - k, j - l] for k, l in pairs) / i
        elif j:
            out[i, j] = sum(l * p[0, l] * out[0, j - l] for l in range(1, j + 1)) / j
    return out


def continued_fraction(first: Jet, coefficient: Callable[[int], tuple[Jet, Jet]]) -> Jet:
    """first + a₁/(b₁ + a₂/(b₂ + …)) with (a_k, b_k) = coefficient(k), by the method of Lentz, Thompson and Barnett."""
    value = ratio = first
    inverse = constant(np.zeros(first.shape[2:]), (first.shape[0] - 1, first.shape[1] - 1))
    one = inverse.copy()
    one[0, 0] = 1.0
    moving = np.ones_like(value, np.bool_)
    for k in range(1, MAX_TERMS):
        a, b = coefficient(k)
        inverse = divide(one, b + multiply(a, inverse))
        ratio = b + divide(a, ratio)
        step = multiply(ratio, inverse)
        value = multiply(value, step)
        # What rounding leaves of the cancellation in `step` never goes away.
        moving = np.abs(step - one) > 1e-15 * multiply(np.abs(ratio), np.abs(inverse))
        if not moving.any():
            break
    else:
        value[..., moving.any(axis=(0, 1))] = np.nan
    return value


def derivative(jet_of: Callable[..., Jet], orders: tuple[int, int], *xs: Any) -> Any:
    """The derivative of the given orders that stands in `jet_of(orders, *xs)`, which sees flat arrays of doubles."""
    dtype = np.result_type(*(x if isinstance(x, int | float) else inexact(x) for x in xs))
    arrays = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in xs))
    with np.errstate(all="ignore"):
        jet = jet_of(orders, *(array.ravel() for array in arrays))
    z = jet[orders] * (math.factorial(orders[0]) * math.factorial(orders[1]))
    return z.reshape(arrays[0].shape).astype(dtype)
