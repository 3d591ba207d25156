"""Cards: comparison, logic, bits and choice (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.domains import REALS
from tensorgraph.core.families import constant, primitive
from tensorgraph.core.op import Operand

__all__ = [
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "equal",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "stop_gradient",
    "where",
]


@constant(batch=aligned, latex="{x} = {y}", formula="Eq(x, y)")
def equal(x: Operand, y: Operand, /) -> Any:
    """Whether x = y, element by element."""
    return np.equal(x, y)


@constant(batch=aligned, latex=r"{x} \ne {y}", formula="Ne(x, y)")
def not_equal(x: Operand, y: Operand, /) -> Any:
    """Whether x ≠ y, element by element."""
    return np.not_equal(x, y)


@constant(batch=aligned, latex="{x} < {y}", formula="x < y")
def less(x: Operand, y: Operand, /) -> Any:
    """Whether x < y, element by element."""
    return np.less(x, y)


@constant(batch=aligned, latex=r"{x} \le {y}", formula="x <= y")
def less_equal(x: Operand, y: Operand, /) -> Any:
    """Whether x ≤ y, element by element."""
    return np.less_equal(x, y)


@constant(batch=aligned, latex="{x} > {y}", formula="x > y")
def greater(x: Operand, y: Operand, /) -> Any:
    """Whether x > y, element by element."""
    return np.greater(x, y)


@constant(batch=aligned, latex=r"{x} \ge {y}", formula="x >= y")
def greater_equal(x: Operand, y: Operand, /) -> Any:
    """Whether x ≥ y, element by element."""
    return np.greater_equal(x, y)


@constant(batch=aligned, latex=r"{x} \land {y}")
def logical_and(x: Operand, y: Operand, /) -> Any:
    """Whether both are true, element by element."""
    return np.logical_and(x, y)


@constant(batch=aligned, latex=r"{x} \lor {y}")
def logical_or(x: Operand, y: Operand, /) -> Any:
    """Whether one or both are true, element by element."""
    return np.logical_or(x, y)


@constant(batch=aligned, latex=r"{x} \oplus {y}")
def logical_xor(x: Operand, y: Operand, /) -> Any:
    """Whether exactly one is true, element by element."""
    return np.logical_xor(x, y)


@constant(batch=aligned, latex=r"\lnot {x}")
def logical_not(x: Operand, /) -> Any:
    """Whether x is false, element by element."""
    return np.logical_not(x)


@constant(batch=aligned)
def isfinite(x: Operand, /) -> Any:
    """Whether x is neither infinite nor NaN, element by element."""
    return np.isfinite(x)


@constant(batch=aligned)
def isinf(x: Operand, /) -> Any:
    """Whether x is +∞ or −∞, element by element."""
    return np.isinf(x)


@constant(batch=aligned)
def isnan(x: Operand, /) -> Any:
    """Whether x is NaN, element by element."""
    return np.isnan(x)


@constant(batch=aligned, numpy=np.bitwise_and)
def bitwise_and(x: Operand, y: Operand, /) -> Any:
    """Bits set in both; of booleans, both."""
    return np.bitwise_and(x, y)


@constant(batch=aligned, numpy=np.bitwise_or)
def bitwise_or(x: Operand, y: Operand, /) -> Any:
    """Bits set in one or both; of booleans, either."""
    return np.bitwise_or(x, y)


@constant(batch=aligned, numpy=np.bitwise_xor)
def bitwise_xor(x: Operand, y: Operand, /) -> Any:
    """Bits set in exactly one; of booleans, exactly one."""
    return np.bitwise_xor(x, y)


@constant(batch=aligned, numpy=np.bitwise_left_shift)
def bitwise_left_shift(x: Operand, y: Operand, /) -> Any:
    """Bits moved to the left, x · 2^y."""
    return np.bitwise_left_shift(x, y)


@constant(batch=aligned, numpy=np.bitwise_right_shift)
def bitwise_right_shift(x: Operand, y: Operand, /) -> Any:
    """Bits moved to the right, ⌊x / 2^y⌋."""
    return np.bitwise_right_shift(x, y)


@constant(batch=aligned, numpy=np.bitwise_invert)
def bitwise_invert(x: Operand, /) -> Any:
    """Bits turned over; of booleans, not."""
    return np.bitwise_invert(x)


@constant(batch=aligned)
def stop_gradient(x: Operand, /) -> Any:
    """The same value, through which no gradient flows.

    >>> import tensorgraph as tg
    >>> tg.grad(lambda x: x * tg.stop_gradient(x))(3.0)
    tensor(3.)
    """
    return np.asarray(x)


@primitive(
    batch=aligned,
    vjps=(
        None,
        lambda g, z, condition, x, y: where(condition, g, 0),
        lambda g, z, condition, x, y: where(condition, 0, g),
    ),
    jvps=(
        None,
        lambda dx, z, condition, x, y: where(condition, dx, 0),
        lambda dy, z, condition, x, y: where(condition, 0, dy),
    ),
    latex=r"\begin{{cases}} {x} & {condition} \\ {y} & \text{{otherwise}} \end{{cases}}",
    formula="Piecewise((x, condition), (y, True))",
    domain=(REALS, REALS, REALS),
    subgradient="0 for the operand that is not chosen, even where the chosen one's formula would be NaN",
)
def where(condition: Operand, x: Operand, y: Operand, /) -> Any:
    """x where the condition holds, else y, element by element; all three broadcast.

    The operand that is not chosen gets the gradient 0. If its own formula is singular there, 0 · ∞ = NaN still comes
    back *through that formula* (the "where trap"): choose a safe argument before the formula, as in
    `tg.where(x > 0, tg.log(tg.where(x > 0, x, 1)), 0)`.
    """
    return np.where(condition, x, y)
