"""Tensor: an array that remembers how it was computed (floor 1).

A tensor is a node of the graph: `_data` the value, `_op` and `_inputs` the step that made it, `_stamp` the moment when.
Everything that computes is an op: `ops/operators.py` binds the operators and the methods of ndarray, one per card,
and `core/sweep.py` binds `backward`. Arrays inside are never written to, so views may be shared freely; a leaf takes
a new value by taking a new array (`assign`). There is no `__init__`, as ops make tensors faster without one: users
call `tg.tensor`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorgraph.core.bound import Bound
from tensorgraph.core.describe import describe, kind
from tensorgraph.core.leaving import Leaving
from tensorgraph.core.reading import check_inexact, check_numeric, read_array
from tensorgraph.core.recording import tick
from tensorgraph.errors import ArgumentError, DtypeError, GradientError, MutationError, ShapeError

if TYPE_CHECKING:
    from tensorgraph.core.op import Op

__all__ = ["Tensor", "as_array", "wrap"]


class Tensor(Leaving, Bound):
    """An n-dimensional array and a node of the computational graph; made by `tg.tensor` and by every op.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True, name="x")
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4., 6.])
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_grad",
        "_inputs",
        "_name",
        "_notes",
        "_op",
        "_requires",
        "_stamp",
        "_static",
    )

    _data: np.ndarray[tuple[int, ...], np.dtype[Any]]
    _op: Op[Any] | None
    _inputs: tuple[Any, ...]
    _static: tuple[Any, ...]
    _requires: bool
    _stamp: int
    _grad: Tensor | None
    _name: str | None
    _notes: dict[str, Any] | None

    __hash__ = object.__hash__

    # What it is

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype of the elements."""
        return self._data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._data.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self._data.nbytes

    @property
    def name(self) -> str | None:
        """The name shown in errors, pictures and derivations; free to set."""
        return self._name

    @name.setter
    def name(self, value: str | None) -> None:
        if value is not None and not isinstance(value, str):
            message = f"a tensor's name is a string or None, got {type(value).__name__}"
            raise ArgumentError(message)
        self._name = value

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this tensor; settable on a leaf of inexact dtype."""
        return self._requires

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self._op is not None:
            message = (
                f"requires_grad can be set on a leaf only, and {describe(self)} was made by {self._op.name!r}; "
                "use .detach() for a tensor without history"
            )
            raise GradientError(message)
        if value:
            check_inexact(self._data.dtype)
        if value and not self._requires:
            self._stamp = tick()
        self._requires = bool(value)

    @property
    def grad(self) -> Tensor | None:
        """What `backward` has added up at this leaf since the last reset, or None."""
        return self._grad

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is None:
            self._grad = None
            return
        if not isinstance(value, Tensor):
            value = wrap(np.array(as_array(value), dtype=self.dtype))
        if value.shape != self.shape or value.dtype != self.dtype:
            message = f"a gradient has its tensor's shape and dtype: expected {kind(self)}, got {kind(value)}"
            raise ShapeError(message)
        if value is self:
            value = wrap(value._data)
        self._grad = value

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded op made this tensor."""
        return self._op is None

    @property
    def op(self) -> Op[Any] | None:
        """The card of the op that made this tensor, or None for a leaf."""
        return self._op

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The operands of the op that made this tensor; constants appear as tensors that require no gradient."""
        return tuple(map(_as_input, self._inputs))

    def detach(self) -> Tensor:
        """The same value as a constant: no history, no gradient.

        >>> import tensorgraph as tg
        >>> tg.tensor(2.0, requires_grad=True).detach().requires_grad
        False
        """
        return wrap(self._data, self._name)

    # Leaves

    def assign(self, value: Any) -> Tensor:
        """Give a leaf a new value of the same shape; the one mutation there is. Returns the leaf.

        The leaf takes a new array, so views and detached tensors keep the old value. A graph recorded before reads a
        value that is gone: its `backward` raises `StaleLeafError` instead of using the wrong one.

        >>> import tensorgraph as tg
        >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> w.assign(w.numpy() / 2).tolist()
        [0.5, 1.0]
        """
        if self._op is not None:
            message = f"only a leaf can be assigned to, and {describe(self)} was made by {self._op.name!r}"
            raise MutationError(message)
        data = as_array(value)
        if data.shape != self._data.shape:
            message = f"assign: expected {kind(self)}, got {data.dtype.name}{list(data.shape)}"
            raise ShapeError(message)
        if not np.can_cast(data.dtype, self._data.dtype, "same_kind"):
            message = f"assign: {data.dtype.name} cannot become {self._data.dtype.name} of {describe(self)}"
            raise DtypeError(message)
        self._data = np.array(data, dtype=self._data.dtype)
        self._stamp = tick()
        return self

    def __setitem__(self, index: Any, value: Any) -> None:
        """Write into a tensor that stands in no graph; one in a graph refuses, as the sweep would use the new value."""
        if self._requires or self._op is not None:
            message = (
                f"{describe(self)} is part of a graph, so t[i] = v would change what it has saved; "
                "write t = t.at[i].set(v), which is differentiable"
            )
            raise MutationError(message)
        data = self._data.copy()
        data[_plain_index(index)] = as_array(value)
        self._data = data
        self._stamp = tick()

    # Python's protocols

    def __len__(self) -> int:
        if not self._data.ndim:
            message = f"len() of {describe(self)}: a 0-d tensor has no length"
            raise DtypeError(message)
        return self._data.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self._data.ndim:
            message = f"iteration over {describe(self)}: a 0-d tensor has no rows"
            raise DtypeError(message)
        return (self[i] for i in range(self._data.shape[0]))

    def __repr__(self) -> str:
        text = np.array2string(self._data, prefix="tensor(", separator=", ", threshold=100, edgeitems=3)
        parts = [text]
        if self._data.dtype not in (np.float64, np.int64, np.bool_, np.complex128):
            parts.append(f"dtype={self._data.dtype.name}")
        if self._name is not None:
            parts.append(f"name={self._name!r}")
        if self._op is not None:
            parts.append(f"op={self._op.name}")
        elif self._requires:
            parts.append("requires_grad=True")
        return f"tensor({', '.join(parts)})"

    def __format__(self, spec: str) -> str:
        return format(self._data.item(), spec) if spec and self._data.ndim == 0 else repr(self)


def wrap(data: np.ndarray[Any, Any], name: str | None = None) -> Tensor:
    """A constant around an array, without a copy."""
    constant = Tensor()
    constant._data = data
    constant._op = constant._grad = constant._notes = None
    constant._inputs = constant._static = ()
    constant._name = name
    constant._requires = False
    constant._stamp = 0
    return constant


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """The value of a tensor or of anything NumPy reads as a numeric array."""
    if type(value) is Tensor:
        return value._data
    array = read_array(value)
    check_numeric(array.dtype)
    return array


def _as_input(x: Any) -> Tensor:
    if type(x) is not Tensor:
        return wrap(np.asarray(x))
    if x._notes is not None and (handle := x._notes.get("handle")) is not None:
        return handle() or x
    return x


def _plain_index(index: Any) -> Any:
    if isinstance(index, tuple):
        return tuple(map(_plain_index, index))
    return index._data if type(index) is Tensor else index
