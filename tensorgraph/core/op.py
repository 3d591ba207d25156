"""Op: one operation, declared once on its card; the registry of all cards (floor 1).

A card holds the NumPy forward and the op's calculus. The family decorators of `core/families.py` fill it in;
`core/wrapper.py` generates the public function from the forward's signature.

An `Op` is called in the *rules* of other ops. There it computes on whatever the sweep runs on: ndarrays give an
ndarray (a first-order sweep, nothing recorded), a Tensor among the operands gives a recorded Tensor (higher orders), a
Batch gives a Batch (all rows of a Jacobian at once) and a Symbol a Symbol (the formula of a local gradient).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, ParamSpec

import numpy as np

from tensorgraph.core.batch import Batch
from tensorgraph.core.domains import Domain
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError

__all__ = ["COMPOSITIONS", "NUMPY", "OPS", "Case", "Op", "Operand", "case", "register"]

P = ParamSpec("P")

Operand = Any
"""What an op takes for an array: a Tensor, an ndarray, a Python number, or nested lists of numbers."""

OPS: dict[str, Op[Any]] = {}
"""Every op by name, in the order of declaration."""

COMPOSITIONS: dict[str, Any] = {}
"""Every public function that is a composition of ops, by name."""

NUMPY: dict[Any, Callable[..., Any]] = {}
"""The public function that stands for each NumPy function or ufunc, for the two NumPy protocols."""


class Case(NamedTuple):
    """Operand shapes (a list of shapes for a variadic op) and static parameters that make a good example of an op.

    An array stands for itself where its values matter, as those of indices do.
    """

    shapes: tuple[Any, ...]
    static: Mapping[str, Any]


def case(*shapes: Any, **static: Any) -> Case:
    """An example for the property tests, the table of ops and the benchmarks: `case((2, 3), axis=0)`."""
    return Case(shapes, static)


@dataclass(slots=True, eq=False, repr=False)
class Op(Generic[P]):
    """The card of one op. Read it by attribute; it is never changed after registration."""

    name: str
    family: str
    forward: Callable[..., Any]
    operands: tuple[str, ...]
    statics: tuple[str, ...]
    vjps: tuple[Callable[..., Any] | None, ...]
    jvp: Callable[..., Any] | None
    partials: tuple[Any, ...] = ()
    variadic: bool = False
    public: bool = True
    reads_values: bool = True
    latex: str = ""
    formula: str = ""
    domain: tuple[Domain, ...] = ()
    distinct: bool = False
    analytic: bool = True
    decreed: bool = False
    signature: str = ""
    subgradient: str = ""
    numpy: tuple[Any, ...] = ()
    cases: tuple[Case, ...] = ()
    general: Callable[..., Any] | None = None
    batch: Callable[..., Any] | None = None
    origin: str = ""
    function: Callable[P, Tensor] = field(init=False)

    @property
    def doc(self) -> str:
        """The docstring of the card."""
        return inspect.getdoc(self.forward) or ""

    @property
    def differentiable(self) -> bool:
        """Whether a gradient can flow through: false for comparisons, argmax and the like."""
        return self.jvp is not None

    def rules(self, count: int) -> tuple[Callable[..., Any] | None, ...]:
        """The reverse rule of each of `count` operands."""
        if not self.variadic:
            return self.vjps
        (rule,) = self.vjps
        if rule is None:
            return (None,) * count
        prepare = getattr(rule, "prepare", None)
        return tuple(_at_index(rule, i) for i in range(count)) if prepare is None else _prepared(prepare, count)

    def __call__(self, *operands: Any, **static: Any) -> Any:
        """Compute inside a rule: ndarrays stay ndarrays, Tensors are recorded, Batches go together, Symbols grow."""
        for x in operands[0] if self.variadic else operands:
            kind = type(x)
            if kind is np.ndarray:
                continue
            if kind is Tensor or kind is Batch:
                return self.function(*operands, **static)
            if kind is Symbol:
                return Symbol.apply(self, operands, static)
        return self.forward(*operands, **static)

    def __repr__(self) -> str:
        return f"<{self.family} op {self.name}({', '.join(self.operands + self.statics)})>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _find, (self.name,)


def register(op: Op[Any], function: Callable[..., Tensor]) -> None:
    """Enter a finished card, its public function and the NumPy functions that it stands for."""
    if op.name in OPS:
        message = f"an op named {op.name!r} is registered already; choose another name"
        raise ArgumentError(message)
    op.function = function
    OPS[op.name] = op
    NUMPY.update(dict.fromkeys(op.numpy, function))


def numpy_names(name: str, given: Iterable[Any]) -> tuple[Any, ...]:
    """The NumPy functions that an op or composition called `name` stands for: those given, else its namesake.

    None among those given says that it stands for none.
    """
    if chosen := tuple(given):
        return tuple([function for function in chosen if function is not None])
    namesake = getattr(np, name, None)
    return (namesake,) if callable(namesake) and not isinstance(namesake, type) else ()


def _at_index(rule: Callable[..., Any], i: int) -> Callable[..., Any]:
    return lambda g, z, operands, static: rule(g, z, operands, i, static)


def _prepared(prepare: Callable[..., Any], count: int) -> tuple[Callable[..., Any], ...]:
    """The rules for one visit of a node: the first one called prepares what all of them share."""
    pick: Callable[[int], Any] | None = None

    def at(i: int) -> Callable[..., Any]:
        def rule(g: Any, z: Any, operands: Any, static: Any) -> Any:
            nonlocal pick
            if pick is None:
                pick = prepare(g, z, operands, static)
            return pick(i)

        return rule

    return tuple(map(at, range(count)))


def _find(name: str) -> Op[Any]:
    return OPS[name]
