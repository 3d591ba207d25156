"""Batch: what stands for one example where all of them are computed at once (floor 1).

`tg.vmap` hands batches to a function, and a Jacobian sends a batch of cotangents through the rules. A batch has the
shape of one example; `value` holds all of them, along one leading axis for each of its `levels`. A level is one call of
`vmap`; of nested ones the inner has the higher number and its axis comes later. What an op does to a batch follows
from its card, in `core/batching.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

import numpy as np

from tensorgraph.core.describe import kind
from tensorgraph.core.recording import tick
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import CoercionError, GradientError, MutationError

__all__ = [
    "Batch",
    "Level",
    "Levels",
    "array_of",
    "gathered",
    "in_levels",
    "levels_here",
    "new_level",
    "spread",
    "stand_in",
    "tensor_of",
    "whole",
]

Level = int
Levels = tuple[tuple[Level, int], ...]
"""Levels with their sizes, the outermost first."""

_here: ContextVar[Levels] = ContextVar("tensorgraph_batch_levels", default=())
levels_here = _here.get
"""The levels of the calls of `vmap` that this code runs inside of."""


class Batch(Tensor):
    """One example of many: it has the shape of one, and every op computes all of them.

    What would tell the examples apart, as their values do, is refused.
    """

    __slots__ = ("levels", "value")

    levels: tuple[Level, ...]
    value: Any

    def __init__(self, value: Any, levels: tuple[Level, ...]) -> None:
        self.value = value
        self.levels = levels

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.value.shape[len(self.levels) :]  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""
        return self.value.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes of one example."""
        return self.value.ndim - len(self.levels)  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of elements of one example."""
        return int(np.prod(self.shape))

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of one example."""
        return self.size * self.itemsize

    @property
    def base(self) -> Any:
        """Never None: a sweep writes into no batch, whose value may be seen elsewhere."""
        return self.value

    @property
    def name(self) -> str | None:
        """The name of the tensor that holds all examples."""
        return getattr(self.value, "_name", None)

    @name.setter
    def name(self, value: str | None) -> None:
        if isinstance(self.value, Tensor):
            self.value.name = value

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to the examples."""
        return self._requires

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:  # noqa: ARG002 - the form of a setter
        message = f"{kind(self)} is an example of a vmap, and requires a gradient if the tensor of all examples does"
        raise GradientError(message)

    @property
    def _requires(self) -> bool:  # type: ignore[override]  # a slot in Tensor
        return bool(getattr(self.value, "_requires", False))

    @property
    def _data(self) -> NoReturn:  # type: ignore[override]  # a slot in Tensor
        self._refuse("its value was asked for")

    def detach(self) -> Tensor:
        """The same examples as constants."""
        return Batch(self.value.detach() if isinstance(self.value, Tensor) else self.value, self.levels)

    def _refuse(self, what: str) -> NoReturn:
        message = (
            f"{what}, but {kind(self)} stands for every example of a vmap at once: for a choice by value write "
            "tg.where(condition, x, y), and take values out of the function by returning them"
        )
        raise CoercionError(message)

    def _guard(self, what: str, instead: str) -> NoReturn:  # noqa: ARG002 - Tensor's signature
        self._refuse(f"{what} asks for one value")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        self._refuse("NumPy asked for an array")

    def backward(self, cotangent: Any = None, *, create_graph: bool = False) -> NoReturn:  # noqa: ARG002 - Tensor's
        """Refused: a leaf has no place for the gradients of many examples; `tg.grad` returns them."""
        message = "backward() inside vmap would add up the gradients of all examples; use tg.grad, which returns each"
        raise GradientError(message)

    def assign(self, value: Any) -> NoReturn:  # noqa: ARG002 - Tensor's signature
        """Refused: a batch is no leaf."""
        message = f"only a leaf can be assigned to, and {kind(self)} is an example of a vmap"
        raise MutationError(message)

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        message = f"{kind(self)} is an example of a vmap: write t = t.at[i].set(v)"
        raise MutationError(message)

    def __len__(self) -> int:
        return len(np.broadcast_to(0, self.shape))

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        sizes = self.value.shape[: len(self.levels)]
        return f"batch({kind(self)}, {' × '.join(map(str, sizes))} examples)"

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return self


@contextmanager
def new_level(size: int) -> Iterator[tuple[Level, int]]:
    """A level of `size` examples, inside all that there are; batches of it are of use in the `with` block only."""
    level = (tick(), size)
    with in_levels((*levels_here(), level)):
        yield level


@contextmanager
def in_levels(levels: Levels) -> Iterator[None]:
    """Compute as if inside these levels: what a function saw when it was recorded it sees again."""
    token = _here.set(levels)
    try:
        yield
    finally:
        _here.reset(token)


def spread(x: Any, levels: Levels) -> Any:
    """x with its examples of the given levels in the open, as leading axes; along a level that x lacks, repeated.

    What x has of other levels stays a batch, of examples that are wider by these axes.
    """
    if not levels:
        return x
    own = x.levels if type(x) is Batch else ()
    value = x.value if type(x) is Batch else x
    names = [level for level, _ in levels]
    rest = [level for level in own if level not in names]
    present = [level for level in names if level in own]
    count, ndim = len(own), value.ndim
    value = _permuted(value, [own.index(level) for level in (*rest, *present)], range(count, ndim))
    if len(present) < len(names):
        lead = tuple(value.shape[: len(rest)])
        logical = tuple(value.shape[count:])
        sizes = tuple(size for _, size in levels)
        ones = tuple(size if level in own else 1 for level, size in levels)
        value = np.broadcast_to(value.reshape(lead + ones + logical), lead + sizes + logical)
    return Batch(value, tuple(rest)) if rest else value


def gathered(x: Any, levels: Levels) -> Any:
    """The inverse of `spread`: the leading axes of x become levels."""
    if not levels:
        return x
    rest = x.levels if type(x) is Batch else ()
    value = x.value if type(x) is Batch else x
    now = (*rest, *(level for level, _ in levels))
    order = sorted(range(len(now)), key=now.__getitem__)
    return Batch(_permuted(value, order, range(len(now), value.ndim)), tuple(now[i] for i in order))


def whole(x: Any, level: Level, size: int) -> Any:
    """x with all examples of the innermost level along its first axis, repeated if x does not depend on them."""
    return spread(x, ((level, size),))


def stand_in(x: Batch) -> np.ndarray[Any, Any]:
    """An array of a batch's shape and dtype, for what asks about no more than these; it takes no memory."""
    return np.broadcast_to(np.zeros((), x.dtype), x.shape)


def tensor_of(x: Any) -> Any:
    """An ndarray, or a batch of ndarrays, as a Tensor."""
    if type(x) is Batch:
        return x if isinstance(x.value, Tensor) else Batch(wrap(x.value), x.levels)
    return x if isinstance(x, Tensor) else wrap(np.asarray(x))


def array_of(x: Any) -> Any:
    """The ndarray in a Tensor; of a batch of Tensors, the batch of their arrays."""
    if type(x) is Batch:
        return Batch(x.value._data, x.levels) if isinstance(x.value, Tensor) else x
    return x._data if isinstance(x, Tensor) else x


def _permuted(value: Any, first: Any, last: Any) -> Any:
    axes = (*first, *last)
    return value if axes == tuple(range(len(axes))) else value.transpose(axes)
