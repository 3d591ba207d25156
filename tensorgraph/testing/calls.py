"""Good operands for a card: inside its domain, away from kinks and from each other. Imports core; plain NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.core.domains import Domain
from tensorgraph.core.op import Case, Op
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.complex_numbers import conj, real
from tensorgraph.ops.layout import matrix_transpose

__all__ = ["SHAPES", "Call", "call_of", "cases_of", "values_in"]

SPACING = 0.75  # between the values of a `distinct` op: farther than finite differences reach, from both sides

HERMITIAN = frozenset({"cholesky", "eigh", "eigvalsh"})
"""Ops that read one triangle of a matrix and mean a Hermitian one."""

PHASES = frozenset({"eig", "eigh", "svd"})
"""Ops that give vectors, which another library may give with another sign or phase."""

SHAPES: dict[int, tuple[tuple[tuple[int, ...], ...], ...]] = {
    1: (((2, 3),), ((),), ((3,),), ((2, 1, 2),), ((0,),), ((2, 0),)),
    2: (((2, 3), (2, 3)), ((2, 3), (3,)), ((3, 1), (1, 2)), ((), (2,)), ((2, 2), ()), ((), ()), ((2, 0), (1,))),
    3: (((2, 3), (2, 3), (2, 3)), ((3,), (2, 3), ()), ((2, 1), (3,), (1, 1)), ((), (), ()), ((0, 2), (2,), ())),
}
"""Operand shapes that make the examples of an elementwise op, by its number of operands: broadcast, 0-d and empty too."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """An op with operands and static parameters; `free` are the places of the operands that a gradient flows to."""

    op: Op[Any]
    operands: tuple[Any, ...]
    static: Mapping[str, Any]
    free: tuple[int, ...]

    @property
    def values(self) -> list[Any]:
        """The free operands."""
        return [self.operands[i] for i in self.free]

    def function(self, *values: Any) -> Tensor:
        """The public function of the op, as a function of the free operands."""
        filled = self._filled(values)
        function: Any = self.op.function
        return function(filled, **self.static) if self.op.variadic else function(*filled, **self.static)  # type: ignore[no-any-return]

    def differentiable(self, *values: Any) -> Tensor:
        """The function where it has one derivative: of Hermitian matrices, and of the sizes of what has a free phase."""
        if self.op.name in HERMITIAN:
            values = tuple((x + matrix_transpose(conj(x))) / 2 for x in values)
        z = self.function(*values)
        return real(z * conj(z)) if self.op.name in PHASES else z

    def forward(self, *values: Any) -> Any:
        """The same by the card's NumPy forward alone."""
        filled = self._filled(values)
        return self.op.forward(filled, **self.static) if self.op.variadic else self.op.forward(*filled, **self.static)

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        filled = list(self.operands)
        for i, x in zip(self.free, values, strict=True):
            filled[i] = x
        return filled

    def __repr__(self) -> str:
        operands = ", ".join(f"{x.dtype}{list(x.shape)}" for x in self.operands)
        return f"{self.op.name}({operands}{''.join(f', {k}={v!r}' for k, v in self.static.items())})"


def cases_of(op: Op[Any]) -> tuple[Case, ...]:
    """The examples on the card; those that fit every elementwise op if it has none."""
    if op.cases:
        return op.cases
    if op.family not in {"elementwise", "constant"} and op.signature == "" and op.name != "where":
        message = (
            f"{op.name}: a card of the family {op.family} needs cases=, as its operands cannot have just any shape"
        )
        raise ArgumentError(message)
    return tuple(Case(shapes, {}) for shapes in SHAPES[len(op.operands)])


def call_of(op: Op[Any], case: Case, rng: np.random.Generator, dtype: Any = np.float64) -> Call:
    """The op with random operands of the case's shapes, in its domain.

    An operand that the case gives as an array of floating or complex numbers, a matrix that can be factored for example,
    is taken times a number near 1. An operand without gradient is boolean if it is called `condition`, else of small
    integers; those of an op without any gradient are floating if the op takes that, else integers.
    """
    given = list(case.shapes[0]) if op.variadic else list(case.shapes)
    free = tuple(i for i, what in enumerate(given) if _has_gradient(op, i) and _is_numeric(what))
    operands: list[Any] = list(given)
    if op.distinct:
        _fill_distinct(operands, free, rng, dtype)
    for i, what in enumerate(given):
        if isinstance(what, np.ndarray):
            operands[i] = _scaled(what, rng, dtype) if i in free else what
        elif isinstance(operands[i], np.ndarray):
            continue
        elif i in free or not op.differentiable:
            operands[i] = values_in(op.domain[0 if op.variadic else i], what, rng, dtype)
        elif op.operands[i] == "condition":
            operands[i] = rng.random(what) < 0.5
        else:
            operands[i] = rng.integers(0, 3, what)
    call = Call(op, tuple(operands), case.static, free)
    return call if op.differentiable else _of_some_kind(call, rng)


def _has_gradient(op: Op[Any], i: int) -> bool:
    """Whether a gradient flows to operand i, were it 0 everywhere (a partial 0, and not None: no gradient by nature)."""
    return op.variadic or op.vjps[i] is not None or (i < len(op.partials) and op.partials[i] is not None)


def _is_numeric(what: Any) -> bool:
    return not isinstance(what, np.ndarray) or what.dtype.kind in "fc"


def _scaled(array: Any, rng: np.random.Generator, dtype: Any) -> Any:
    """In the precision of `dtype`, but complex if the array is."""
    precision = np.result_type(dtype, np.complex64) if array.dtype.kind == "c" else np.dtype(dtype)
    return np.asarray(array * rng.uniform(0.9, 1.1), dtype=precision)


def values_in(domain: Domain, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float64) -> Any:
    """Values uniform in the safe part of a domain; with as large imaginary parts for a complex dtype."""
    low, high = np.array(domain.safe).T
    lengths = high - low
    share = lengths / lengths.sum() if lengths.sum() > 0 else None
    piece = rng.choice(len(low), size=shape, p=share)
    real = low[piece] + lengths[piece] * rng.random(shape)
    if np.dtype(dtype).kind == "c":
        return np.asarray(real + 1j * rng.uniform(-1.0, 1.0, shape), dtype=dtype)
    return np.asarray(real, dtype=dtype)


def _fill_distinct(operands: list[Any], free: Sequence[int], rng: np.random.Generator, dtype: Any) -> None:
    """Values of all free operands spaced apart, in random order, around 0."""
    places = [i for i in free if not isinstance(operands[i], np.ndarray)]
    total = sum(int(np.prod(operands[i])) for i in places)
    pool = (rng.permutation(total) - 0.5 * (total - 1)) * SPACING
    at = 0
    for i in places:
        size = int(np.prod(operands[i]))
        operands[i] = pool[at : at + size].reshape(operands[i]).astype(dtype)
        at += size


def _of_some_kind(call: Call, rng: np.random.Generator) -> Call:
    try:
        call.forward(*call.values)
    except (TypeError, ValueError, IndexError):
        whole = tuple(rng.integers(0, 3, x.shape) for x in call.operands)
        return Call(call.op, whole, call.static, ())
    return Call(call.op, call.operands, call.static, ())
