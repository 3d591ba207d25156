"""Hypothesis strategies: shapes, arrays in an op's domain, calls of an op, whole random graphs.

The only module that imports hypothesis, which comes with the extra `test`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.domains import REALS, Domain
from tensorgraph.core.op import OPS, Op
from tensorgraph.errors import ArgumentError, MissingExtraError
from tensorgraph.testing.calls import SPACING, Call, call_of, cases_of, values_in
from tensorgraph.testing.programs import Program, random_program

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise MissingExtraError("tensorgraph.testing.strategies", "test") from error

__all__ = ["arrays", "broadcastable", "calls", "dtypes", "graphs", "shapes"]

Shape = tuple[int, ...]
Strategy = st.SearchStrategy

_seeds = st.integers(0, 2**32 - 1)


def shapes(*, min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy[Shape]:
    """Shapes, the simplest first: () and those with few and short axes. 0-d and empty ones are among them.

    >>> from hypothesis import find
    >>> find(shapes(min_dims=2, min_side=1), lambda shape: True)
    (1, 1)
    """
    return st.lists(st.integers(min_side, max_side), min_size=min_dims, max_size=max_dims).map(tuple)


@st.composite
def broadcastable(
    draw: st.DrawFn, count: int = 2, *, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> tuple[Shape, ...]:
    """`count` shapes that broadcast against each other: leading axes left out, others replaced by 1."""
    full = draw(shapes(max_dims=max_dims, min_side=min_side, max_side=max_side))

    def one() -> Shape:
        kept = full[draw(st.integers(0, len(full))) :]
        return tuple(1 if draw(st.booleans()) else n for n in kept)

    return tuple(one() for _ in range(count))


def dtypes(*, half: bool = False, complex_: bool = False) -> Strategy[np.dtype[Any]]:
    """The dtypes that have gradients: double and single precision, on request also half precision and complex ones."""
    names = ["float64", "float32", *(["float16"] if half else []), *(["complex128", "complex64"] if complex_ else [])]
    return st.sampled_from([np.dtype(name) for name in names])


def arrays(
    shape: Shape | Strategy[Shape] | None = None,
    *,
    domain: Domain = REALS,
    dtype: Any = np.float64,
    distinct: bool = False,
) -> Strategy[Any]:
    """Arrays whose elements lie well inside `domain`: 0.5 from its open ends and singular points, 0.25 from its kinks.

    With `distinct=True` no two elements are closer than 0.75, as ops that sort or compare need it. `shape` and
    `dtype` are values or strategies. A seed is drawn and the elements from it: examples shrink in shape, not in value.

    Raises `ArgumentError` for distinct elements in a bounded domain, where there may be no room for them.
    """
    if distinct and domain is not REALS:
        message = f"arrays: distinct elements are drawn from all reals; got the domain {domain}"
        raise ArgumentError(message)

    def fill(shape: Shape, dtype: Any, seed: int) -> Any:
        rng = np.random.default_rng(seed)
        if not distinct:
            return values_in(domain, shape, rng, dtype)
        size = math.prod(shape)
        return ((rng.permutation(size) - 0.5 * (size - 1)) * SPACING).reshape(shape).astype(dtype)

    return st.builds(fill, _strategy(shapes() if shape is None else shape), _strategy(dtype), _seeds)


def calls(op: Op[Any] | str, *, dtype: Any = np.float64) -> Strategy[Call]:
    """Calls of an op with good operands and static parameters: one of the card's cases, or random shapes that broadcast.

    >>> from hypothesis import find
    >>> find(calls("matmul"), lambda call: call.values[0].ndim == 1 == call.values[1].ndim)
    matmul(float64[3], float64[3])
    """
    card = OPS[op] if isinstance(op, str) else op
    examples = st.sampled_from(cases_of(card))
    if card.family == "elementwise" and not card.statics:
        count = len(card.operands)
        examples = st.one_of(examples, broadcastable(count).map(lambda shapes: type(cases_of(card)[0])(shapes, {})))
    return st.builds(
        lambda case, dtype, seed: call_of(card, case, np.random.default_rng(seed), dtype),
        examples,
        _strategy(dtype),
        _seeds,
    )


def graphs(
    *,
    max_inputs: int = 3,
    max_steps: int = 12,
    ops: Sequence[str] | None = None,
    dtype: Any = np.float64,
) -> Strategy[tuple[Program, tuple[Any, ...]]]:
    """Random graphs over the registry with arguments: `(program, args)`, where `program(*args)` is a scalar Tensor.

    Values are used several times, broadcast and reduced; every op stays in its domain. `program.forward(*args)` computes the
    same in plain NumPy, `program.run(args, meaning)` with any other functions, and `print(program)` shows the source.

    >>> from hypothesis import find
    >>> program, args = find(graphs(ops=["sin", "multiply"]), lambda drawn: len(drawn[0].steps) > 1)
    >>> bool(program(*args).item() == program.forward(*args))
    True
    """

    def build(inputs: int, steps: int, dtype: Any, seed: int) -> tuple[Program, tuple[Any, ...]]:
        return random_program(np.random.default_rng(seed), inputs=inputs, steps=steps, ops=ops, dtype=dtype)

    return st.builds(build, st.integers(1, max_inputs), st.integers(1, max_steps), _strategy(dtype), _seeds)


def _strategy(value: Any) -> Strategy[Any]:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)
