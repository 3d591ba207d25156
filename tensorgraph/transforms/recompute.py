"""checkpoint: a function whose intermediate results are computed again for its gradient instead of kept (floor 3)."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, in_levels, levels_here
from tensorgraph.core.operands import freeze
from tensorgraph.core.recording import ON, level, recording, tick
from tensorgraph.core.sweep import forward, history, reverse
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import GradientError
from tensorgraph.transforms.hooked import boundary, hooked, left_over
from tensorgraph.transforms.recorded import Function, name_of
from tensorgraph.transforms.trees import flatten, unflatten

__all__ = ["checkpoint"]


def checkpoint(f: Function) -> Function:
    """f itself, but a gradient through it keeps nothing of its inside: it runs f again, up to twice as much work.

    Of each call the graph keeps the arguments, whatever tensors f reads from outside (parameters get their gradients
    too) and the result. A chain of n steps that is cut into √n checkpointed pieces needs memory for 2√n steps instead
    of n; checkpoints inside checkpoints need less still. Forward mode, higher orders, pytrees and `vmap` work as
    without it.

    f must compute the same again. If it does not, as with random numbers drawn inside, the gradient raises
    `GradientError` rather than be wrong: draw them outside and pass them in. While a function is being traced,
    nothing is saved.

    Source of the method: A. Griewank and A. Walther, *Algorithm 799: revolve* (2000); T. Chen et al., *Training deep
    nets with sublinear memory cost* (2016).

    >>> import tensorgraph as tg
    >>> block = tg.checkpoint(lambda x: tg.tanh(tg.sin(x)))
    >>> tg.grad(lambda x: block(block(x)))(0.0)
    tensor(1.)
    """

    @functools.wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if level() != ON:
            return f(*args, **kwargs)
        return _Piece(f, args, kwargs).first_run()

    return checkpointed


class _Piece:
    """One call of a checkpointed function: what it takes to run it again."""

    __slots__ = ("args", "boundary", "f", "kinds", "kwargs", "levels")

    def __init__(self, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        leaves, structure = flatten((args, kwargs))
        if any(type(leaf) is np.ndarray for leaf in leaves):
            args, kwargs = unflatten(structure, map(freeze, leaves))
        self.f, self.args, self.kwargs = f, args, kwargs
        self.levels = levels_here()
        self.boundary: tuple[Tensor, ...] = ()
        self.kinds: list[tuple[tuple[int, ...], np.dtype[Any]]] = []

    def first_run(self) -> Any:
        """f's result, hung on one node in place of all that f recorded."""
        since = tick()
        leaves, structure = flatten(self.f(*self.args, **self.kwargs))
        made = [i for i, leaf in enumerate(leaves) if _is_made_since(leaf, since)]
        results = [_open(leaves[i]) for i in made]
        self.boundary = boundary(results, since)
        self.kinds = [(z.shape, z.dtype) for z in results]
        if self.boundary:
            node = hooked("checkpoint", self, self.boundary, _packed([z._data for z in results]))
            for i, z in zip(made, self._unpacked(node), strict=True):
                leaves[i] = Batch(z, leaves[i].levels) if type(leaves[i]) is Batch else z
        kept = [leaf.detach() if isinstance(leaf, Tensor) and not leaf._requires else leaf for leaf in leaves]
        return unflatten(structure, kept)

    def pull(self, g: Any, z: Any) -> list[Any]:
        """The cotangent of each boundary tensor, by running f again; recorded if the sweep is, and so z a Tensor."""
        results, nodes = self._run_again(z)
        start: dict[Tensor, Any] = {}
        for result, c in zip(results, self._unpacked(g), strict=True):
            start[result] = start[result] + c if result in start else c
        found = reverse(nodes, start, sources=self.boundary, record=isinstance(z, Tensor))
        return left_over(found, start, self.boundary)

    def push(self, dxs: Sequence[Any], z: Any) -> Any:
        """The tangent of the packed result."""
        results, nodes = self._run_again(z)
        start = {x: dx for x, dx in zip(self.boundary, dxs, strict=True) if dx is not None}
        found = forward(nodes, start, outputs=results, record=isinstance(z, Tensor))
        return _packed([found.get(r, np.zeros_like(r._data)) for r in results])

    def _run_again(self, z: Any) -> tuple[list[Tensor], list[Tensor]]:
        since = tick()
        with recording(ON), in_levels(self.levels):
            leaves, _ = flatten(self.f(*self.args, **self.kwargs))
        results = [_open(leaf) for leaf in leaves if _is_made_since(leaf, since)]
        if [(r.shape, r.dtype) for r in results] != self.kinds or not _same(_packed([r._data for r in results]), z):
            message = (
                f"checkpoint: {name_of(self.f)} gave another result when it was run again for the gradient; it must "
                "compute the same again: draw random numbers outside and pass them in, and let it change no state"
            )
            raise GradientError(message)
        return results, history(results, since)[0]

    def _unpacked(self, packed: Any) -> list[Any]:
        """The results in the one array of the node, or their cotangents in its cotangent."""
        if len(self.kinds) == 1:
            return [packed]
        found, at = [], 0
        for shape, dtype in self.kinds:
            size = math.prod(shape)
            part = packed[at : at + size].reshape(shape)
            part = part.real if part.dtype.kind == "c" and dtype.kind != "c" else part
            found.append(part if part.dtype == dtype else part.astype(dtype))
            at += size
        return found


def _is_made_since(leaf: Any, since: int) -> bool:
    """Whether a result is a tensor that the call has recorded, and not one that it was given."""
    if not isinstance(leaf, Tensor) or not leaf._requires:
        return False
    t = _open(leaf)
    return t._op is not None and t._stamp >= since


def _open(leaf: Any) -> Any:
    return leaf.value if type(leaf) is Batch else leaf


def _packed(parts: Sequence[Any]) -> Any:
    """One array, or several in a row, in the dtype that holds them all."""
    return parts[0] if len(parts) == 1 else np.concatenate([part.reshape(-1) for part in parts])


def _same(again: Any, z: Any) -> bool:
    """Whether two runs agree but for rounding, which may depend on where arrays lie in memory."""
    first = z._data if isinstance(z, Tensor) else z
    finite = np.abs(first[np.isfinite(first)])
    scale = float(finite.max()) if finite.size else 0.0
    tolerance = 1e3 * float(np.finfo(first.dtype).eps)
    return bool(np.allclose(again, first, rtol=tolerance, atol=tolerance * scale, equal_nan=True))
