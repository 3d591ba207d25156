"""`tg.testing.check_grads`: every derivative that the engine claims of a function, against independent measurements.

Imports core and transforms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, GradientCheckError, GradientCheckInconclusive
from tensorgraph.testing.function import MODES, Mode, as_list_function
from tensorgraph.testing.ladder import SHARPNESS, Verdict
from tensorgraph.testing.level import Level, Problem
from tensorgraph.testing.report import Finding, GradientReport

__all__ = ["check_grads"]


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
    >>> report = tg.testing.check_grads(lambda x, y: tg.sin(x) * y, ([0.5, 1.0], 2.0))
    >>> report.verdict
    <Verdict.PASS: 'pass'>
    >>> tg.testing.check_grads(lambda x: x * tg.stop_gradient(x), (3.0,))
    Traceback (most recent call last):
        ...
    tensorgraph.errors.GradientCheckError: the gradient of <lambda> is wrong: reverse mode
      ∂f/∂x: claimed 3, measured 6 ± 1.3e-12 (error 3, order 1)
      every recorded op passes the same check by itself: look for values that left the graph on the way (detach, stop_gradient, no_grad, .numpy()) or for state that f keeps between calls
    """
    _check_parameters(args, order, modes, inconclusive)
    function, values = as_list_function(f, args)
    level = Level(function, values, tuple(modes), np.random.default_rng(seed), directions, rtol)
    findings: list[Finding] = []
    problem: Problem | None = None
    pending = [(level, 1)]
    while pending and problem is None:
        current, at = pending.pop(0)
        found, problem = current.check(at)
        findings += found
        if at < order:
            pending += [(deeper, at + 1) for deeper in current.deeper()]
    report = GradientReport(tuple(findings))
    name = getattr(f, "__name__", type(f).__name__)
    if report.verdict is Verdict.FAIL:
        raise GradientCheckError(_message(f"the gradient of {name} is wrong", report, problem, Verdict.FAIL))
    if report.verdict is Verdict.INCONCLUSIVE and inconclusive == "raise":
        head = f"the gradient of {name} could not be checked here"
        raise GradientCheckInconclusive(_message(head, report, problem, Verdict.INCONCLUSIVE))
    return report
