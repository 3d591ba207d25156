"""The two sweeps over a recorded graph: cotangents backward, tangents forward (floor 1).

Nodes are visited in the order of their stamps, which is topological, by plain loops: a chain of a million ops needs no
deeper stack than one of three. Rules fix the calculus; the sweep fixes the shapes: `_fit` undoes broadcasting, in this
one place, and holds every gradient to its tensor's shape and dtype.

A sweep runs on ndarrays when nobody needs its own gradient, and on Tensors, recorded like any computation, when
somebody does (`record=True`): that is all there is to higher orders. A Batch of cotangents or tangents goes through the
same rules: that is all there is to a Jacobian.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.hooks import through_hooks
from tensorgraph.core.op import Op
from tensorgraph.core.ownership import OWNED
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ShapeError, StaleLeafError

__all__ = ["forward", "history", "reverse"]

_by_stamp = attrgetter("_stamp")
PRECISE_FROM = 2048
"""Undoing a broadcast adds this many single-precision numbers in single precision; more are added in double."""


def history(outputs: Iterable[Tensor], since: int = 0) -> tuple[list[Tensor], bool]:
    """The nodes that require a gradient and lead to `outputs`, newest first, leaves last.

    Nodes older than `since` are left out, with all that lies before them; the flag says whether there are such nodes.
    """
    seen = {t for t in outputs if t._requires}
    stack = list(seen)
    older = False
    while stack:
        for x in stack.pop()._inputs:
            if type(x) is Tensor and x._requires and x not in seen:
                if x._stamp < since:
                    older = True
                else:
                    seen.add(x)
                    stack.append(x)
    # A leaf's moment is that of its last value, which may be later than its uses: leaves come last, whatever it says.
    nodes = sorted((t for t in seen if t._op is not None), key=_by_stamp, reverse=True)
    nodes += sorted((t for t in seen if t._op is None), key=_by_stamp, reverse=True)
    return nodes, older


def reverse(  # noqa: C901, PLR0912 - one loop: a call per node would cost as much as many a rule
    nodes: Sequence[Tensor],
    cotangents: dict[Tensor, Any],
    *,
    sources: Iterable[Tensor] | None = None,
    record: bool = False,
) -> dict[Tensor, Any]:
    """Sweep cotangents from the outputs to the sources: v̄ = Σ over uses of v of (∂use/∂v)ᵀ · use̅.

    `nodes` is what `history` gave; `cotangents` those of the outputs, of matching shape and dtype, and is used up.
    Without `sources` all leaves are meant, with them nothing is computed that does not lead to one. Returns the
    cotangent of each source that a path with a gradient reaches.

    Source of the maths: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.2.
    """
    kept = None if sources is None else set(sources)
    wanted = None if kept is None else _descendants(nodes, kept)
    found: dict[Tensor, Any] = {}
    for node in nodes:
        g = cotangents.pop(node, None)
        if g is None:
            continue
        if node._notes is not None:
            g = through_hooks(node, g, record=record)
        if kept is None:
            if node._op is None:
                found[node] = g
                continue
        elif node in kept:
            found[node] = g
        op = node._op
        if op is None:
            continue
        inputs = node._inputs
        values: Sequence[Any]
        if record:
            z: Any = node
            values = inputs
        else:
            z = node._data
            values = [x._data if type(x) is Tensor else x for x in inputs]
        _refuse_stale(node, op)
        rules = op.rules(len(inputs)) if op.variadic else op.vjps
        for x, rule in zip(inputs, rules):  # noqa: B905 - the wrapper made both of one length
            if type(x) is not Tensor or not x._requires or rule is None or (wanted is not None and x not in wanted):
                continue
            try:
                c = rule(g, z, values, node._static)
            except Exception as error:
                error.add_note(f"in the gradient of {op.name} with respect to {describe(x)}")
                raise
            if c is None:
                continue
            data = x._data
            if record or type(c) is not np.ndarray or c.shape != data.shape or c.dtype is not data.dtype:
                c = _fit(c, data, op)
            known = cotangents.get(x)
            if known is None:
                cotangents[x] = c
            elif not record and sys.getrefcount(known) <= OWNED and known.base is None and known.flags.writeable:
                known += c
            else:
                cotangents[x] = known + c
    return found


def forward(
    nodes: Sequence[Tensor],
    tangents: dict[Tensor, Any],
    *,
    outputs: Iterable[Tensor] | None = None,
    record: bool = False,
) -> dict[Tensor, Any]:
    """Sweep tangents from the inputs to the outputs: ẏ = Σ ∂y/∂x_i · ẋ_i. `tangents` is filled in and returned.

    With `outputs`, other tangents are let go as soon as no node needs them any more.

    Source of the maths: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.1.
    """
    done = {} if outputs is None else _last_uses(nodes, set(outputs))
    for node in reversed(nodes):
        op = node._op
        if op is None or op.jvp is None or node in tangents:
            continue
        inputs = node._inputs
        dxs = [tangents.get(x) if type(x) is Tensor else None for x in inputs]
        if all(dx is None for dx in dxs):
            continue
        _refuse_stale(node, op)
        values = inputs if record else [x._data if type(x) is Tensor else x for x in inputs]
        try:
            dz = op.jvp(dxs, node if record else node._data, values, node._static)
        except Exception as error:
            error.add_note(f"in the forward-mode derivative of {op.name}")
            raise
        if dz is not None:
            tangents[node] = _fit(dz, node._data, op)
        for x in done.get(node, ()):
            tangents.pop(x, None)
    return tangents


def _last_uses(nodes: Sequence[Tensor], kept: set[Tensor]) -> dict[Tensor, list[Tensor]]:
    """By the newest node that reads them, the tensors that are not to be kept."""
    last: dict[Tensor, list[Tensor]] = {}
    for node in nodes:
        read = [x for x in node._inputs if type(x) is Tensor and x not in kept]
        if read:
            kept.update(read)
            last[node] = read
    return last


def _descendants(nodes: Sequence[Tensor], sources: set[Tensor]) -> set[Tensor]:
    """The nodes among `nodes` that a source leads to, sources included."""
    reached = set(sources)
    for node in reversed(nodes):
        if node not in reached and any(type(x) is Tensor and x in reached for x in node._inputs):
            reached.add(node)
    return reached


def _fit(c: Any, like: np.ndarray[Any, Any], op: Op[Any]) -> Any:
    """Bring a rule's result to the shape and dtype of `like`: undo broadcasting by summing, or spread what is smaller.

    Written with operators and methods that ndarray, Tensor and Batch share, so it is recorded when the sweep is.
    """
    if not isinstance(c, Tensor):
        c = np.asarray(c)
        lead = c.ndim - like.ndim
        if (
            c.dtype is like.dtype
            and c.shape[lead:] == like.shape
            and c.size <= PRECISE_FROM * like.size
            and c.itemsize > 2
        ):
            # The usual case, a bias under a batch: nothing but leading axes to add up.
            return np.add.reduce(c, axis=0 if lead == 1 else tuple(range(lead)))
    if c.shape != like.shape:
        c = _shaped(c, like.shape, op)
    if c.dtype != like.dtype:
        if c.dtype.kind == "c" and like.dtype.kind != "c":
            c = c.real
        if c.dtype != like.dtype:
            c = c.astype(like.dtype)
    return c


def _shaped(c: Any, shape: tuple[int, ...], op: Op[Any]) -> Any:
    """`c` summed over the axes that `shape` does not have, or has with length 1, and spread over those that `c` lacks."""
    lead = max(0, c.ndim - len(shape))
    kept = c.shape[lead:]
    if c.ndim >= len(shape):
        axes = (*range(lead), *(lead + i for i, m in enumerate(shape) if m == 1 and kept[i] != 1))
        if axes:
            kept = tuple(1 if m == 1 else n for n, m in zip(kept, shape, strict=True))
            c = _precise_sum(c, axes, c.size // max(1, math.prod(kept))).reshape(kept)
    if kept == shape:
        return c
    try:
        return np.broadcast_to(c, shape)
    except ValueError:
        message = f"{op.name}: a rule gave shape {kept} for an operand of shape {shape}; this is a bug in the rule"
        raise ShapeError(message) from None


def _precise_sum(c: Any, axes: tuple[int, ...], count: int) -> Any:
    """Sum over `axes`, `count` numbers into each, in a precision that holds that many."""
    if c.dtype == np.float16:
        return c.sum(axis=axes, dtype=np.float32)
    return c.sum(axis=axes, dtype=np.float64 if c.dtype == np.float32 and count > PRECISE_FROM else None)


def _refuse_stale(node: Tensor, op: Op[Any]) -> None:
    """Raise if an operand took a new value after `node` was made from the old one: any operand, as rules read all of them.

    What reads no values can do without the old value of a leaf, but not without the node that another tensor has been.
    """
    stamp = node._stamp
    for x in node._inputs:
        if type(x) is Tensor and x._stamp > stamp and (op.reads_values or x._op is not None):
            raise StaleLeafError(_stale(x, op))


def _stale(x: Tensor, op: Op[Any]) -> str:
    return (
        f"{describe(x)} was assigned to after {op.name!r} had read its old value, so this graph's gradient is gone; "
        "call backward() before the optimiser's step, or record the computation again"
    )
