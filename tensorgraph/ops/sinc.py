"""Card: the cardinal sine, smooth through 0 at every order (floor 2)."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.ops.forwards import inexact

__all__ = ["sinc", "sinc_derivative"]


@elementwise(
    partials=(lambda z, x: sinc_derivative(x, order=1),),
    latex=r"\operatorname{sinc}({x})",
    formula="Piecewise((1, Eq(x, 0)), (sin(pi * x) / (pi * x), True))",
)
def sinc(x: Operand, /) -> Any:
    """Cardinal sine, sin(πx) / (πx), and 1 at 0, where it is as smooth as anywhere.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.grad(tg.sinc))(0.0)
    tensor(-3.28986813)
    """
    return np.sinc(inexact(x))


@elementwise(
    partials=(lambda z, x, order: sinc_derivative(x, order=order + 1),),
    latex=r"\operatorname{sinc}^{(n)}({x})",
    formula="diff(sin(pi * x) / (pi * x), x, order)",
    public=False,
)
def sinc_derivative(x: Operand, /, order: int = 1) -> Any:
    """A helper of rules: the derivative of `sinc` of the given order.

    With u = πx, the n-th derivative f_n of sin(u)/u obeys u f_n + n f_(n−1) = sin(u + nπ/2), by Leibniz's rule. Upward
    in n that is stable for |u| > n; below, sin(u)/u = Σ (−1)^k u^2k / (2k+1)! is differentiated term by term:
    f_n = Σ_(2k ≥ n) (−1)^k u^(2k−n) / ((2k−n)! (2k+1)).
    """
    x = inexact(x)
    u = np.asarray(math.pi * x)
    near = np.abs(u) < _nearness(order)
    any_near = near.any()
    far = np.where(near, np.float16(1), u) if any_near else u
    sine, cosine = np.sin(far), np.cos(far)
    z = np.asarray(sine / far)
    for n, shifted in zip(range(1, order + 1), itertools.cycle((cosine, -sine, -cosine, sine)), strict=False):
        z = np.asarray((shifted - n * z) / far)
    if any_near:
        z[near] = _series(u[near], order)
    return z * math.pi**order


def _nearness(order: int) -> float:
    return 0.5 if order == 1 else max(1, order)


def _series(u: Any, n: int) -> Any:
    """Σ (−1)^k u^(2k−n) / ((2k−n)! (2k+1)) over 2k ≥ n, for the |u| that are near."""
    total = np.zeros_like(u)
    start = n % 2
    term = u**start
    power = start
    while True:
        k = (power + n) // 2
        addend = term * ((-1) ** k / (2 * k + 1))
        total += addend
        # |u|^m / m! falls from m = |u| on.
        if _nearness(n) ** power < 1e-19 * math.factorial(power):
            return total
        power += 2
        term = term * (u * u / (power * (power - 1)))
