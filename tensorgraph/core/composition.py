"""Composition: a public function made of ops, with no calculus of its own (floor 1).

It is written in the language of rules, so it computes on ndarrays, Tensors and Symbols alike; its public form takes
whatever users call an array and always gives Tensors.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from tensorgraph.core.op import COMPOSITIONS, NUMPY, numpy_names
from tensorgraph.core.operands import SCALARS
from tensorgraph.core.tensor import Tensor, as_array, wrap

__all__ = ["Composition", "composition", "lifting"]

P = ParamSpec("P")
R = TypeVar("R")


class Composition(Generic[P, R]):
    """A function made of ops. Called directly it stays in the language of rules; `function` is its public form."""

    def __init__(self, body: Callable[P, R], *, public: bool, numpy: tuple[Any, ...], lift: int | None) -> None:
        self.name = body.__name__
        self.body = body
        self.public = public
        self.numpy = numpy
        self.function: Callable[P, R] = lifting(body, lift)
        functools.update_wrapper(self, body)

    @property
    def doc(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.body) or ""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Compute inside a rule, on whatever the sweep runs on."""
        return self.body(*args, **kwargs)


def composition(
    *, numpy: Any = (), public: bool = True, lift: int | None = None
) -> Callable[[Callable[P, R]], Composition[P, R]]:
    """Register a function made of ops; `numpy` names the NumPy functions that it stands for (default: its namesake).

    Positional-only parameters are arrays, or sequences of arrays; in the public form they become Tensors, or only the
    first `lift` of them.
    """

    def decorate(body: Callable[P, R]) -> Composition[P, R]:
        names = numpy_names(body.__name__, numpy if isinstance(numpy, tuple) else (numpy,))
        made = Composition(body, public=public, numpy=names, lift=lift)
        COMPOSITIONS[made.name] = made
        NUMPY.update(dict.fromkeys(names, made.function))
        return made

    return decorate


def lifting(body: Callable[P, R], arrays: int | None = None) -> Callable[P, R]:
    """The public form of a function of rules: any arrays go in as its first `arrays` arguments, Tensors come out."""
    if arrays is None:
        parameters = inspect.signature(body).parameters.values()
        variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        count = None if variadic else sum(p.kind is p.POSITIONAL_ONLY for p in parameters)
    else:
        count = arrays

    @functools.wraps(body)
    def function(*args: P.args, **kwargs: P.kwargs) -> R:
        lifted = tuple(map(_lift, args[:count])) + (() if count is None else args[count:])
        return _lower(body(*lifted, **kwargs))  # type: ignore[no-any-return]

    function.__module__ = "tensorgraph"
    return function


def _lift(x: Any) -> Any:
    """Arrays and lists of numbers become Tensors; scalars stay weak, sequences that hold Tensors stay sequences."""
    if isinstance(x, Tensor) or type(x) in SCALARS or x is None or isinstance(x, str):
        return x
    if type(x) in {list, tuple} and _is_sequence_of_arrays(x):
        return type(x)(map(_lift, x))
    return wrap(np.array(as_array(x)))


def _is_sequence_of_arrays(x: Any) -> bool:
    """Whether a list holds arrays, or rows of different lengths, and so is no array itself."""
    lengths = {len(item) for item in x if isinstance(item, list | tuple)}
    return len(lengths) > 1 or any(
        isinstance(item, Tensor | np.ndarray) or (isinstance(item, list | tuple) and _is_sequence_of_arrays(item))
        for item in x
    )


def _lower(result: Any) -> Any:
    if isinstance(result, np.ndarray | np.generic | int | float | complex):
        return wrap(np.asarray(result))
    if type(result) in {list, tuple}:
        return type(result)(map(_lower, result))
    if isinstance(result, tuple) and hasattr(result, "_make"):  # a namedtuple
        return result._make(map(_lower, result))
    return result
