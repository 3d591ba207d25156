"""Linear: z = W a + b (floor 5)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.leaf import tensor
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.nn.initialisers import Initialiser, initial_bias, initial_weight
from tensorgraph.nn.module import Module
from tensorgraph.ops.affine import affine

__all__ = ["Linear", "layer"]


class Linear(Module):
    """An affine layer, z = W a + b; of a batch, with one sample per row, Z = A Wᵀ + b.

    W has the shape (units out, units in), b (units out,). Inputs have the shape (…, units in).

    >>> import tensorgraph as tg
    >>> tg.nn.Linear(3, 2, rng=0)(tg.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        init: str | Initialiser = "normal",
        rng: int | np.random.Generator | None = None,
        dtype: Any = np.float64,
    ) -> None:
        for what, count in (("inputs", inputs), ("outputs", outputs)):
            if not isinstance(count, int | np.integer) or count < 1:
                message = f"Linear: {what} is a positive number of units, got {count!r}"
                raise ArgumentError(message)
        generator = np.random.default_rng(rng)
        weight = initial_weight(init, generator, (outputs, inputs))
        self.W = tensor(weight, dtype=dtype, requires_grad=True, name="W")
        self.b = (
            tensor(initial_bias(init, generator, outputs), dtype=dtype, requires_grad=True, name="b") if bias else None
        )

    def forward(self, a: Any) -> Tensor:
        """Z = A Wᵀ + b."""
        return layer(a, self.W, self.b)

    def _label(self) -> str:
        outputs, inputs = self.W.shape
        return f"Linear({inputs}, {outputs})"


def layer(a: Any, W: Tensor, b: Tensor | None) -> Tensor:
    """A Wᵀ + b, with an error that speaks of units."""
    shape = a.shape if isinstance(a, Tensor) else np.shape(a)
    if not shape or shape[-1] != W.shape[1]:
        message = (
            f"a layer of {W.shape[1]} inputs and {W.shape[0]} outputs expected (…, {W.shape[1]}), "
            f"got {describe(a)} with {describe(W)}"
        )
        raise ShapeError(message)
    if b is None:
        z: Tensor = a @ W.mT
        return z
    return affine.function(a, W, b)
