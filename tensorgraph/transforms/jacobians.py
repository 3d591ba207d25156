"""Jacobian and Hessian: one sweep for many rows or columns, which go through the rules as a batch (floor 3)."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from tensorgraph.core.batch import Batch, new_level, whole
from tensorgraph.core.describe import describe
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import ArgumentError, DtypeError
from tensorgraph.transforms.gradients import grad
from tensorgraph.transforms.recorded import Function, Recorded, name_of, selected
from tensorgraph.transforms.trees import unflatten

__all__ = ["hessian", "jacobian"]

Mode = Literal["auto", "forward", "reverse"]

WIDTH = 1 << 26
"""Bytes that the widest array of a sweep may take; of larger Jacobians several sweeps compute some rows each."""
SHARED = 1 << 18
"""Leaves share a sweep if that makes it so many numbers larger at most: a sweep of its own costs as much."""


def jacobian(
    f: Function,
    argnums: int | Sequence[int] = 0,
    mode: Mode = "auto",
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Function:
    """The Jacobian of f: jacobian(f)(x)[i…, j…] = ∂f(x)[i…] / ∂x[j…], of shape f(x).shape + x.shape.

    For pytrees it is a pytree like f's result whose leaves are pytrees like x (a tuple of them for a sequence of
    `argnums`), of one such array each. It has x's precision. f is called once; then mode="forward" finds the columns
    and mode="reverse" the rows, all together in one batched sweep, or a few if they are large. "auto" takes what is
    fewer.

    With `has_aux=True`, f returns `(out, aux)` and the result is `(jacobian, aux)`. A complex f of real x has a complex
    Jacobian; for a real f of complex x it is ∂f/∂Re x − i ∂f/∂Im x, as of `grad`; for a complex f of complex x,
    `holomorphic=True` says that one complex derivative is meant. Nests with all transforms, to any order.

    Raises `DtypeError` for arguments that are no floating or complex arrays, `ArgumentError` for an unknown mode.

    Source of the maths: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.3 (vector modes).

    >>> import tensorgraph as tg
    >>> tg.jacobian(lambda x: x[::-1] * x)(tg.tensor([1.0, 2.0]))
    tensor([[2., 1.],
            [2., 1.]])
    """
    if mode not in {"auto", "forward", "reverse"}:
        message = f"jacobian: mode is 'auto', 'forward' or 'reverse', got {mode!r}"
        raise ArgumentError(message)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        chosen, primals = selected(f, args, kwargs, argnums, "jacobian")
        recorded = Recorded(chosen, primals, "jacobian", has_aux=has_aux)
        rows = [_Block(output.shape, output.dtype) for output in recorded.outputs]
        columns = [_Block(recorded.argument_shape(i), s.dtype) for i, s in enumerate(recorded.region.sources)]
        _check_kinds(recorded, rows, columns, holomorphic=holomorphic)
        fewer_columns = sum(c.size for c in columns) < sum(r.size for r in rows if r.smooth)
        if mode == "forward" or (mode == "auto" and fewer_columns):
            table = _transposed(_swept(recorded, columns, rows, forward=True, holomorphic=holomorphic), len(rows))
        else:
            table = _swept(recorded, rows, columns, forward=False, holomorphic=holomorphic)
        found = [
            unflatten(recorded.structure, [_finished(entry, r, c) for entry, c in zip(line, columns, strict=True)])
            for line, r in zip(table, rows, strict=True)
        ]
        result = unflatten(recorded.out_structure, [line[0] for line in found] if isinstance(argnums, int) else found)
        return (result, recorded.aux) if has_aux else result

    return differentiated


def hessian(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False, holomorphic: bool = False
) -> Function:
    """The matrix of second derivatives of a scalar function: hessian(f)(x)[i…, j…] = ∂²f / ∂x[i…] ∂x[j…].

    Forward over reverse: one batched sweep of tangents over the graph of the gradient. For pytrees, a pytree like x
    whose leaves are pytrees like x, as of `jacobian`. With `has_aux=True` the result is `(hessian, aux)`.

    Raises `GradientError` if f returns no scalar.

    >>> import tensorgraph as tg
    >>> tg.hessian(lambda x: x[0] ** 2 * x[1])(tg.tensor([3.0, 5.0]))
    tensor([[10.,  6.],
            [ 6.,  0.]])
    """
    gradient = grad(f, argnums, has_aux, holomorphic=holomorphic)
    return jacobian(gradient, argnums, "forward", has_aux, holomorphic)


class _Block(NamedTuple):
    """A leaf of the arguments or of the result: some columns or rows."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def smooth(self) -> bool:
        return self.dtype.kind in "fc"


class _Piece(NamedTuple):
    """The elements from `start` to `stop` of a leaf, each of which seeds one row of a batch."""

    leaf: int
    start: int
    stop: int


