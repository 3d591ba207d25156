"""Every partial of every elementwise card that SymPy can express, proved: card formula, differentiated, minus partial is 0.

The partial is called with Symbols and read as an expression; the formula on the card is differentiated by SymPy. First
the difference is simplified; if that does not give 0, it is evaluated in 50 digits at random rational points of the domain.
"""

import inspect
import random

import mpmath
import numpy as np
import pytest
import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction, InverseHyperbolicFunction
from sympy.functions.elementary.trigonometric import InverseTrigonometricFunction, TrigonometricFunction
from sympy.logic.boolalg import Boolean

from tensorgraph.core.op import OPS, Op
from tensorgraph.core.symbol import Symbol

DIGITS = 50
POINTS = 12
CONSTANTS = {
    float(value): value
    for value in (
        sympy.log(2), sympy.log(10), 1 / sympy.log(2), 1 / sympy.log(10), sympy.pi, sympy.pi / 180, 180 / sympy.pi,
        sympy.sqrt(2), sympy.sqrt(sympy.pi), 2 / sympy.sqrt(sympy.pi), sympy.sqrt(sympy.pi) / 2, 1 / sympy.sqrt(sympy.pi),
        1 / sympy.sqrt(2 * sympy.pi), sympy.sqrt(2 / sympy.pi), 1 / sympy.sqrt(2), sympy.log(2) / 2,
    )
}  # fmt: skip

CARDS = {
    name: op
    for name, op in OPS.items()
    if op.family == "elementwise" and op.formula and any(p is not None for p in op.partials)
}


REAL = {"sign": "sign(x)", "isnan": "false", "isinf": "false", "isfinite": "true", "conj": "x", "real": "x"}
"""What ops without a formula of their own are on finite real numbers."""


class Inexpressible(Exception):  # noqa: N818
    """A rule uses an op whose card has no formula, or a number that is no known constant."""


def variables(op: Op) -> dict[str, sympy.Symbol]:
    """One SymPy symbol per operand, real, positive where the domain is."""
    names = {}
    for name, domain in zip(op.operands, op.domain, strict=True):
        names[name] = sympy.Symbol(name, real=True, positive=True if domain.low >= 0 else None)
    return names


def defaults(op: Op) -> dict[str, object]:
    """The static parameters for which an op is proved."""
    parameters = inspect.signature(op.forward).parameters
    return {name: parameters[name].default for name in op.statics}


def parsed(op: Op, operands: list, static: dict | None = None) -> sympy.Expr:
    """The card's formula with expressions in the operands' places, and numbers in those of the static parameters."""
    known = {name: to_sympy(value, {}) for name, value in (defaults(op) | (static or {})).items()}
    known |= dict(zip(op.operands, operands, strict=True))
    return sympy.sympify(op.formula or REAL[op.name], locals=known)


def to_sympy(x: object, names: dict[str, sympy.Symbol]) -> sympy.Expr:
    """What a rule computed with Symbols, as a SymPy expression."""
    if isinstance(x, Symbol):
        if x.op is None:
            return names[x.name]
        if not (x.op.formula or x.op.name in REAL):
            raise Inexpressible(x.op.name)
        return parsed(x.op, [to_sympy(operand, names) for operand in x.operands], dict(x.static))
    if isinstance(x, np.generic | np.ndarray):
        x = x.item()
    if isinstance(x, float):
        for value, exact in CONSTANTS.items():
            for sign in (1, -1):
                if abs(x - sign * value) <= 2e-16 * abs(value):
                    return sign * exact
        rational = sympy.nsimplify(x, rational=True)
        if rational.q > 1000:
            raise Inexpressible(repr(x))
        return rational
    return sympy.sympify(x)


def differences(op: Op) -> list[sympy.Expr]:
    """∂formula/∂xᵢ minus the partial of the card, for every operand with a gradient."""
    names = variables(op)
    symbols = [Symbol(name) for name in op.operands]
    static = defaults(op)
    z = op(*symbols, **static)
    formula = parsed(op, list(names.values()))
    found = []
    for name, partial in zip(op.operands, op.partials, strict=True):
        if partial is not None:
            claimed = to_sympy(partial(z, *symbols, *static.values()) if callable(partial) else partial, names)
            if isinstance(claimed, Boolean) and not isinstance(claimed, sympy.Symbol):  # a Symbol is a Boolean too
                claimed = sympy.Piecewise((1, claimed), (0, True))
            found.append(sympy.diff(formula, names[name]) - claimed)
    return found


