"""Card: the affine map z = W a + b of a layer, one node as it is one formula of the derivation (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.families import primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops import batched_layers
from tensorgraph.ops.layout import reshape
from tensorgraph.ops.products import outer

__all__ = ["affine"]


def _weight_cotangent(g: Any, a: Any) -> Any:
    """Σ g aᵀ over the samples: one product of long matrices."""
    if a.ndim == 1:
        return outer(g, a)
    if a.ndim == 2:
        return g.mT @ a
    samples = a.size // a.shape[-1] if a.size else 0
    return reshape(g, shape=(samples, g.shape[-1])).mT @ reshape(a, shape=(samples, a.shape[-1]))


@primitive(
    batch=batched_layers.affine,
    vjps=(
        lambda g, z, a, W, b: g @ W,
        lambda g, z, a, W, b: _weight_cotangent(g, a),
        lambda g, z, a, W, b: g,
    ),
    jvps=(
        lambda da, z, a, W, b: da @ W.mT,
        lambda dW, z, a, W, b: a @ dW.mT,
        lambda db, z, a, W, b: db,
    ),
    latex=r"{W} {a} + {b}",
    numpy=(),
    cases=(
        case((4, 3), (2, 3), (2,)),
        case((3,), (2, 3), (2,)),
        case((2, 4, 3), (2, 3), (2,)),
        case((1, 3), (1, 3), (1,)),
        case((0, 3), (2, 3), (2,)),
        case((2, 0, 3), (2, 3), (2,)),
    ),
)
def affine(a: Operand, W: Operand, b: Operand, /) -> Any:
    """The affine map of a layer, z = W a + b; of samples along leading axes, one per row, Z = A Wᵀ + b.

    `a` has the shape (…, units in), `W` (units out, units in), `b` (units out,). ∂: ā = Wᵀ z̄, W̄ = Σ z̄ aᵀ, b̄ = Σ z̄,
    the sums over the samples.

    >>> import tensorgraph as tg
    >>> tg.affine([2.0, 1.0], [[1.0, -1.0]], [0.5])
    tensor([1.5])
    """
    a, W, b = np.asarray(a), np.asarray(W), np.asarray(b)
    if a.ndim < 1 or W.ndim != 2 or a.shape[-1] != W.shape[1] or b.shape != W.shape[:1]:
        message = (
            f"affine: expected a (…, units in), W (units out, units in), b (units out,), "
            f"got a {describe(a)}, W {describe(W)}, b {describe(b)}"
        )
        raise ShapeError(message)
    z = np.matmul(a, W.T)
    if z.dtype is b.dtype:
        z += b
        return z
    return z + b