def _swept(
    recorded: Recorded, seeded: Sequence[_Block], met: Sequence[_Block], *, forward: bool, holomorphic: bool
) -> list[list[Any]]:
    """For each leaf that is seeded and each that is met, an array of shape (seeded.size, *met.shape); None is zero."""
    parts: list[list[list[Any]]] = [[[] for _ in met] for _ in seeded]
    for pieces in _sweeps(recorded, seeded):
        found = _sweep(recorded, seeded, pieces, 1, forward=forward)
        if seeded[pieces[0].leaf].dtype.kind == "c" and not holomorphic:
            # With J = a + ib, a real result of the seed 1 is a, and of the seed i it is −b.
            turned = _sweep(recorded, seeded, pieces, 1j, forward=forward)
            found = [a - 1j * b for a, b in zip(found, turned, strict=True)]
        at = 0
        for leaf, start, stop in pieces:
            for k, entry in enumerate(found):
                parts[leaf][k].append(entry if len(pieces) == 1 else entry[at : at + stop - start])
            at += stop - start
    return [[_joined(pieces) for pieces in line] for line in parts]


def _sweeps(recorded: Recorded, seeded: Sequence[_Block]) -> Iterator[list[_Piece]]:
    """The pieces of each sweep: as many rows as the widest array allows, small leaves of one kind together."""
    sizes = sorted(node._data.nbytes for node in recorded.region.nodes) or [1]
    limit = max(1, WIDTH // max(1, sizes[-1]))
    usual = sizes[len(sizes) // 2] // 8
    pending: list[_Piece] = []
    rows = 0
    for leaf, block in enumerate(seeded):
        if not block.smooth:
            continue
        start = 0
        while start < block.size:
            alike = not pending or seeded[pending[-1].leaf].dtype.kind == block.dtype.kind
            # The rows of one leaf hold zeros in the place of the other, and usual arrays for paths that lead from it.
            larger = rows * block.size + (rows + block.size) * usual
            if pending and (rows == limit or not alike or larger > SHARED):
                yield pending
                pending, rows = [], 0
            stop = min(block.size, start + limit - rows)
            pending.append(_Piece(leaf, start, stop))
            rows += stop - start
            start = stop
    if pending:
        yield pending


def _sweep(
    recorded: Recorded, seeded: Sequence[_Block], pieces: Sequence[_Piece], unit: complex, *, forward: bool
) -> list[Any]:
    """One batched sweep: for every leaf that is met, the rows of all pieces."""
    size = sum(stop - start for _, start, stop in pieces)
    seeds: list[Any] = [None] * len(seeded)
    at = 0
    for leaf, start, stop in pieces:
        block = seeded[leaf]
        flat = np.zeros((size, block.size), block.dtype)
        flat.reshape(-1)[at * block.size + start :: block.size + 1][: stop - start] = unit
        seeds[leaf] = flat.reshape(size, *block.shape)
        at += stop - start
    with new_level(size) as (level, _):
        batches: list[Tensor | None] = [None if s is None else Batch(wrap(s), (level,)) for s in seeds]
        found = recorded.region.forward(batches) if forward else recorded.region.backward(batches)
        return [whole(z, level, size) for z in found]


def _joined(pieces: Sequence[Any]) -> Any:
    if len(pieces) <= 1:
        return pieces[0] if pieces else None
    return np.concatenate(pieces)


def _transposed(table: Sequence[Sequence[Any]], rows: int) -> list[list[Any]]:
    """From columns to rows: (in, *out) becomes (*out, in)."""
    return [
        [None if line[r] is None else line[r].transpose((*range(1, line[r].ndim), 0)) for line in table]
        for r in range(rows)
    ]


def _finished(entry: Any, row: _Block, column: _Block) -> Any:
    """One array of the Jacobian, of shape out.shape + in.shape and the argument's precision."""
    shape = (*row.shape, *column.shape)
    dtype = column.dtype
    if row.dtype.kind == "c" and dtype.kind != "c":
        dtype = np.result_type(dtype, np.complex64)
    if entry is None:
        return wrap(np.zeros(shape, dtype))
    entry = entry if entry.shape == shape else entry.reshape(shape)
    return entry if entry.dtype == dtype else entry.astype(dtype)


def _check_kinds(recorded: Recorded, rows: Sequence[_Block], columns: Sequence[_Block], *, holomorphic: bool) -> None:
    kinds = [{block.dtype.kind for block in blocks} for blocks in (rows, columns)]
    if (not holomorphic and not all("c" in found for found in kinds)) or (holomorphic and kinds == [{"c"}, {"c"}]):
        return
    told = " to ".join(", ".join(map(describe, ends)) for ends in (recorded.region.sources, recorded.outputs))
    f = name_of(recorded.f)
    message = (
        f"jacobian: holomorphic=True takes complex arguments to complex results, and {f} takes {told}"
        if holomorphic
        else f"jacobian: {f} takes {told}: a complex function of complex arguments has one complex derivative only if "
        "it is holomorphic; say holomorphic=True if it is, or take real and imaginary parts"
    )
    raise DtypeError(message)
