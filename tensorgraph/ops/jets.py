"""Truncated Taylor polynomials in two small quantities α and β, for derivatives with respect to parameters (floor 2).

A jet is an array whose entry [i, j] is the coefficient of α^i β^j; further axes are those of the arrays that it stands
for. Sums and multiples of jets are those of arrays. Plain NumPy; imports nothing of ours.

Source of the maths: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 13.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

__all__ = ["constant", "divide", "exponential", "multiply", "variable"]

Jet = np.ndarray[Any, Any]


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
    out = np.zeros(np.broadcast_shapes(p.shape, q.shape))
    for i, j in itertools.product(range(out.shape[0]), range(out.shape[1])):
        for k, l in itertools.product(range(i + 1), range(j + 1)):
            out[i, j] += p[k, l] * q[i - k, j - l]
    return out


def divide(p: Jet, q: Jet) -> Jet:
    """The quotient r, from p = q r coefficient by coefficient."""
    out = np.zeros(np.broadcast_shapes(p.shape, q.shape))
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
