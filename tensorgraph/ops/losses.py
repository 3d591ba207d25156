"""Cards: losses, one node of the graph each (floor 2).

The last axis holds the units (or classes), the leading axes the n samples; a 1-D array is one sample. Every loss is a
scalar.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import as_it_is
from tensorgraph.core.describe import kind
from tensorgraph.core.families import constant, primitive
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError
from tensorgraph.ops import batched_layers
from tensorgraph.ops.forwards import accumulator, inexact
from tensorgraph.ops.softmax import log_softmax, softmax
from tensorgraph.ops.transcendental import sigmoid

__all__ = ["binary_cross_entropy", "class_numbers", "cross_entropy", "l2", "one_hot", "squared_error"]


@primitive(
    batch=batched_layers.squared_error,
    vjps=(
        lambda g, z, h, y: (h - y) * (g / _samples(h.shape, "squared_error")),
        lambda g, z, h, y: (y - h) * (g / _samples(h.shape, "squared_error")),
    ),
    jvps=(
        lambda dh, z, h, y: ((h - y) * dh).sum() / _samples(h.shape, "squared_error"),
        lambda dy, z, h, y: ((y - h) * dy).sum() / _samples(y.shape, "squared_error"),
    ),
    latex=r"\tfrac{1}{n} \sum \tfrac{1}{2} \left\|{h} - {y}\right\|^2",
    signature="(n,k),(n,k)->()",
    cases=(case((4, 3), (4, 3)), case((3,), (3,)), case((2, 3, 2), (2, 3, 2)), case((), ()), case((2, 0), (2, 0))),
    analytic=False,
)
def squared_error(h: Operand, y: Operand, /) -> Any:
    """Half the squared distance, averaged over the n samples: 1/n Σ ½‖h − y‖².

    The last axis holds the units, the leading ones the samples; a 1-D array is one sample. ∂/∂h = (h − y) / n.
    Raises `ShapeError` unless both shapes are equal and there is a sample, `DtypeError` for complex numbers.

    >>> import tensorgraph as tg
    >>> tg.nn.squared_error([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [3.0, 4.0]])
    tensor(1.)
    """
    h, y = inexact(h), np.asarray(y)
    _same_shape("squared_error", "h", h, "y", y)
    n = _samples(h.shape, "squared_error")
    d = h - y
    if d.dtype.kind == "c":
        message = f"squared_error: expected real numbers, got {kind(h)} and {kind(y)}; take real and imaginary parts"
        raise DtypeError(message)
    return (_dot(d, d) * (0.5 / n)).astype(d.dtype)


@primitive(
    batch=batched_layers.l2,
    vjps=(lambda g, z, weights, i, lam: weights[i] * (g * float(lam)),),
    jvps=(lambda dxs, z, weights, lam: _l2_tangent(dxs, weights, float(lam)),),
    variadic=True,
    public=False,
    latex=r"\tfrac{\lambda}{2} \sum {weights}^2",
    cases=(case([(2, 3), (4,)], lam=0.5), case([(3,)], lam=0.0), case([(), (0, 2)], lam=2.0)),
    analytic=False,
)
def l2(weights: Operand, /, lam: float) -> Any:
    """Weight decay of a sequence of arrays, λ/2 Σ W², with ∂/∂W = λ W: the card behind `tg.nn.l2`."""
    if not isinstance(lam, int | float | np.integer | np.floating):
        message = f"l2: expected a number λ (no gradient flows to it), got lam={lam!r}"
        raise ArgumentError(message)
    arrays = [inexact(w) for w in weights]
    if any(w.dtype.kind == "c" for w in arrays):
        message = f"l2: expected real weights, got {', '.join(map(kind, arrays))}"
        raise DtypeError(message)
    dtype = np.result_type(*arrays) if arrays else np.dtype(np.float64)
    total = sum((_dot(w, w) for w in arrays), start=accumulator(dtype).type(0))
    return (total * (0.5 * float(lam))).astype(dtype)


def _l2_tangent(dxs: Any, weights: Any, lam: float) -> Any:
    total: Any = 0
    for w, dw in zip(weights, dxs, strict=True):
        if dw is not None:
            total = total + (w * dw).sum()
    return total * lam


@primitive(
    batch=batched_layers.cross_entropy,
    vjps=(
        lambda g, z, logits, labels, s: _residual(logits, labels, s) * (g / _samples(logits.shape, "cross_entropy")),
        lambda g, z, logits, labels, s: log_softmax(logits) * (g * _label_weight(logits, s)),
    ),
    jvps=(
        lambda dx, z, logits, labels, s: (
            (_residual(logits, labels, s) * dx).sum() / _samples(logits.shape, "cross_entropy")
        ),
        lambda dp, z, logits, labels, s: (log_softmax(logits) * dp).sum() * _label_weight(logits, s),
    ),
    latex=r"\tfrac{1}{n} \operatorname{H}({labels}, \operatorname{softmax}({logits}))",
    signature="(n,k),(n,k)->()",
    cases=(case((4, 3), (4, 3)), case((3,), (3,)), case((2, 3, 4), (2, 3, 4), label_smoothing=0.1)),
    analytic=False,
)
def cross_entropy(logits: Operand, labels: Operand, /, label_smoothing: float = 0.0) -> Any:
    """Cross-entropy of softmax, averaged over the n samples: −1/n Σ_samples Σ_k p_k ln softmax(logits)_k.

    `logits` has the K classes on its last axis. `labels` are either class numbers, integers of shape
    `logits.shape[:-1]`, or probabilities of the shape of `logits`, to which a gradient flows too. `label_smoothing` s
    takes p to (1 − s) p + s/K. For probabilities that sum to 1, ∂/∂logits = (softmax(logits) − p) / n.

    Raises `ShapeError` for other shapes or no sample, `IndexingError` for a class that does not exist.

    >>> import tensorgraph as tg
    >>> tg.nn.cross_entropy([[1000.0, 0.0], [0.0, 0.0]], [0, 1])
    tensor(0.34657359)
    """
    logits = inexact(logits)
    if logits.dtype.kind == "c" or not logits.ndim:
        message = f"cross_entropy: expected real logits with the classes on their last axis, got {kind(logits)}"
        raise (ShapeError if logits.ndim == 0 else DtypeError)(message)
    n = _samples(logits.shape, "cross_entropy")
    p = _targets(logits, np.asarray(labels), label_smoothing)
    z = log_softmax(logits)
    # A class of probability 0 counts nothing, also where its logarithm is −∞.
    terms = np.multiply(p, z, where=p != 0, out=np.zeros(z.shape, np.result_type(p, z)))
    return (np.sum(terms, dtype=accumulator(terms.dtype)) / -n).astype(terms.dtype)


def _residual(logits: Any, labels: Any, smoothing: float) -> Any:
    """n · ∂/∂logits: softmax(logits) · Σ_k p_k − p."""
    p = _targets(logits, labels, smoothing)
    z = softmax(logits)
    return z - p if _are_classes(logits, labels) else z * p.sum(axis=-1, keepdims=True) - p


def _label_weight(logits: Any, smoothing: float) -> float:
    return (float(smoothing) - 1.0) / _samples(logits.shape, "cross_entropy")


def _are_classes(logits: Any, labels: Any) -> bool:
    shape: tuple[int, ...] = getattr(labels, "shape", ())
    return len(shape) == len(logits.shape) - 1


def _targets(logits: Any, labels: Any, smoothing: float) -> Any:
    """The probabilities p that the labels stand for, smoothed."""
    if not 0.0 <= smoothing <= 1.0:
        message = f"cross_entropy: label_smoothing is a fraction from 0 to 1, got {smoothing!r}"
        raise ArgumentError(message)
    k = logits.shape[-1]
    if _are_classes(logits, labels):
        _same_shape("cross_entropy", "class numbers", labels, "logits without their last axis", logits[..., 0])
        p = one_hot(labels, classes=k, dtype=logits.dtype)
    else:
        _same_shape("cross_entropy", "probabilities", labels, "logits", logits)
        p = labels
    return p if smoothing == 0.0 else p * (1.0 - float(smoothing)) + float(smoothing) / k


@primitive(
    batch=batched_layers.binary_cross_entropy,
    vjps=(
        lambda g, z, logits, labels: (sigmoid(logits) - labels) * (g / logits.size),
        lambda g, z, logits, labels: logits * (g / -logits.size),
    ),
    jvps=(
        lambda dx, z, logits, labels: ((sigmoid(logits) - labels) * dx).sum() / logits.size,
        lambda dy, z, logits, labels: (logits * dy).sum() / -logits.size,
    ),
    latex=r"\operatorname{H}({labels}, \sigma({logits}))",
    signature="(n,k),(n,k)->()",
    cases=(case((4, 3), (4, 3)), case((3,), (3,)), case((), ())),
    analytic=False,
)
def binary_cross_entropy(logits: Operand, labels: Operand, /) -> Any:
    """Cross-entropy of yes-or-no labels y ∈ [0, 1] and σ(logits), averaged over all elements.

    −mean(y ln σ(x) + (1 − y) ln(1 − σ(x))), computed as mean(max(x, 0) − x y + ln(1 + e^(−|x|))), which is finite and
    accurate for all finite logits x. ∂/∂x = (σ(x) − y) / size.

    Raises `ShapeError` unless both shapes are equal and hold an element.

    >>> import tensorgraph as tg
    >>> tg.nn.binary_cross_entropy([1000.0, 0.0], [1, 0])
    tensor(0.34657359)
    """
    x, y = inexact(logits), np.asarray(labels)
    _same_shape("binary_cross_entropy", "labels", y, "logits", x)
    if not x.size:
        message = f"binary_cross_entropy: expected at least one element to average over, got logits {kind(x)}"
        raise ShapeError(message)
    if x.dtype.kind == "c" or y.dtype.kind == "c":
        message = f"binary_cross_entropy: expected real numbers, got {kind(x)} and {kind(y)}"
        raise DtypeError(message)
    terms = np.asarray(np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x))))
    return np.mean(terms, dtype=accumulator(terms.dtype)).astype(terms.dtype)


@constant(batch=as_it_is(), cases=(case((3,), classes=4),))
def one_hot(labels: Operand, /, classes: int, dtype: Any = None) -> Any:
    """Class numbers as rows of the identity: a new last axis of length `classes` with 1 at the label, else 0.

    Raises `IndexingError` for a class outside 0 … classes − 1, `DtypeError` for labels that are no integers.

    >>> import tensorgraph as tg
    >>> tg.one_hot([2, 0], 3)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    numbers = class_numbers("one_hot", np.asarray(labels), classes)
    z = np.zeros((numbers.size, classes), dtype)
    z[np.arange(numbers.size), numbers.ravel()] = 1
    return z.reshape(*numbers.shape, classes)


