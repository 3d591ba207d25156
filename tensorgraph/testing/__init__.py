"""Checks for gradients, ours and yours: `check_grads`, and Hypothesis strategies (floor 5).

`tensorgraph.testing.strategies` needs the extra `test` and is imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

from tensorgraph.testing.check import check_grads
from tensorgraph.testing.check_op import check_op
from tensorgraph.testing.complex_step import complex_step
from tensorgraph.testing.ladder import DirectionalCheck, Verdict, check_direction
from tensorgraph.testing.report import Finding, GradientReport

__all__ = [
    "DirectionalCheck",
    "Finding",
    "GradientReport",
    "Verdict",
    "check_direction",
    "check_grads",
    "check_op",
    "complex_step",
    "strategies",
]


def __getattr__(name: str) -> Any:
    if name == "strategies":
        return importlib.import_module("tensorgraph.testing.strategies")
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
