"""`tg.testing.check_grads`: every derivative that the engine claims of a function, against independent measurements.

Imports core and transforms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import ArgumentError, GradientCheckError, GradientCheckInconclusive
from tensorgraph.testing.function import MODES, Mode, as_list_function
from tensorgraph.testing.ladder import SHARPNESS, Verdict
from tensorgraph.testing.level import Level, Problem
from tensorgraph.testing.locate import suspect_op, worst_place
from tensorgraph.testing.report import Finding, GradientReport
from tensorgraph.testing.trial import Trial

__all__ = ["check_grads"]

MAX_OTHERS = 8
ADVICE = "choose another point, a larger rtol, or inconclusive='return' to look at the report"


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[Mode] = MODES,
    *,
    seed: int = 0,
    directions: int = 2,
    rtol: float = SHARPNESS,
    inconclusive: str = "raise",
) -> GradientReport:
    """Check the gradients of `f` at `args`, in reverse and forward mode, up to an order; return a report or raise.

    For each floating or complex array (or number) in `args`, a tuple of pytrees, and for random weights w and directions v,

    - ⟨Jᵀw, v⟩ (reverse mode) and ⟨w, Jv⟩ (forward mode) are compared with finite differences of t ↦ ⟨w, f(x + tv)⟩, run in
      double precision;
    - the two with each other (adjoint identity), the pullback and the pushforward with themselves (linearity, same result
      twice), all to 1e-13; shapes and dtypes with those of the arguments and outputs;
    - lower precisions with the double-precision run;
    - for order 2 all of this for the gradient x ↦ J(x)ᵀw and for x ↦ J(x)v in place of f (so all four combinations of the
      modes), and the Hessian of ⟨w, f⟩ with its transpose; and so on for higher orders.

    Everything else in `args` (integers, booleans, strings, None) is constant. Neither `args` nor any `.grad` is changed.

    There are three outcomes. All right: the report, which prints as a table. Wrong: `GradientCheckError`, whose message
    names the argument, the coordinate and the output where the error is worst, both values, the tolerance, a kink if one is near,
    and the op whose rule is to blame if one fails the same check by itself. Undecided, when an error of `rtol` could hide in
    the inaccuracy of finite differences, or the point lies on a kink: `GradientCheckInconclusive` (a subclass, as a
    check that has shown nothing has not succeeded); with `inconclusive="return"` the report, whose `verdict` says so.

    `seed` and `directions` choose the random directions; the same seed gives the same check. Raises `ArgumentError` for
    arguments that make no check.

    >>> import tensorgraph as tg
    >>> report = tg.testing.check_grads(lambda x, y: tg.sin(x) * y, (np.array([0.5, 1.0]), 2.0))
    >>> report.verdict
    <Verdict.PASS: 'pass'>
    >>> tg.testing.check_grads(lambda x: x * tg.stop_gradient(x), (3.0,))
    Traceback (most recent call last):
        ...
    tensorgraph.errors.GradientCheckError: the gradient of <lambda> is wrong: forward mode, order 1
      ∂f/∂x:
        claimed  3
        measured 6.0...
        error    3, tolerance ...
      every recorded op passes the same check by itself: look for values that left the graph on the way ...
    """
    _check_parameters(args, order, modes, directions, inconclusive)
    function, values = as_list_function(f, args)
    name = getattr(f, "__name__", type(f).__name__)
    if not function.run(values):
        message = f"check_grads: {name} returned no floating or complex array, so there is no gradient to check"
        raise ArgumentError(message)
    findings: list[Finding] = []
    problems: list[Problem] = []
    levels = [Level(function, values, tuple(modes), np.random.default_rng(seed), directions, rtol)]
    for at in range(1, order + 1):
        for level in levels:
            level.check()
            findings += level.findings
            problems += level.problems
        if any(p.finding.verdict is Verdict.FAIL for p in problems):
            raise GradientCheckError(_message(f"the gradient of {name} is wrong", problems, Verdict.FAIL))
        levels = [deeper for level in levels for deeper in level.deeper()] if at < order else []
    report = GradientReport(tuple(findings))
    if problems and inconclusive == "raise":
        head = f"the gradient of {name} could not be judged here"
        raise GradientCheckInconclusive(_message(head, problems, Verdict.INCONCLUSIVE))
    return report


def _message(head: str, problems: Sequence[Problem], verdict: Verdict) -> str:
    """The worst of the problems in full, the others in one line each."""
    same = [p for p in problems if p.finding.verdict is verdict]
    first = next((p for p in same if p.trial is not None), same[0])
    lines = [f"{head}: {first.finding.what}, order {first.order}"]
    if first.trial is None:
        found = first.finding
        lines.append(f"  {found.argument + ': ' if found.argument else ''}{found.reason}")
        if np.isfinite(found.claimed):
            lines.append(f"  {found.claimed:.17g} against {found.measured:.17g}, tolerance {found.tolerance:.2g}")
    else:
        lines += _where(first, first.trial, verdict)
    others = [
        f"  also {p.finding.what}{' of ' if p.finding.argument else ''}{p.finding.argument}"
        for p in same
        if p is not first
    ]
    lines += list(dict.fromkeys(others))[:MAX_OTHERS]
    return "\n".join(lines)


def _where(problem: Problem, trial: Trial, verdict: Verdict) -> list[str]:
    place = worst_place(trial, problem.mode)
    found = place.check
    if found.verdict is Verdict.PASS:
        # Every coordinate by itself is fine: what is left is the direction that was not.
        found = trial.check(*trial.claims(problem.mode))
        lines = [f"  along a random direction of {problem.finding.argument} (no single coordinate shows it):"]
    else:
        lines = [f"  {place}:"]
    lines += [
        f"    claimed  {found.claimed:.17g}",
        f"    measured {found.measured:.17g}",
        f"    error    {found.error:.3g}, tolerance {found.tolerance:.3g} (step {found.step:.1e}, noise {found.noise:.1e})",
    ]
    if verdict is Verdict.INCONCLUSIVE:
        lines.append(f"  {found.reason}")
    if found.kink is not None:
        lines.append(f"  {found.kink}")
    if verdict is Verdict.INCONCLUSIVE:
        lines.append(f"  {ADVICE}")
    elif suspect := suspect_op(trial.function, trial.xs, problem.mode):
        lines.append(f"  {suspect}")
    return lines


def _check_parameters(args: Any, order: int, modes: Sequence[Mode], directions: int, inconclusive: str) -> None:
    message = ""
    if not isinstance(args, list | tuple):
        message = f"args is a tuple with one item for each argument of f, as in check_grads(f, (x,)); got {type(args).__name__}"
    elif not isinstance(order, int) or order < 1:
        message = f"order is 1, 2, …; got {order!r}"
    elif isinstance(modes, str) or not modes or not set(modes) <= set(MODES):
        message = f"modes is a choice of {MODES}, as in modes=('reverse',); got {modes!r}"
    elif not isinstance(directions, int) or directions < 1:
        message = f"directions is 1, 2, …; got {directions!r}"
    elif inconclusive not in {"raise", "return"}:
        message = f"inconclusive is 'raise' or 'return'; got {inconclusive!r}"
    if message:
        raise ArgumentError(f"check_grads: {message}")