def class_numbers(name: str, labels: np.ndarray[Any, Any], classes: int) -> np.ndarray[Any, Any]:
    """The labels as indices, checked to be integers from 0 to classes − 1."""
    if labels.dtype.kind not in "iub":
        message = f"{name}: class numbers are integers, got {kind(labels)}"
        raise DtypeError(message)
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        message = f"{name}: expected classes from 0 to {classes - 1}, got {labels.min()} … {labels.max()}"
        raise IndexingError(message)
    return labels.astype(np.intp)


def _samples(shape: tuple[int, ...], name: str) -> int:
    """n, the product of the leading axes."""
    n = math.prod(shape[:-1])
    if n == 0:
        message = f"{name}: expected at least one sample to average over, got an array of shape {shape}"
        raise ShapeError(message)
    return n


def _same_shape(name: str, first: str, x: Any, second: str, y: Any) -> None:
    if getattr(x, "shape", ()) != y.shape:
        message = f"{name}: expected {first} and {second} of one shape, got {kind(x)} and {kind(y)}"
        raise ShapeError(message)


def _dot(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> Any:
    """Σ x y, by BLAS where it can."""
    if x.dtype == np.float16:
        return np.multiply(x, y, dtype=np.float32).sum()
    return np.dot(x.ravel(), y.ravel())
