"""Batching rules of the cards that nets are made of: the affine map, convolution, losses (floor 2).

The form of a rule is explained in `core/batching.py`. A loss is a scalar of one example, so of a batch there are
many: they are computed by the loss's definition, in ops.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.batching import everywhere, shape_of, widened
from tensorgraph.core.op import Op
from tensorgraph.ops import batched
from tensorgraph.ops.comparison import isfinite, where
from tensorgraph.ops.softmax import log_softmax
from tensorgraph.ops.taking import take_along_axis
from tensorgraph.ops.values import peek

__all__ = [
    "affine",
    "binary_cross_entropy",
    "convolution",
    "cross_entropy",
    "filter_gradient",
    "image_gradient",
    "l2",
    "overlap_add",
    "squared_error",
]

Lead = Sequence[bool]


def affine(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:
    """One affine map of all samples if the layer is shared, else a product for each example."""
    a, W, b = xs
    if not lead[1] and not lead[2]:
        return op(a, W, b)
    z = batched.matmul(op, (a, W.mT), lead[:2], size) if lead[0] or lead[1] else a @ W.mT
    ndim = len(shape_of(a)) - lead[0]
    return z + (widened(b, ndim) if lead[2] else b)


# Losses: sums over all axes but that of the examples.


def _over_examples(x: Any, count: int) -> Any:
    return x.sum(axis=tuple(range(x.ndim - count, x.ndim)))


def squared_error(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:  # noqa: ARG001
    """1/n Σ ½ (h − y)² of each example."""
    one, other = (shape_of(x)[is_led:] for x, is_led in zip(xs, lead, strict=True))
    n = math.prod(one[:-1])
    if one != other or n == 0:
        return NotImplemented  # squared_error says what is wrong
    d = xs[0] - xs[1]
    return _over_examples(d * d, len(one)) * (0.5 / n)


def l2(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, lam: float) -> Any:  # noqa: ARG001
    """λ/2 Σ W² of each example."""
    sums = [_over_examples(w * w, w.ndim - is_led) for w, is_led in zip(xs, lead, strict=True)]
    return sum(sums[1:], sums[0]) * (0.5 * lam)


def binary_cross_entropy(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int) -> Any:  # noqa: ARG001
    """mean(max(x, 0) − x y + ln(1 + e^(−|x|))) of each example."""
    one, other = (shape_of(x)[is_led:] for x, is_led in zip(xs, lead, strict=True))
    if one != other or not math.prod(one):
        return NotImplemented
    x, y = xs
    return _over_examples(np.logaddexp(x, 0.0) - x * y, len(one)) / math.prod(one)


def cross_entropy(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, label_smoothing: float) -> Any:  # noqa: ARG001
    """−1/n Σ_samples Σ_k p_k ln softmax(x)_k of each example."""
    x, labels = xs
    ndim = len(shape_of(x)) - lead[0]
    shape, told = shape_of(x)[lead[0] :], shape_of(labels)[lead[1] :]
    classes = told == shape[:-1]
    n, k = math.prod(shape[:-1]), shape[-1]
    if not n or not (classes or told == shape) or not 0.0 <= label_smoothing <= 1.0:
        return NotImplemented  # cross_entropy says what is wrong
    z = log_softmax(x, axis=-1)
    if not classes:
        p = labels * (1.0 - label_smoothing) + label_smoothing / k if label_smoothing else labels
        # A class of probability 0 counts nothing, also where its logarithm is −∞.
        return _over_examples(p * where((p != 0) | isfinite(z), z, 0.0), ndim) / -n
    numbers = peek(labels)
    if numbers.dtype.kind not in "iu" or (numbers.size and not 0 <= numbers.min() <= numbers.max() < k):
        return NotImplemented
    rows = labels[..., None] if lead[1] or not lead[0] else np.broadcast_to(labels[..., None], (size, *told, 1))
    z = z if lead[0] else np.broadcast_to(z, (size, *shape))
    said = take_along_axis(z, rows, axis=-1)[..., 0]
    found = said if not label_smoothing else said * (1.0 - label_smoothing) + z.sum(axis=-1) * (label_smoothing / k)
    return _over_examples(found, ndim - 1) / -n


# Convolution: examples become images of one batch where they share the filters, else groups of channels.


def convolution(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, layout: Any) -> Any:
    """y = conv(x, w)."""
    x, w = xs
    if not lead[1]:
        y = op(_merged(x), w, layout=layout)
        return y.reshape((size, -1, *y.shape[1:])) if y.size else NotImplemented
    x, w = _all_led(xs, lead, size)
    return _split(op(_channels(x), _merged(w), layout=_grouped(layout, size)), size)


def image_gradient(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, layout: Any, shape: Any) -> Any:
    """The transpose of convolution in its image."""
    y, w = xs
    if not math.prod(shape):
        return NotImplemented
    if not lead[1]:
        return op(_merged(y), w, layout=layout, shape=(size * shape[0], *shape[1:])).reshape((size, *shape))
    y, w = _all_led(xs, lead, size)
    wide = (shape[0], size * shape[1], *shape[2:])
    return _split(op(_channels(y), _merged(w), layout=_grouped(layout, size), shape=wide), size)


def filter_gradient(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, layout: Any, shape: Any) -> Any:
    """The transpose of convolution in its filters."""
    x, y = _all_led(xs, lead, size)
    wide = (size * shape[0], *shape[1:])
    return op(_channels(x), _channels(y), layout=_grouped(layout, size), shape=wide).reshape((size, *shape))


def overlap_add(op: Op[Any], xs: Sequence[Any], lead: Lead, size: int, *static: Any) -> Any:  # noqa: ARG001
    """The windows of each example in an image of its own."""
    extent, stride, shape = static
    return op(xs[0], size=extent, stride=stride, shape=(size, *shape))


def _all_led(xs: Sequence[Any], lead: Lead, size: int) -> list[Any]:
    return [everywhere(x, is_led=is_led, size=size) for x, is_led in zip(xs, lead, strict=True)]


def _merged(x: Any) -> Any:
    """(examples, n, …) as (examples · n, …)."""
    return x.reshape((shape_of(x)[0] * shape_of(x)[1], *shape_of(x)[2:]))


def _channels(x: Any) -> Any:
    """(examples, n, c, …) as (n, examples · c, …)."""
    turned = x.transpose((1, 0, *range(2, x.ndim)))
    return turned.reshape((turned.shape[0], turned.shape[1] * turned.shape[2], *turned.shape[3:]))


def _split(y: Any, size: int) -> Any:
    """(n, examples · c, …) as (examples, n, c, …)."""
    apart = y.reshape((y.shape[0], size, y.shape[1] // size, *y.shape[2:]))
    return apart.transpose((1, 0, *range(2, apart.ndim)))


def _grouped(layout: Any, size: int) -> Any:
    return layout._replace(groups=layout.groups * size)
