"""Tensor: an array that remembers how it was computed (floor 1).

A tensor is a node of the graph: `_data` the value, `_op` and `_inputs` the step that made it, `_stamp` the moment when.
Everything that computes is an op: `ops/operators.py` binds the operators and the methods of ndarray, one per card,
and `core/sweep.py` binds `backward`. Arrays inside are never written to, so views may be shared freely; a leaf takes
a new value by taking a new array (`assign`). There is no `__init__`, as ops make tensors faster without one: users
call `tg.tensor`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorgraph.core.recording import is_recording, tick
from tensorgraph.errors import ArgumentError, CoercionError, DtypeError, GradientError, MutationError, ShapeError

if TYPE_CHECKING:
    from tensorgraph.core.op import Op

__all__ = [
    "Tensor",
    "as_array",
    "describe",
    "exclusive",
    "kind",
    "new_leaf",
    "owned_references",
    "take_value",
    "tensor",
    "wrap",
]

NUMERIC = "biufc"


class Tensor:
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
            _check_inexact(self._data.dtype)
        self._requires = bool(value)
        self._stamp = tick()

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
            value = tensor(value, dtype=self.dtype)
        if value.shape != self.shape or value.dtype != self.dtype:
            message = f"a gradient has its tensor's shape and dtype: expected {kind(self)}, got {kind(value)}"
            raise ShapeError(message)
        if value is self:
            value = tensor(value._data)
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

    # The way out of the graph

    def numpy(self) -> np.ndarray[Any, Any]:
        """The value as a read-only ndarray, without a copy.

        >>> import tensorgraph as tg
        >>> tg.tensor([1.0, 2.0]).numpy().flags.writeable
        False
        """
        view = self._data.view()
        view.flags.writeable = False
        return view

    def item(self, *index: Any) -> Any:
        """The value of a tensor of one element (or of the element at `index`) as a Python number."""
        try:
            return self._data.item(*index)
        except (ValueError, IndexError) as error:
            message = f"item() needs exactly one element, got {describe(self)}"
            raise ShapeError(message) from error

    def tolist(self) -> Any:
        """The value as nested Python lists."""
        return self._data.tolist()

    def detach(self) -> Tensor:
        """The same value as a constant: no history, no gradient.

        >>> import tensorgraph as tg
        >>> tg.tensor(2.0, requires_grad=True).detach().requires_grad
        False
        """
        return wrap(self._data, self._name)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self._guard("np.asarray(t)", "t.numpy() for a read-only view of the value, or t.detach()")
        if copy or (dtype is not None and np.dtype(dtype) != self.dtype):
            if copy is False:
                message = f"no view of {describe(self)} has dtype {np.dtype(dtype)}: copy=False cannot be honoured"
                raise ArgumentError(message)
            return np.array(self._data, dtype=dtype)
        return self.numpy()

    def __float__(self) -> float:
        self._guard("float(t)", "t.item()")
        return float(self._scalar("float"))

    def __int__(self) -> int:
        self._guard("int(t)", "t.item()")
        return int(self._scalar("int"))

    def __complex__(self) -> complex:
        self._guard("complex(t)", "t.item()")
        return complex(self._scalar("complex"))

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu":
            message = f"only an integer tensor of one element can be an index, got {describe(self)}"
            raise DtypeError(message)
        return int(self._scalar("index"))

    def __bool__(self) -> bool:
        self._guard("bool(t)", "t.item(), or compare first: bool(t > 0)")
        if self._data.size != 1:
            message = f"the truth of {describe(self)} is ambiguous: use tg.any(t) or tg.all(t)"
            raise ShapeError(message)
        return bool(self._data.item())

    def _scalar(self, what: str) -> Any:
        if self._data.size != 1:
            message = f"{what}() needs exactly one element, got {describe(self)}"
            raise ShapeError(message)
        return self._data.item()

    def _guard(self, what: str, instead: str) -> None:
        if self._requires and is_recording():
            message = f"{what} would cut the gradient of {describe(self)}, which is being recorded; use {instead}"
            raise CoercionError(message)

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

    def __copy__(self) -> Tensor:
        return self._twin(self._data)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        twin = self._twin(self._data.copy())
        memo[id(self)] = twin
        if self._grad is not None and self._grad._op is None:
            twin._grad = self._grad.__deepcopy__(memo)
        return twin

    def __reduce__(self) -> tuple[Callable[..., Tensor], tuple[Any, ...]]:
        self._refuse_history("pickled")
        return _rebuild, (self._data, self._requires, self._name)

    def _twin(self, data: np.ndarray[Any, Any]) -> Tensor:
        self._refuse_history("copied")
        return _rebuild(data, self._requires, self._name)

    def _refuse_history(self, verb: str) -> None:
        if self._op is not None:
            message = f"{describe(self)} carries its graph and cannot be {verb}; take t.detach() for the value alone"
            raise GradientError(message)

    if TYPE_CHECKING:  # bound from the cards by ops/operators.py, and by core/sweep.py

        def backward(self, cotangent: Any = None, *, create_graph: bool = False) -> None: ...  # noqa: D102
        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, index: Any, /) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __pos__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __add__(self, other: Any, /) -> Tensor: ...
        def __radd__(self, other: Any, /) -> Tensor: ...
        def __sub__(self, other: Any, /) -> Tensor: ...
        def __rsub__(self, other: Any, /) -> Tensor: ...
        def __mul__(self, other: Any, /) -> Tensor: ...
        def __rmul__(self, other: Any, /) -> Tensor: ...
        def __truediv__(self, other: Any, /) -> Tensor: ...
        def __rtruediv__(self, other: Any, /) -> Tensor: ...
        def __floordiv__(self, other: Any, /) -> Tensor: ...
        def __rfloordiv__(self, other: Any, /) -> Tensor: ...
        def __mod__(self, other: Any, /) -> Tensor: ...
        def __rmod__(self, other: Any, /) -> Tensor: ...
        def __pow__(self, other: Any, /) -> Tensor: ...
        def __rpow__(self, other: Any, /) -> Tensor: ...
        def __matmul__(self, other: Any, /) -> Tensor: ...
        def __rmatmul__(self, other: Any, /) -> Tensor: ...
        def __and__(self, other: Any, /) -> Tensor: ...
        def __or__(self, other: Any, /) -> Tensor: ...
        def __xor__(self, other: Any, /) -> Tensor: ...
        def __lshift__(self, other: Any, /) -> Tensor: ...
        def __rshift__(self, other: Any, /) -> Tensor: ...
        def __lt__(self, other: Any, /) -> Tensor: ...
        def __le__(self, other: Any, /) -> Tensor: ...
        def __gt__(self, other: Any, /) -> Tensor: ...
        def __ge__(self, other: Any, /) -> Tensor: ...
        def __eq__(self, other: Any, /) -> Tensor: ...  # type: ignore[override]  # elementwise, as in NumPy
        def __ne__(self, other: Any, /) -> Tensor: ...  # type: ignore[override]


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A new leaf that owns a copy of `data` (nested lists, scalars, an ndarray or a tensor's value).

    `requires_grad=True` asks for `.grad` after a `backward`; only floating and complex dtypes have one, so integers
    raise `DtypeError`. Objects and strings raise it too.

    >>> import tensorgraph as tg
    >>> tg.tensor([[1, 2], [3, 4]], dtype="float32", name="W").shape
    (2, 2)
    """
    source = data._data if type(data) is Tensor else _from_objects(data)
    copied = np.array(source, dtype=None if dtype is None else np.dtype(dtype).newbyteorder("="))
    _check_numeric(copied.dtype)
    return new_leaf(copied, requires_grad, name)


