"""Losses under their names in `tg.nn`, and weight decay of whole models (floor 5)."""

from __future__ import annotations

from collections.abc import Iterable

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError
from tensorgraph.nn.module import Module
from tensorgraph.ops import losses, ranking

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "focal_loss",
    "l2",
    "margin_ranking_loss",
    "multiclass_hinge",
    "negative_log_likelihood",
    "softmax_crossentropy",
    "softmax_focal_loss",
    "squared_error",
]

binary_cross_entropy = losses.binary_cross_entropy.function
cross_entropy = losses.cross_entropy.function
focal_loss = ranking.focal_loss.function
margin_ranking_loss = ranking.margin_ranking_loss.function
multiclass_hinge = ranking.multiclass_hinge.function
negative_log_likelihood = ranking.negative_log_likelihood.function
softmax_crossentropy = losses.cross_entropy.function
softmax_focal_loss = ranking.softmax_focal_loss.function
squared_error = losses.squared_error.function


def l2(model: Module | Iterable[Tensor], lam: float) -> Tensor:
    """Weight decay, λ/2 Σ W²: of a module's weights, which are its Tensors of two axes or more, not its biases.

    Any iterable of Tensors may stand for the model; all of them count then. The gradient is λ W.

    >>> import tensorgraph as tg
    >>> W = tg.tensor([[1.0, 2.0]], requires_grad=True)
    >>> tg.nn.l2([W], 0.5)
    tensor(1.25, op=l2)
    """
    if isinstance(model, Tensor):
        message = "l2: expected a module or a list of weights; for one weight write [W]"
        raise ArgumentError(message)
    weights = [t for t in model.tensors() if t.ndim >= 2] if isinstance(model, Module) else list(model)
    return losses.l2.function(weights, lam)
