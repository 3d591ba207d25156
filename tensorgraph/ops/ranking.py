"""Compositions: losses on probabilities, margins and ranks (floor 2).

As in `losses.py` the last axis holds the classes and the leading axes the n samples; `labels` are class numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.op import Operand
from tensorgraph.core.tensor import as_array
from tensorgraph.errors import ShapeError
from tensorgraph.ops.activations import relu
from tensorgraph.ops.losses import class_numbers, one_hot
from tensorgraph.ops.softmax import log_softmax
from tensorgraph.ops.transcendental import expm1, log

__all__ = [
    "focal_loss",
    "margin_ranking_loss",
    "multiclass_hinge",
    "negative_log_likelihood",
    "softmax_focal_loss",
]


@composition()
def negative_log_likelihood(log_probabilities: Operand, labels: Operand, /, weights: Any = None) -> Any:
    """Mean over the n samples of −w_label · ln p_label, given ln p; `weights` w has one number per class, by default 1.

    >>> import tensorgraph as tg
    >>> tg.nn.negative_log_likelihood([[-0.5, -1.0], [-2.0, -0.1]], [0, 1])
    tensor(0.3)
    """
    rows, numbers = _by_sample("negative_log_likelihood", log_probabilities, labels)
    picked = rows[np.arange(numbers.size), numbers]
    if weights is not None:
        if getattr(weights, "shape", None) is None:
            weights = np.asarray(weights)
        if weights.shape != rows.shape[1:]:
            message = f"negative_log_likelihood: expected one weight per class, {rows.shape[1]}, got {kind(weights)}"
            raise ShapeError(message)
        picked = weights[numbers] * picked
    return picked.sum() / -numbers.size


@composition()
def focal_loss(probabilities: Operand, labels: Operand, /, alpha: float = 1.0, gamma: float = 0.0) -> Any:
    """−α (1 − p)^γ ln p for each sample, where p in (0, 1] is the probability of its label.

    Source: T.-Y. Lin et al., *Focal loss for dense object detection* (2017).

    >>> import tensorgraph as tg
    >>> tg.nn.focal_loss([[0.5, 0.5], [0.1, 0.9]], [0, 1], gamma=2)
    tensor([0.1732868 , 0.00105361])
    """
    rows, numbers = _by_sample("focal_loss", probabilities, labels)
    p = rows[np.arange(numbers.size), numbers]
    return (-alpha * (1 - p) ** gamma * log(p)).reshape(probabilities.shape[:-1])


@composition()
def softmax_focal_loss(logits: Operand, labels: Operand, /, alpha: float = 1.0, gamma: float = 0.0) -> Any:
    """`focal_loss` of softmax(logits), finite where a probability rounds to 0 or 1.

    >>> import tensorgraph as tg
    >>> tg.nn.softmax_focal_loss([[0.0, 1000.0]], [0], gamma=2)
    tensor([1000.])
    """
    rows, numbers = _by_sample("softmax_focal_loss", logits, labels)
    log_p = log_softmax(rows)[np.arange(numbers.size), numbers]
    return (-alpha * (-expm1(log_p)) ** gamma * log_p).reshape(logits.shape[:-1])


@composition()
def multiclass_hinge(scores: Operand, labels: Operand, /, hinge: float = 1.0) -> Any:
    """Mean over the n samples of Σ_(k ≠ label) max(0, s_k − s_label + hinge).

    Source: J. Weston, C. Watkins, *Support vector machines for multi-class pattern recognition* (1999).

    >>> import tensorgraph as tg
    >>> tg.nn.multiclass_hinge([[1.0, 0.5, -3.0]], [0])
    tensor(0.5)
    """
    rows, numbers = _by_sample("multiclass_hinge", scores, labels)
    label_scores = rows[np.arange(numbers.size), numbers].reshape((-1, 1))
    others = 1 - one_hot(numbers, classes=rows.shape[1], dtype=rows.dtype)
    return (relu(rows - label_scores + hinge) * others).sum() / numbers.size


@composition()
def margin_ranking_loss(x: Operand, y: Operand, order: Operand, /, margin: float) -> Any:
    """mean max(0, margin − order · (x − y)): small when x exceeds y by the margin (order 1), or y exceeds x (order −1).

    `order` is a number, or an array with one for each entry of the leading axes of x and y.

    >>> import tensorgraph as tg
    >>> tg.nn.margin_ranking_loss([1.0, 2.0], [0.0, 3.0], [1, -1], margin=1.5)
    tensor(0.5)
    """
    if x.shape != y.shape or not x.size:
        message = f"margin_ranking_loss: expected two non-empty arrays of one shape, got {kind(x)} and {kind(y)}"
        raise ShapeError(message)
    lead = getattr(order, "shape", ())
    if lead != x.shape[: len(lead)]:
        message = (
            f"margin_ranking_loss: expected an order per entry of the leading axes of {kind(x)}, got {kind(order)}"
        )
        raise ShapeError(message)
    if lead:
        order = order.reshape(lead + (1,) * (x.ndim - len(lead)))
    return relu(margin - order * (x - y)).sum() / x.size


def _by_sample(name: str, x: Any, labels: Any) -> tuple[Any, np.ndarray[Any, Any]]:
    """x as n rows of classes, and the n class numbers, checked."""
    numbers = as_array(labels)
    if not x.ndim or numbers.shape != x.shape[:-1]:
        message = f"{name}: expected one class number per sample of {kind(x)}, got {kind(numbers)}"
        raise ShapeError(message)
    n = math.prod(x.shape[:-1])
    if not n:
        message = f"{name}: expected at least one sample, got {kind(x)}"
        raise ShapeError(message)
    return x.reshape((n, x.shape[-1])), class_numbers(name, numbers.reshape(n), x.shape[-1])