def new_leaf(data: np.ndarray[Any, Any], requires_grad: bool, name: str | None = None) -> Tensor:
    """A leaf around an array that nobody else will write to."""
    if requires_grad:
        _check_inexact(data.dtype)
    leaf = wrap(data)
    leaf.name = name
    leaf._requires = bool(requires_grad)
    leaf._stamp = tick()
    return leaf


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
    array = _from_objects(value)
    _check_numeric(array.dtype)
    return array


def kind(t: Any) -> str:
    """Dtype and shape as errors show them: `float64[3,4]`."""
    if isinstance(t, Tensor | np.ndarray | np.generic):
        return f"{t.dtype.name}[{','.join(map(str, t.shape))}]"
    return f"{type(t).__name__} {t!r}" if isinstance(t, bool | int | float | complex) else type(t).__name__


def describe(t: Any) -> str:
    """An operand as errors show it: `float64[3,4] 'W1'`."""
    return f"{kind(t)} {t._name!r}" if type(t) is Tensor and t._name is not None else kind(t)


def owned_references() -> int:
    """What `sys.getrefcount` says of an array that a dict and one local variable hold, which the sweep may write to.

    Measured rather than written down, as interpreters differ in the references that a call itself holds.
    """
    store = {0: np.zeros(1)}
    array = store.get(0)
    return sys.getrefcount(array)


def exclusive(leaf: Tensor) -> bool:
    """Whether nobody but `leaf` can see its array, no view and no graph, so that it may be written to."""
    data = leaf._data
    return data.base is None and data.flags.writeable and sys.getrefcount(data) <= _OWNED


def take_value(leaf: Tensor, data: np.ndarray[Any, Any]) -> None:
    """`assign` without checks or a copy: the array becomes the leaf's own."""
    leaf._data = data
    leaf._stamp = tick()


_OWNED = owned_references()


def _from_objects(data: Any) -> np.ndarray[Any, Any]:
    if isinstance(data, np.ma.MaskedArray):
        message = "a masked array would lose its mask: fill it first, or multiply by the mask"
        raise DtypeError(message)
    try:
        array = np.asarray(data)
    except CoercionError as error:
        message = "a list that holds recorded tensors would cut their gradients; join them by tg.stack(list) instead"
        raise CoercionError(message) from error
    except ValueError as error:
        message = f"these nested lists make no array: {error}"
        raise ShapeError(message) from error
    # NumPy's reductions refuse a foreign byte order as their dtype.
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _check_numeric(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in NUMERIC:
        message = f"expected numbers (boolean, integer, floating or complex), got dtype {dtype}"
        raise DtypeError(message)


def _check_inexact(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "fc":
        message = f"only floating and complex tensors can require a gradient, got {dtype.name}; use dtype=float"
        raise DtypeError(message)


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


def _rebuild(data: np.ndarray[Any, Any], requires_grad: bool, name: str | None) -> Tensor:
    return new_leaf(data, requires_grad, name)
