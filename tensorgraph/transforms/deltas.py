"""δ, the error of every layer, read off the recorded graph (floor 3)."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from tensorgraph.core.backward import seed_cotangent
from tensorgraph.core.describe import describe
from tensorgraph.core.sweep import history, reverse
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import ArgumentError, GradientError

__all__ = ["deltas", "pre_activations"]

_SEED_NAME = re.compile(r"z\d+")
_TRANSPOSES = {"matrix_transpose", "transpose", "swapaxes"}


def deltas(loss: Tensor, *, sign: Literal["gradient", "residual"] = "gradient") -> dict[str, Tensor]:
    """δ^l = ∂J/∂z^l for every layer of the net that computed `loss`, by the name of z^l, in the order of the layers.

    The z are the tensors named `z2, z3, …` or, in a graph without such names, the results of `a @ W.mT + b` and its
    like, numbered in the order of computation; of a layer that is used again the second δ is called `z2#2`. Each δ has
    the shape of its z: one row per sample, and as J is the mean over the samples, so is its δ. Works for any graph:
    skip connections, shared weights, any loss. With `sign="residual"` the sign is that of the original derivation,
    which calls −∂J/∂z the residual. No `.grad` is touched.

    Raises `GradientError` if `loss` is no recorded scalar or its graph holds no layer.

    >>> import tensorgraph as tg
    >>> W, b = (tg.tensor(v, requires_grad=True) for v in ([[1.0, -2.0]], [0.5]))
    >>> z = tg.tensor([[3.0, 1.0]]) @ W.mT + b
    >>> tg.deltas(tg.nn.squared_error(z, [[1.0]]))
    {'z2': tensor([[0.5]])}
    """
    if sign not in {"gradient", "residual"}:
        message = f"deltas: sign is 'gradient' (∂J/∂z) or 'residual' (−∂J/∂z), got {sign!r}"
        raise ArgumentError(message)
    if not (isinstance(loss, Tensor) and loss._requires):
        message = f"deltas: expected the loss of a recorded computation, got {describe(loss)} without history"
        raise GradientError(message)
    layers = pre_activations(loss)
    if not layers:
        message = (
            f"deltas: no layer leads to {describe(loss)}: no tensor is named z2, z3, …, and no weight that requires a "
            "gradient is multiplied by an input"
        )
        raise GradientError(message)
    nodes, _ = history((loss,))
    with np.errstate(all="ignore"):
        found = reverse(nodes, {loss: seed_cotangent(loss, None)._data}, sources=layers.values())
    turn = -1.0 if sign == "residual" else 1.0
    return {
        name: wrap(np.multiply(found[z], turn, dtype=z.dtype) if z in found else np.zeros_like(z._data))
        for name, z in layers.items()
    }


def pre_activations(loss: Tensor) -> dict[str, Tensor]:
    """The tensors z = W a + b of every layer that leads to `loss`, by name, oldest first."""
    nodes, _ = history((loss,))
    nodes.reverse()
    chosen = [t for t in nodes if t._op is not None and t._name is not None and _SEED_NAME.fullmatch(t._name)]
    if not chosen:
        products = {t for t in nodes if _is_weighted(t)}
        biased = {t: p for t in nodes if (p := _product_below(t, products)) is not None}
        inside = set(biased.values())
        chosen = [t for t in nodes if t in biased or (t in products and t not in inside)]
    named: dict[str, Tensor] = {}
    for layer, z in enumerate(chosen, start=2):
        name = z._name or f"z{layer}"
        uses = sum(known.partition("#")[0] == name for known in named)
        named[f"{name}#{uses + 1}" if uses else name] = z
    return named


def _is_weighted(t: Tensor) -> bool:
    """Whether t is a layer's z, with or without its bias: a product with a weight, a leaf or a leaf transposed."""
    return t._op is not None and t._op.name in {"affine", "matmul", "dot"} and any(map(_is_weight, t._inputs[:2]))


def _is_weight(x: object) -> bool:
    if type(x) is not Tensor or not x._requires:
        return False
    if x._op is None:
        return x.ndim >= 1
    return x._op.name in _TRANSPOSES and _is_weight(x._inputs[0])


def _product_below(t: Tensor, products: set[Tensor]) -> Tensor | None:
    """The product that t adds a bias to, a leaf of no more axes, if it does."""
    if t._op is None or t._op.name != "add":
        return None
    for product, bias in (t._inputs, t._inputs[::-1]):
        if type(product) is Tensor and product in products and (not isinstance(bias, Tensor) or bias._op is None):
            return product
    return None
