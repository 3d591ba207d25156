"""`Tensor.backward`: a sweep whose result is added to the leaves, to all of them or to none (floor 1)."""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.ownership import OWNED
from tensorgraph.core.sweep import history, reverse
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import DtypeError, GradientError, ShapeError

__all__ = ["deliver", "seed_cotangent"]


def _backward(self: Tensor, cotangent: Any = None, *, create_graph: bool = False) -> None:
    """Add the gradient of this tensor to `.grad` of every leaf that it depends on.

    With z this tensor and c the cotangent (1 for a scalar), a leaf x gets x.grad += Σ c · ∂z/∂x, of x's shape and
    dtype. All leaves are updated at the end or, if anything raises, none. `create_graph=True` records the gradients,
    so that they can be differentiated in turn. For complex leaves the gradient of a real z is ∂z/∂Re x − i ∂z/∂Im x.

    Raises `GradientError` if this tensor requires no gradient or is no scalar and no cotangent was given, `ShapeError`
    if the cotangent has another shape, `StaleLeafError` if a leaf was assigned to since it was read.

    >>> import tensorgraph as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x**2).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """
    if not self._requires:
        message = (
            f"backward: {describe(self)} requires no gradient: no leaf that it depends on has requires_grad=True, "
            "or it was computed under no_grad or from detached tensors"
        )
        raise GradientError(message)
    nodes, _ = history((self,))
    seed = seed_cotangent(self, cotangent)
    record = create_graph or seed._requires
    with np.errstate(all="ignore"):
        found = reverse(nodes, {self: seed if record else seed._data}, record=record)
    deliver([node for node in nodes if node._op is None], found, record=record)


def seed_cotangent(output: Tensor, cotangent: Any) -> Tensor:
    """The cotangent that a sweep from `output` starts with, checked: one for a real scalar, else what was given."""
    data = output._data
    if cotangent is None:
        if data.size != 1 or data.dtype.kind == "c":
            message = (
                f"the gradient of {describe(output)} needs a cotangent of its shape: only a real scalar has the one "
                "gradient that goes without saying; reduce it first, as by .sum(), or pass cotangent="
            )
            raise GradientError(message)
        return wrap(np.ones(data.shape, data.dtype))
    given = cotangent if type(cotangent) is Tensor else wrap(np.array(cotangent))
    if given.shape != data.shape:
        message = f"expected a cotangent of the output's shape {data.shape}, got {describe(given)}"
        raise ShapeError(message)
    if given.dtype == data.dtype:
        return given
    if not np.can_cast(given.dtype, data.dtype, "same_kind"):
        message = f"expected a cotangent of dtype {data.dtype}, got {describe(given)}"
        raise DtypeError(message)
    return given.astype(data.dtype)  # type: ignore[no-any-return]


def deliver(leaves: Sequence[Tensor], found: Mapping[Tensor, Any], *, record: bool) -> None:
    """Add what was found to the leaves' `.grad`: all of them or, if anything raises before the last line, none."""
    totals: dict[Tensor, Any] = {}
    for leaf in leaves:
        handle = _handle(leaf)
        if handle is None:
            continue
        g = found.get(leaf)
        if g is None:
            g = np.zeros_like(leaf._data)
        known = totals.get(handle, handle._grad)
        if known is not None:
            g = known + (g if type(g) is Tensor else wrap(g))
        elif type(g) is not Tensor:  # NumPy makes its own scalars of sums of 0-d arrays
            fresh = type(g) is np.ndarray and g.base is None and g.flags.writeable and sys.getrefcount(g) <= OWNED
            g = wrap(g if fresh else np.array(g))
        totals[handle] = g
    if record:
        _cut_cycles(totals)
    # One call into C, so that not even a Ctrl-C can come between two leaves.
    deque(map(_set_grad, totals.keys(), totals.values()), maxlen=0)


_set_grad = Tensor.__dict__["_grad"].__set__


def _handle(leaf: Tensor) -> Tensor | None:
    """The leaf that the user holds, for the stand-in that `_cut_cycles` left in a graph; None once it is gone."""
    reference = None if leaf._notes is None else leaf._notes.get("handle")
    return leaf if reference is None else reference()


def _cut_cycles(totals: Mapping[Tensor, Tensor]) -> None:
    """Keep leaves out of the history of their own recorded gradients.

    The ring leaf → .grad → graph → leaf would only be freed by the garbage collector. The graph gets a stand-in
    instead, which shares the leaf's value and knows the leaf weakly.
    """
    stand_ins: dict[Tensor, Tensor] = {}
    for leaf in totals:
        twin = wrap(leaf._data, leaf._name)
        twin._requires, twin._stamp = True, leaf._stamp
        twin._notes = {"handle": weakref.ref(leaf)}
        stand_ins[leaf] = twin
    seen = set(totals.values())
    stack = list(seen)
    while stack:
        node = stack.pop()
        inputs = node._inputs
        for x in inputs:
            if type(x) is Tensor and x._op is not None and x not in seen:
                seen.add(x)
                stack.append(x)
        if any(type(x) is Tensor and x in stand_ins for x in inputs):
            node._inputs = tuple(stand_ins.get(x, x) if type(x) is Tensor else x for x in inputs)


Tensor.backward = _backward  # type: ignore[assignment, method-assign]