def vanishes(difference: sympy.Expr, op: Op) -> bool:
    """Whether an expression is 0: by simplification, or in 50 digits at random rational points inside the domain."""
    difference = without_distributions(difference)
    if difference == 0 or (elementary(difference) and proved(difference)):
        return True
    names = variables(op)
    draw = random.Random(op.name)
    for _ in range(POINTS):
        point = {}
        for name, domain in zip(op.operands, op.domain, strict=True):
            low, high = draw.choice(domain.safe)
            # As a decimal: SymPy would try to take exact roots of a fraction.
            point[names[name]] = sympy.Float(sympy.Rational(round(draw.uniform(low, high) * 9973), 9973), 2 * DIGITS)
        with mpmath.workdps(2 * DIGITS):
            value = difference.subs(point).doit().evalf(DIGITS)
        if not (value.is_number and abs(value) < sympy.Float(10) ** (10 - DIGITS)):
            return False
    return True


def elementary(difference: sympy.Expr) -> bool:
    """Whether simplification is likely to end soon: no cases, no special functions, no page-long formula."""
    simple = (sympy.exp, sympy.log, TrigonometricFunction, InverseTrigonometricFunction, HyperbolicFunction)
    simple += (InverseHyperbolicFunction,)
    return difference.count_ops() < 80 and all(isinstance(f, simple) for f in difference.atoms(sympy.Function))


def proved(difference: sympy.Expr) -> bool:
    return any(way(difference) == 0 for way in (sympy.simplify, lambda e: sympy.simplify(e.rewrite(sympy.exp))))


def without_distributions(expression: sympy.Expr) -> sympy.Expr:
    """Away from kinks and jumps: no delta functions, derivatives of rounding and of sign are 0, steps are comparisons."""
    flat = (sympy.floor, sympy.ceiling, sympy.sign)
    expression = expression.replace(
        lambda e: isinstance(e, sympy.Derivative) and isinstance(e.expr, flat), lambda _: sympy.Integer(0)
    )
    expression = expression.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))
    return expression.replace(sympy.Heaviside, lambda x, *_: (sympy.sign(x) + 1) / 2)


@pytest.mark.parametrize("name", CARDS)
def test_the_partials_are_the_derivatives_of_the_formula(name):
    op = CARDS[name]
    try:
        found = differences(op)
    except Inexpressible as error:
        pytest.fail(f"{name}: its rule uses {error}, which has no formula; give that card one")
    for operand, difference in zip(
        [n for n, p in zip(op.operands, op.partials, strict=True) if p is not None], found, strict=True
    ):
        assert vanishes(difference, op), f"∂{name}/∂{operand} is off by {sympy.simplify(difference)}"


@pytest.mark.parametrize("name", CARDS)
def test_the_formula_is_what_the_forward_computes(name):
    """In 50 digits, so that the proof above is about the op and not about a slip of the pen."""
    op = CARDS[name]
    names = variables(op)
    formula = parsed(op, list(names.values()))
    rng = np.random.default_rng(0)
    for _ in range(5):
        values = [float(np.round(rng.uniform(*domain.safe[rng.integers(len(domain.safe))]), 6)) for domain in op.domain]
        exact = formula.subs(dict(zip(names.values(), map(sympy.Rational, values), strict=True))).evalf(DIGITS)
        assert float(op.forward(*map(np.float64, values))) == pytest.approx(
            float(sympy.re(exact)), rel=1e-14, abs=1e-15
        )


def test_almost_every_smooth_elementwise_op_is_proved():
    unproved = {
        name
        for name, op in OPS.items()
        if op.forward.__module__.startswith("tensorgraph.ops.")  # not what a docstring's example has registered
        and op.family == "elementwise"
        and any(p is not None and p != 0 for p in op.partials)
        and name not in CARDS
    }
    assert unproved <= {
        "fmod", "ldexp",
        "angle",  # its rule asks for the dtype: 0 for real numbers
        "betainc", "betainc_derivative", "beta_density",  # SymPy knows no derivative in the parameters
        "gammainc", "gammaincc", "gammainc_derivative", "stdtr",
        "selu",  # its two constants are rounded
    }  # fmt: skip


@pytest.mark.parametrize("factor", [-1, 1 + 1e-6, 2])
def test_a_wrong_partial_is_not_proved(factor):
    """Planted: what is nearly right is not 0."""
    for name in ("sin", "tanh", "divide", "maximum", "sigmoid"):
        op = CARDS[name]
        names = variables(op)
        symbols = [Symbol(n) for n in op.operands]
        partial = op.partials[-1]
        claimed = to_sympy(partial(op(*symbols), *symbols), names) * sympy.nsimplify(factor, rational=True)
        truth = sympy.diff(parsed(op, list(names.values())), names[op.operands[-1]])
        assert not vanishes(truth - claimed, op), name
