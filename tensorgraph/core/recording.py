"""Whether ops are recorded: one context variable, so that threads, tasks and generators never interfere (floor 1)."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from tensorgraph.errors import ArgumentError

__all__ = ["ALL", "OFF", "ON", "is_recording", "level", "no_grad", "observe", "observing", "recording", "tick"]

P = ParamSpec("P")
R = TypeVar("R")

OFF, ON, ALL = 0, 1, 2
"""Record nothing; record an op when an input requires a gradient; record every op and show it to the observers."""

_level: ContextVar[int] = ContextVar("tensorgraph_recording", default=ON)
level: Callable[[], int] = _level.get

_quiet: ContextVar[bool] = ContextVar("tensorgraph_quiet", default=False)
"""Whether `no_grad` holds while everything is observed: ops are still shown, but no gradient flows through them."""

_outer: ContextVar[tuple[tuple[int, bool], ...]] = ContextVar("tensorgraph_outer_levels", default=())
"""The states to come back to, per context, so that one `no_grad()` object may serve many tasks."""

_observers: ContextVar[tuple[Callable[[Any], None], ...]] = ContextVar("tensorgraph_observers", default=())

_clock = itertools.count(1)
tick: Callable[[], int] = _clock.__next__
"""The next moment. An op is recorded at a later moment than its inputs: to sort by moment is a topological order."""


def is_recording() -> bool:
    """Whether an op on a tensor that requires a gradient is recorded here."""
    return level() != OFF and not _quiet.get()


@contextmanager
def recording(to: int) -> Iterator[None]:
    """Set the recording level for the `with` block, in this context only."""
    token = _level.set(to)
    try:
        yield
    finally:
        _level.reset(token)


@contextmanager
def observing(observer: Callable[[Any], None]) -> Iterator[None]:
    """Show every op's result to `observer` once it is computed, in this context only; what it raises stops the op."""
    token = _observers.set((*_observers.get(), observer))
    try:
        with recording(ALL):
            yield
    finally:
        _observers.reset(token)


def observe(z: Any) -> None:
    """What an op does with its result where everything is recorded."""
    if _quiet.get():
        z._requires = False
    for observer in _observers.get():
        observer(z)


class no_grad:  # noqa: N801 - lower case as in PyTorch: it reads as a statement
    """Record nothing inside: a context manager and a decorator (of functions, generators and coroutines).

    Results computed inside are constants. The switch belongs to the current thread or task alone; a decorated generator
    holds it only while its own body runs, never while its consumer's does.

    >>> import tensorgraph as tg
    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> with tg.no_grad():
    ...     (x * x).requires_grad
    False
    """

    __slots__ = ()

    def __enter__(self) -> None:
        before = level()
        _outer.set((*_outer.get(), (before, _quiet.get())))
        if before == ALL:
            _quiet.set(True)
        else:
            _level.set(OFF)

    def __exit__(self, *exc: object) -> None:
        *outer, (before, quiet) = _outer.get()
        _outer.set(tuple(outer))
        _level.set(before)
        _quiet.set(quiet)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate: the body of `function` runs with recording off."""
        if inspect.isasyncgenfunction(function):
            message = "no_grad cannot decorate an async generator; write `with tg.no_grad():` around its computations"
            raise ArgumentError(message)
        if inspect.isgeneratorfunction(function):
            quiet_generator: Callable[P, R] = _quiet_generator(function)
            return quiet_generator
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def quiet_coroutine(*args: Any, **kwargs: Any) -> Any:
                with no_grad():
                    return await function(*args, **kwargs)

            return quiet_coroutine  # type: ignore[return-value]  # the wrapper has the coroutine's own type

        @functools.wraps(function)
        def quiet(*args: P.args, **kwargs: P.kwargs) -> R:
            with no_grad():
                return function(*args, **kwargs)

        return quiet


def _quiet_generator(function: Callable[..., Any]) -> Any:
    """Enter and leave `no_grad` around every step, as the consumer runs in the same context between two steps."""

    @functools.wraps(function)
    def quiet(*args: Any, **kwargs: Any) -> Any:
        with no_grad():
            generator = function(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with no_grad():
                    item = step()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield item
            except GeneratorExit:
                generator.close()
                raise
            except BaseException as error:  # noqa: BLE001 - whatever is thrown in belongs to the wrapped generator
                step = functools.partial(generator.throw, error)
            else:
                step = functools.partial(generator.send, sent)

    return quiet
