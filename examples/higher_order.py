"""Derivatives of any order: `tg.grad` of `tg.grad` gives the Taylor series of tanh, and Newton's method its minimum."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

import tensorgraph as tg


def taylor(f: Callable[[Any], Any], at: float, terms: int) -> list[float]:
    """The coefficients f⁽ᵏ⁾(at) / k! for k = 0 … terms − 1."""
    coefficients = []
    for k in range(terms):
        coefficients.append(float(f(at)) / math.factorial(k))
        f = tg.grad(f)
    return coefficients


def rosenbrock(p: Any) -> Any:
    """Rosenbrock's valley, (1 − x)² + 100 (y − x²)², with its minimum 0 at (1, 1)."""
    x, y = p[0], p[1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def newton(f: Callable[[Any], Any], start: list[float], steps: int) -> np.ndarray:
    """Newton's method, p ← p − H⁻¹ ∇f. Column i of the Hessian H is the derivative of ∇f along axis i."""
    p = np.array(start)
    slope = tg.grad(f)
    for _ in range(steps):
        columns = [tg.jvp(slope, (p,), (axis,))[1].numpy() for axis in np.eye(len(p))]
        p = p - np.linalg.solve(np.stack(columns, axis=1), slope(p).numpy())
    return p


def main(terms: int = 8, steps: int = 7) -> tuple[list[float], np.ndarray]:
    """Print both, and give them back."""
    coefficients = taylor(tg.tanh, at=0.0, terms=terms)
    fractions = [str(Fraction(c).limit_denominator(10_000)) for c in coefficients]
    print("tanh x =", " + ".join(f"{c} x^{k}" for k, c in enumerate(fractions) if c != "0"), "+ …")
    minimum = newton(rosenbrock, start=[-1.2, 1.0], steps=steps)
    print(f"minimum of Rosenbrock's valley after {steps} Newton steps: ({minimum[0]:.12f}, {minimum[1]:.12f})")
    return coefficients, minimum


if __name__ == "__main__":
    main()
