"""Random programs over the registry: graphs with fan-out, broadcasting and reductions, that stay in every op's domain.

Imports core; plain NumPy. A program is data (steps over a list of values), so it runs on anything that the ops take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.core.op import OPS, Case, Op
from tensorgraph.testing.calls import call_of, cases_of

__all__ = ["Program", "Step", "random_program"]

LARGEST = 20.0
CLOSEST = 0.3  # of values that compete in a `distinct` op
TRIES = 200
RANGES = ((-2.0, 2.0), (0.5, 2.5), (-0.5, 0.5), (1.5, 3.0))
SHAPES = ((2, 3), (3,), (), (2, 1), (4,), (2, 2), (1, 3), (2, 3, 2), (3, 3), (2, 3))


@dataclass(frozen=True, slots=True)
class Step:
    """One op: its operands are numbers of earlier values, or constant arrays."""

    op: str
    operands: tuple[Any, ...]
    static: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A function of `inputs` arrays: the values of the steps, one after the other; the last step gives the result."""

    inputs: int
    steps: tuple[Step, ...]

    def __call__(self, *xs: Any) -> Any:
        """Run with the public functions: arrays or Tensors in, a Tensor out."""
        return self.run(xs, lambda op: op.function)

    def forward(self, *xs: Any) -> Any:
        """Run with the cards' NumPy forwards alone: arrays in, an array out."""
        return self.run(xs, lambda op: op.forward)

    def run(self, xs: Sequence[Any], meaning: Callable[[Op[Any]], Callable[..., Any]]) -> Any:
        """Run with any meaning of the ops, such as another framework's functions."""
        values = list(xs)
        for step in self.steps:
            op = OPS[step.op]
            operands = [values[x] if isinstance(x, int) else x for x in step.operands]
            function = meaning(op)
            values.append(function(operands, **step.static) if op.variadic else function(*operands, **step.static))
        return values[-1]

    def __repr__(self) -> str:
        names = [f"x{i}" for i in range(self.inputs)] + [f"v{i}" for i in range(len(self.steps))]
        lines = [f"lambda {', '.join(names[: self.inputs])}:"]
        for i, step in enumerate(self.steps):
            given = ", ".join(names[x] if isinstance(x, int) else repr(x) for x in step.operands)
            given = f"[{given}]" if OPS[step.op].variadic else given
            static = "".join(f", {k}={v!r}" for k, v in step.static.items())
            lines.append(f"    v{i} = {step.op}({given}{static})")
        return "\n".join(lines)


def random_program(
    rng: np.random.Generator,
    *,
    inputs: int = 2,
    steps: int = 8,
    ops: Sequence[str] | None = None,
    dtype: Any = np.float64,
) -> tuple[Program, tuple[Any, ...]]:
    """A program of `steps` random ops (of those named, else of all differentiable ones) and arguments for it.

    A step is taken only where its operands lie well inside the op's domain and its result is finite and not large.
    At the end, all values that no step has used are reduced to their means and added: the result is a scalar.
    """
    choice = [OPS[name] for name in ops] if ops is not None else [op for op in OPS.values() if _usable(op)]
    xs = tuple(
        np.asarray(rng.uniform(*RANGES[rng.integers(len(RANGES))], SHAPES[rng.integers(len(SHAPES))]), dtype=dtype)
        for _ in range(inputs)
    )
    values: list[Any] = list(xs)
    taken: list[Step] = []
    for _ in range(steps):
        for _ in range(TRIES):
            step = _proposal(choice[rng.integers(len(choice))], values, rng)
            if step is not None and (value := _value(step, values)) is not None:
                taken.append(step)
                values.append(value)
                break
    used = {i for step in taken for i in step.operands if isinstance(i, int)}
    loose = [i for i in range(len(values)) if i not in used]
    means = []
    for i in loose:
        taken.append(Step("mean", (i,), {}))
        means.append(inputs + len(taken) - 1)
    total = means[0]
    for mean in means[1:]:
        taken.append(Step("add", (total, mean), {}))
        total = inputs + len(taken) - 1
    return Program(inputs, tuple(taken)), xs


def _usable(op: Op[Any]) -> bool:
    return op.public and op.differentiable and not op.decreed and any(_shapes(case) for case in cases_of(op))


def _shapes(case: Case) -> bool:
    """Whether all operands of the case are given by their shapes."""
    shapes = case.shapes[0] if len(case.shapes) == 1 and isinstance(case.shapes[0], list) else case.shapes
    return not any(isinstance(shape, np.ndarray) for shape in shapes)


def _proposal(op: Op[Any], values: Sequence[Any], rng: np.random.Generator) -> Step | None:
    """The op on values of the numbers of axes that one of its cases has; what is no gradient's business is drawn."""
    cases = [case for case in cases_of(op) if _shapes(case)]
    case = cases[rng.integers(len(cases))]
    sample = call_of(op, case, rng)
    operands: list[Any] = list(sample.operands)
    for i in sample.free:
        axes = None if op.family == "elementwise" else sample.operands[i].ndim
        fitting = [k for k, v in enumerate(values) if axes is None or v.ndim == axes]
        if not fitting:
            return None
        operands[i] = fitting[rng.integers(len(fitting))]
    return Step(op.name, tuple(operands), dict(case.static))


def _value(step: Step, values: Sequence[Any]) -> Any:
    """What the step gives, or None where it is not a good step."""
    op = OPS[step.op]
    given = [values[x] if isinstance(x, int) else x for x in step.operands]
    for i, (x, number) in enumerate(zip(given, step.operands, strict=True)):
        if isinstance(number, int) and not _inside(x, op.domain[0 if op.variadic else i].safe):
            return None
    if op.distinct and not _apart(op, given):
        return None
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(op.forward(given, **step.static) if op.variadic else op.forward(*given, **step.static))
    except (TypeError, ValueError, IndexError, np.linalg.LinAlgError):
        return None
    good = (
        value.dtype.kind == "f"
        and 0 < value.size <= 64
        and np.all(np.isfinite(value))
        and np.all(np.abs(value) <= LARGEST)
    )
    return value if good else None


def _inside(x: Any, safe: Sequence[tuple[float, float]]) -> bool:
    return bool(np.all(np.any([(low <= x) & (x <= high) for low, high in safe], axis=0)))


def _apart(op: Op[Any], given: Sequence[Any]) -> bool:
    """Whether the values that compete are far enough apart: in pairs for an elementwise op, else all of an operand."""
    if op.family == "elementwise":
        pairs = [(a, b) for i, a in enumerate(given) for b in given[:i]]
        try:
            return all(bool(np.all(np.abs(a - b) >= CLOSEST)) for a, b in pairs)
        except ValueError:
            return False
    return all(bool(np.all(np.diff(np.sort(x, axis=None)) >= CLOSEST)) for x in given)
