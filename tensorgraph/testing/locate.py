"""Where a wrong gradient is wrong: the coordinate of the argument, the element of the output, the op. Imports core.sweep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.leaf import new_leaf
from tensorgraph.core.sweep import history
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import TensorgraphError
from tensorgraph.testing.function import Array, Arrays, ListFunction, Mode
from tensorgraph.testing.ladder import SHARPNESS, DirectionalCheck, Verdict
from tensorgraph.testing.trial import Trial, direction, weights

__all__ = ["Place", "suspect_op", "worst_place"]

EXHAUSTIVE = 64  # so many coordinates are tried one by one; of more, the worst block of 16 is entered first
BLOCKS = 16
MAX_OPS = 500


@dataclass(frozen=True, slots=True)
class Place:
    """One coordinate of one argument, the element of the output that shows the error most, and the check there."""

    argument: str
    index: tuple[int, ...]
    imaginary: bool
    output: str
    check: DirectionalCheck

    def __str__(self) -> str:
        at = f"{self.argument}[{', '.join(map(str, self.index))}]" if self.index else self.argument
        return f"∂{self.output}/∂{'Im ' if self.imaginary else ''}{at}"


def worst_place(trial: Trial, mode: Mode) -> Place:
    """The coordinate of the trial's argument where the claim misses by the most, in units of its tolerance."""
    x = trial.xs[trial.leaf]
    rng = np.random.default_rng(0)
    coordinates = np.arange(x.size)
    while coordinates.size > EXHAUSTIVE:
        blocks = np.array_split(coordinates, BLOCKS)
        coordinates = max(blocks, key=lambda b: _severity(_verdict(_along(trial, direction(x, rng, b)), mode)))
    units = (1.0, 1j) if x.dtype.kind == "c" else (1.0,)
    found = [(_along(trial, _unit(x, int(i), unit)), i, unit) for i in coordinates for unit in units]
    worst, i, unit = max(found, key=lambda each: _severity(_verdict(each[0], mode)))
    worst, output = _worst_output(worst, mode)
    index = tuple(int(k) for k in np.unravel_index(int(i), x.shape))
    return Place(trial.function.names[trial.leaf], index, unit == 1j, output, _verdict(worst, mode, explain=True))


def _unit(x: Array, i: int, unit: complex) -> Array:
    v = np.zeros(x.size, np.complex128 if x.dtype.kind == "c" else np.float64)
    v[i] = unit
    return np.asarray(v.reshape(x.shape))


def _along(trial: Trial, v: Array) -> Trial:
    return replace(trial, v=v)


def _verdict(trial: Trial, mode: Mode, *, explain: bool = False) -> DirectionalCheck:
    return trial.check(*trial.claims(mode), explain=explain)


def _severity(check: DirectionalCheck) -> float:
    """Failures before kinks before mere inaccuracy; among equals the larger error."""
    rank = {Verdict.FAIL: 2.0, Verdict.INCONCLUSIVE: 1.0, Verdict.PASS: 0.0}[check.verdict] + 0.5 * (
        check.kink is not None
    )
    miss = check.error / check.tolerance if check.tolerance > 0.0 else check.error
    return rank + (0.49 if math.isnan(miss) else 0.49 * miss / (1.0 + miss) if math.isfinite(miss) else 0.49)


def _worst_output(trial: Trial, mode: Mode) -> tuple[Trial, str]:
    """The same trial with all the weight on the element of the output that is off by the most."""
    result = trial.function.result
    many = sum(z.size for z in trial.centre)
    if many == 1 or many > EXHAUSTIVE**2:
        return trial, result if many == 1 else f"(Σ w {result})"
    worst: tuple[float, Trial, str] | None = None
    for k, z in enumerate(trial.centre):
        for unit in (1.0, -1j) if z.dtype.kind == "c" else (1.0,):
            for j in _candidates(trial, k):
                ws = [_unit(z, j, unit) if i == k else np.zeros_like(other) for i, other in enumerate(trial.centre)]
                single = replace(trial, ws=ws)
                severity = _severity(_verdict(single, mode))
                if worst is None or severity > worst[0]:
                    place = np.unravel_index(j, z.shape)
                    index = f"[{', '.join(str(int(i)) for i in place)}]" if z.ndim else ""
                    which = f"[{k}]" if len(trial.centre) > 1 else ""
                    worst = (severity, single, f"{'Im ' if unit != 1.0 else ''}{result}{which}{index}")
    assert worst is not None
    return worst[1], worst[2]


def _candidates(trial: Trial, k: int) -> Sequence[int]:
    """The elements of output k to try: those that the direction moves or whose claim is not zero, at most EXHAUSTIVE of them."""
    z = trial.centre[k]
    if z.size <= EXHAUSTIVE:
        return range(z.size)
    pushed = trial.function.push(trial.xs, trial.tangents())[k]
    measured = (trial.at(1e-3)[k] - trial.at(-1e-3)[k]) / 2e-3
    off = np.abs(np.nan_to_num(pushed - measured, nan=np.inf)).ravel()
    return [int(j) for j in np.argsort(-off)[:EXHAUSTIVE]]


def suspect_op(function: ListFunction, xs: Arrays, mode: Mode) -> str:
    """The first recorded op that fails the same check by itself, in words; or that none does."""
    try:
        outputs = function.call([new_leaf(np.array(x), True) for x in xs])
    except TensorgraphError:
        return ""
    nodes = [node for node in reversed(history(outputs)[0]) if node._op is not None and node._op.differentiable]
    for node in nodes[:MAX_OPS]:
        alone, values = _by_itself(node)
        if values and _fails(alone, values, mode):
            op = node._op
            assert op is not None
            given = ", ".join(describe(x) for x in node._inputs)
            static = "".join(f", {s}={v!r}" for s, v in zip(op.statics, node._static, strict=True) if v is not None)
            return f"the op {op.name}({given}{static}) fails the same check by itself"
    if len(nodes) > MAX_OPS:
        return f"the first {MAX_OPS} recorded ops pass the same check by themselves"
    return (
        "every recorded op passes the same check by itself: look for values that left the graph on the way "
        "(detach, stop_gradient, no_grad, .numpy()) or for state that f keeps between calls"
    )


def _by_itself(node: Tensor) -> tuple[ListFunction, list[Array]]:
    """The op of a node as a function of those operands that a gradient flows to."""
    op, inputs = node._op, node._inputs
    assert op is not None
    free = [i for i, x in enumerate(inputs) if type(x) is Tensor and x._requires]
    static = dict(zip(op.statics, node._static, strict=True))

    def call(xs: list[Tensor]) -> list[Tensor]:
        operands: list[Any] = list(inputs)
        for i, x in zip(free, xs, strict=True):
            operands[i] = x
        z = op.function(operands, **static) if op.variadic else op.function(*operands, **static)
        return [z] if z._data.dtype.kind in "fc" else []

    return ListFunction(call, tuple(f"operand {i}" for i in free)), [np.array(inputs[i]._data) for i in free]


def _fails(function: ListFunction, xs: list[Array], mode: Mode) -> bool:
    """Whether the derivative along a random direction of one of the arguments is wrong."""
    rng = np.random.default_rng(1)
    ws = weights(function.run(xs), rng)
    trials = (Trial(function, xs, leaf, direction(x, rng), ws, 0.0, SHARPNESS) for leaf, x in enumerate(xs) if x.size)
    return any(_verdict(trial, mode).verdict is Verdict.FAIL for trial in trials)
