"""Sequential: modules and functions one after the other (floor 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tensorgraph.errors import ArgumentError
from tensorgraph.nn.module import Module

__all__ = ["Sequential"]


class Sequential(Module):
    """The composition of its steps, modules or functions of one argument, first step first.

    >>> import tensorgraph as tg
    >>> model = tg.nn.Sequential(tg.nn.Linear(4, 3), tg.tanh, tg.nn.Linear(3, 1))
    >>> model(tg.ones((2, 4))).shape
    (2, 1)
    """

    def __init__(self, *steps: Callable[[Any], Any]) -> None:
        for step in steps:
            if not callable(step):
                message = f"Sequential: each step is a module or a function, got {type(step).__name__}"
                raise ArgumentError(message)
        self.steps = steps

    def forward(self, x: Any) -> Any:
        """The last step's output."""
        for step in self.steps:
            x = step(x)
        return x

    def __iter__(self) -> Iterator[Callable[[Any], Any]]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Callable[[Any], Any]:
        return self.steps[index]
