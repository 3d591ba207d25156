"""Cards: activations of neural networks, element by element (floor 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.composition import composition
from tensorgraph.core.domains import REALS
from tensorgraph.core.families import constant, elementwise
from tensorgraph.core.op import Operand, case
from tensorgraph.errors import ShapeError
from tensorgraph.ops.arithmetic import abs, square
from tensorgraph.ops.comparison import greater
from tensorgraph.ops.error_function import erfc
from tensorgraph.ops.extremes import clip, minimum
from tensorgraph.ops.forwards import inexact
from tensorgraph.ops.transcendental import exp, sigmoid

__all__ = [
    "elu",
    "gelu",
    "glu",
    "hard_tanh",
    "leaky_relu",
    "relu",
    "selu",
    "sided",
    "silu",
    "soft_sign",
    "softplus",
]

KINK_AT_0 = REALS.kinked(0.0)


@elementwise(
    partials=(lambda z, x: greater(z, 0),),
    domain=KINK_AT_0,
    latex=r"\operatorname{relu}({x})",
    formula="Max(0, x)",
    analytic=False,
    subgradient="0 at 0",
)
def relu(x: Operand, /) -> Any:
    """Rectifier, max(x, 0).

    >>> import tensorgraph as tg
    >>> tg.relu([-1.0, 0.0, 2.0])
    tensor([0., 0., 2.])
    """
    return np.maximum(x, 0)


@constant(batch=aligned, formula="Piecewise((right, x > 0), (left, True))", public=False)
def sided(x: Operand, left: Operand, right: Operand, /) -> Any:
    """A helper of rules: `right` where x > 0, else `left`, in the dtype of x."""
    x = inexact(x)
    positive = np.greater(x, 0)
    if isinstance(left, int | float) and isinstance(right, int | float):
        # Looking up is four times as fast as np.where, whose branch on random signs cannot be predicted.
        return np.array([left, right], x.dtype).take(positive.view(np.int8))
    return np.where(positive, right, left)


@elementwise(
    partials=(lambda z, x, slope: sided(x, slope, 1.0),),
    domain=KINK_AT_0,
    latex=r"\operatorname{leaky relu}({x})",
    formula="Max(0, x) + slope * Min(0, x)",
    analytic=False,
    subgradient="the slope at 0",
    cases=(case((2, 3)), case((2, 3), slope=0.3), case((3,), slope=-2.0)),
)
def leaky_relu(x: Operand, /, slope: float = 0.01) -> Any:
    """Rectifier that leaks, max(x, 0) + slope · min(x, 0).

    >>> import tensorgraph as tg
    >>> tg.leaky_relu([-1.0, 2.0], slope=0.1)
    tensor([-0.1,  2. ])
    """
    z = np.asarray(np.minimum(inexact(x), 0))
    z *= slope
    z += np.maximum(x, 0)
    return z


@elementwise(
    partials=(lambda z, x, alpha: sided(x, alpha, 1.0) * exp(minimum(x, 0)),),
    domain=KINK_AT_0,
    latex=r"\operatorname{elu}({x})",
    formula="Max(0, x) + alpha * (exp(Min(0, x)) - 1)",
    analytic=False,
    subgradient="α at 0",
    cases=(case((2, 3)), case((2, 3), alpha=0.5)),
)
def elu(x: Operand, /, alpha: float = 1.0) -> Any:
    """Exponential linear unit: x where positive, else α (eˣ − 1).

    Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, *Fast and accurate deep network learning by exponential
    linear units* (2016).
    """
    return _elu(x, 1.0, alpha)


SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


@elementwise(
    partials=(lambda z, x: sided(x, SELU_SCALE * SELU_ALPHA, SELU_SCALE) * exp(minimum(x, 0)),),
    domain=KINK_AT_0,
    latex=r"\operatorname{selu}({x})",
    analytic=False,
    subgradient="the slope of the left side at 0",
)
def selu(x: Operand, /) -> Any:
    """Self-normalising unit, λ elu(x, α) with λ ≈ 1.0507 and α ≈ 1.6733, which keep mean 0 and variance 1.

    Source: G. Klambauer et al., *Self-normalizing neural networks* (2017).
    """
    return _elu(x, SELU_SCALE, SELU_ALPHA)


def _elu(x: Any, scale: float, alpha: float) -> Any:
    x = inexact(x)
    z = np.asarray(np.minimum(x, 0))
    np.expm1(z, out=z)
    z *= alpha
    z += np.maximum(x, 0)
    z *= scale
    return z


ROOT_HALF = math.sqrt(0.5)
DENSITY_AT_0 = 1.0 / math.sqrt(2.0 * math.pi)
TANH_SCALE, TANH_CUBIC = 2.0 * math.sqrt(2.0 / math.pi), 0.044715


@elementwise(
    partials=(lambda z, x, approximate: _gelu_slope(z, x, approximate),),  # noqa: PLW0108 - as above: it stands below
    latex=r"\operatorname{gelu}({x})",
    formula="x * erfc(-x / sqrt(2)) / 2",
    cases=(case((2, 3)), case((2, 3), approximate=True)),
)
def gelu(x: Operand, /, approximate: bool = False) -> Any:
    """Gaussian error linear unit, x Φ(x) with the normal distribution Φ(x) = ½ erfc(−x/√2).

    `approximate=True` takes ½ (1 + tanh(√(2/π) (x + 0.044715 x³))) for Φ, which is within 5e-4.

    Source: D. Hendrycks, K. Gimpel, *Gaussian error linear units* (2016).

    >>> import tensorgraph as tg
    >>> tg.gelu(1.0), tg.gelu(1.0, approximate=True)
    (tensor(0.84134475), tensor(0.84119199))
    """
    x = inexact(x)
    return x * (sigmoid(_tanh_argument(x)) if approximate else 0.5 * erfc(-ROOT_HALF * x))


def _tanh_argument(x: Any) -> Any:
    # ½ (1 + tanh u) = σ(2u), which keeps its relative accuracy where tanh u is near −1.
    return TANH_SCALE * (x + TANH_CUBIC * x * square(x))


def _gelu_slope(z: Any, x: Any, approximate: bool) -> Any:
    if not approximate:
        return 0.5 * erfc(-ROOT_HALF * x) + DENSITY_AT_0 * x * exp(-0.5 * square(x))
    s = sigmoid(_tanh_argument(x))
    return s + z * (1 - s) * (TANH_SCALE + 3 * TANH_SCALE * TANH_CUBIC * square(x))


@elementwise(
    partials=(lambda z, x: _silu_slope(z, x),),  # noqa: PLW0108 - the helper stands below the card
    latex=r"{x} \, \sigma({x})",
    formula="x / (1 + exp(-x))",
)
def silu(x: Operand, /) -> Any:
    """Sigmoid linear unit, also called swish, x σ(x).

    >>> import tensorgraph as tg
    >>> tg.silu([-1.0, 0.0, 1.0])
    tensor([-0.26894142,  0.        ,  0.73105858])
    """
    x = inexact(x)
    return x * sigmoid(x)


def _silu_slope(z: Any, x: Any) -> Any:
    s = sigmoid(x)
    return s + z * (1 - s)


@composition()
def glu(x: Operand, /, axis: int = -1) -> Any:
    """Gated linear unit, a σ(b), where a and b are the two halves of x along `axis`; an odd length raises `ShapeError`.

    Source: Y. N. Dauphin et al., *Language modeling with gated convolutional networks* (2017).

    >>> import tensorgraph as tg
    >>> tg.glu([3.0, 4.0, 0.0, 0.0])
    tensor([1.5, 2. ])
    """
    if not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
        message = f"glu: expected an even length along axis {axis}, which is split in two halves, got shape {x.shape}"
        raise ShapeError(message)
    half = x.shape[axis] // 2
    lead = (slice(None),) * (axis % x.ndim)
    return x[(*lead, slice(half))] * sigmoid(x[(*lead, slice(half, None))])


@composition()
def hard_tanh(x: Operand, /, low: float = -1.0, high: float = 1.0) -> Any:
    """A tanh made of three straight lines: x between `low` and `high`, those two outside.

    >>> import tensorgraph as tg
    >>> tg.hard_tanh([-2.0, 0.5, 2.0])
    tensor([-1. ,  0.5,  1. ])
    """
    return clip(x, low, high)


@elementwise(
    partials=(lambda z, x: 1 / square(1 + abs(x)),),
    domain=KINK_AT_0,
    latex=r"\frac{{x}}{1 + \left|{x}\right|}",
    formula="x / (1 + Abs(x))",
    analytic=False,
    subgradient="the second derivative, which jumps at 0, is 0 there",
)
def soft_sign(x: Operand, /) -> Any:
    """x / (1 + |x|), a sigmoid that approaches ±1 slowly.

    >>> import tensorgraph as tg
    >>> tg.soft_sign([-1.0, 0.0, 3.0])
    tensor([-0.5 ,  0.  ,  0.75])
    """
    x = inexact(x)
    return x / (1 + np.abs(x))


@elementwise(partials=(lambda z, x: sigmoid(x),), latex=r"\ln(1 + e^{{x}})", formula="log(1 + exp(x))", analytic=False)
def softplus(x: Operand, /) -> Any:
    """Smooth rectifier, ln(1 + eˣ), without overflow and accurate in both tails.

    >>> import tensorgraph as tg
    >>> tg.softplus([-1000.0, 0.0, 1000.0])
    tensor([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    # ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)): the exponential never exceeds 1.
    x = inexact(x)
    z = np.asarray(np.abs(x))
    np.negative(z, out=z)
    np.exp(z, out=z)
    np.log1p(z, out=z)
    z += np.maximum(x, 0)
    return z
