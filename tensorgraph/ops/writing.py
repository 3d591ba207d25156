"""`t[i] = v`, where it is allowed: on tensors outside of any graph, and on copies made to be written to (floor 2).

A tensor never changes under a graph that has read it. To write into a copy makes a new node, `at_set` of the old one and
the new values, and the tensor becomes that node: readers from now on see the new value, and their gradients reach both.
Those that have read the old value, and led to the new one (`t[i] += v`), are pointed to the old node; a sweep that meets any
other reader of the old value raises `StaleLeafError`, by the moments at which they were made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.core.batch import Batch
from tensorgraph.core.recording import ALL, OFF, level
from tensorgraph.core.tensor import Tensor
from tensorgraph.ops.indexing import split
from tensorgraph.ops.layout import duplicate
from tensorgraph.ops.updates import at_set

__all__ = ["write"]

WRITABLE = frozenset({duplicate.name, at_set.name})
"""What makes a copy."""

_write_free: Callable[[Tensor, Any, Any], None] = Tensor.__setitem__


def write(self: Tensor, index: Any, value: Any) -> None:
    """Write into a tensor that stands in no graph, or into a copy; others refuse, as what they have saved would change."""
    if not _becomes_a_node(self, value):
        _write_free(self, index, value)
        return
    old = _twin(self)
    pattern, arrays = split(index)
    new = at_set.function((old, value, *arrays), pattern)
    _repoint(value, self, old)
    self._data, self._op, self._inputs, self._static = new._data, new._op, new._inputs, new._static
    self._requires, self._stamp = new._requires, new._stamp


def _becomes_a_node(t: Tensor, value: Any) -> bool:
    """Whether the write is recorded: into a copy, or of a value whose gradient would be lost otherwise."""
    if level() == OFF or type(t) is not Tensor:
        return False
    if t._op is not None:
        return t._op.name in WRITABLE
    return not t._requires and (type(value) is Batch or (type(value) is Tensor and (value._requires or level() == ALL)))


def _twin(t: Tensor) -> Tensor:
    """The node that t has been, as one of its own."""
    old = Tensor()
    old._data, old._op, old._inputs, old._static = t._data, t._op, t._inputs, t._static
    old._requires, old._stamp, old._name = t._requires, t._stamp, t._name
    old._grad = old._notes = None
    return old


def _repoint(value: Any, t: Tensor, old: Tensor) -> None:
    """Let what has read t on the way to `value` have read its old node."""
    if type(value) is not Tensor or value._stamp <= old._stamp:
        return
    seen = {value}
    stack = [value]
    while stack:
        node = stack.pop()
        if any(x is t for x in node._inputs):
            node._inputs = tuple([old if x is t else x for x in node._inputs])
        for x in node._inputs:
            if type(x) is Tensor and x._stamp > old._stamp and x not in seen:
                seen.add(x)
                stack.append(x)
