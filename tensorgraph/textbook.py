"""Backpropagation by hand, on one page of plain NumPy: the oracle of the recorded tape. Imports nothing of ours.

A net has layers l = 1 … N_l with S_l units. Layer 1 is the input, layer N_l the output h(x), and for l = 1 … N_l − 1

    W^l       shape (S_{l+1}, S_l): W^l_ij joins unit j of layer l to unit i of layer l+1
    b^l       shape (S_{l+1},)
    z^{l+1} = W^l a^l + b^l,    a^{l+1} = f(z^{l+1}),    a^1 = x,    h(x) = a^{N_l}

For n samples (x, y) and a weight decay λ, the cost and its gradient are

    J         = 1/n Σ ½‖h(x) − y‖₂² + λ/2 Σ_{l=1}^{N_l−1} Σ_ij (W^l_ij)²
    δ^{N_l}   = ∂J/∂z^{N_l} = 1/n (a^{N_l} − y) ⊙ f′(z^{N_l})
    δ^l       = ∂J/∂z^l     = ((W^l)ᵀ δ^{l+1}) ⊙ f′(z^l)         l = N_l − 1 … 2
    ∂J/∂W^l   = Σ δ^{l+1} (a^l)ᵀ + λ W^l                         Σ runs over the n samples
    ∂J/∂b^l   = Σ δ^{l+1}

Conventions. A batch has one sample per row: x has shape (n, S_1), and each a^l, z^l, δ^l has shape (n, S_l). A 1-D x is
a single sample. δ is the derivative of J itself, so every sample's δ carries the 1/n, and the sums over samples carry
none. W and b are lists (W^1 first) or dicts {1: W^1, 2: W^2, …}; results are dicts keyed by the layer number l. All
arithmetic is in double precision.

Slips. This page follows a text (a derivation in Chinese, after the UFLDL tutorial) that is right in spirit; as printed

    1. the cost has the norm ‖h(x) − y‖₂ without its square (see `cost`);
    2. the output layer has δ = (y − a) ⊙ f′(z). That is −∂J/∂z, the direction of descent or "residual", and its δ aᵀ is
       −∂J/∂W, which the text goes on to call ∂J/∂W (see `deltas` and its `sign`);
    3. z_j^{N_l} is expanded into a sum over k = 1 … N_l − 1, which counts layers; k must run over the S_{N_l−1} units
       of the layer below (see `forward`; the expansion also leaves out b, whose derivative is zero anyway);
    4. the weight decay sums over l = 1 … N_l, but W^{N_l−1} is the last matrix; and the gradient λW of the decay is
       never derived (see `cost` and `gradients`);
    5. δ is defined as ∂J/∂, without the ∂z under the bar (see `deltas`).

Sources: UFLDL Tutorial, "Backpropagation Algorithm"; Rumelhart, Hinton, Williams, Nature 323 (1986) 533.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ACTIVATIONS", "Activation", "Forward", "Gradients", "cost", "deltas", "forward", "gradients"]

Array: TypeAlias = NDArray[np.float64]
Layers: TypeAlias = dict[int, Array]
Parameters: TypeAlias = Sequence[ArrayLike] | Mapping[int, ArrayLike]


class Activation(NamedTuple):
    """An activation function f and its derivative f′, both as functions of z."""

    f: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


class Forward(NamedTuple):
    """What the forward pass leaves behind: z^l for l = 2 … N_l, and a^l for l = 1 … N_l (a^1 is x)."""

    z: Layers
    a: Layers


class Gradients(NamedTuple):
    """∂J/∂W^l and ∂J/∂b^l for l = 1 … N_l − 1."""

    W: Layers
    b: Layers


# ---- the activations and their derivatives -------------------------------------------------------------------------


def _sigmoid(z: Array) -> Array:
    """σ(z) = 1/(1 + e^−z) = e^z/(1 + e^z): of the two forms, the one whose exponential cannot overflow."""
    e: Array = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)


def _sigmoid_derivative(z: Array) -> Array:
    """σ′(z) = σ(z) σ(−z): even in z, and exact in both tails, where σ(z)(1 − σ(z)) would cancel."""
    e: Array = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def _tanh_derivative(z: Array) -> Array:
    """tanh′(z) = 1/cosh(z)², where cosh(z) = (e^z + e^−z)/2."""
    e: Array = np.exp(-np.abs(z))
    return (2 * e / (1 + e**2)) ** 2


def _softplus(z: Array) -> Array:
    """log(1 + e^z) = max(z, 0) + log(1 + e^−|z|), with the derivative e^z/(1 + e^z) = σ(z)."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


ACTIVATIONS: Mapping[str, Activation] = {
    "sigmoid": Activation(_sigmoid, _sigmoid_derivative),
    "tanh": Activation(np.tanh, _tanh_derivative),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),  # at the kink: 0
    "softplus": Activation(_softplus, _sigmoid),
    "identity": Activation(np.copy, np.ones_like),
}


# ---- the algorithm -------------------------------------------------------------------------------------------------


def forward(W: Parameters, b: Parameters, x: ArrayLike, *, activation: str | Sequence[str] = "sigmoid") -> Forward:
    """Forward pass: z^{l+1} = W^l a^l + b^l and a^{l+1} = f(z^{l+1}), from a^1 = x up to the output a^{N_l} = h(x).

    The product W^l a^l sums over the S_l units of layer l (slip 3). `activation` is a name in `ACTIVATIONS`, or a list
    with one name for each of the layers 2 … N_l.

    Raises:
        ValueError: the shapes of W, b and x do not fit together, or an activation is unknown.

    >>> z, a = forward(W=[[[0.5, 1.0]]], b=[[1.0]], x=[2.0, -4.0], activation="relu")
    >>> z[2], a[2]
    (array([-2.]), array([0.]))
    """
    W, b, x = _net(W, b, x)
    f = _activations(activation, len(W))
    z: Layers = {}
    a: Layers = {1: x}
    for l in W:
        z[l + 1] = a[l] @ W[l].T + b[l]
        a[l + 1] = f[l + 1].f(z[l + 1])
    return Forward(z, a)


def cost(
    W: Parameters,
    b: Parameters,
    x: ArrayLike,
    y: ArrayLike,
    *,
    lam: float = 0.0,
    activation: str | Sequence[str] = "sigmoid",
) -> float:
    """Cost J = 1/n Σ ½‖h(x) − y‖₂² + λ/2 Σ_l Σ_ij (W^l_ij)², with λ = `lam`.

    The norm is squared (slip 1), and the decay runs over the N_l − 1 weight matrices (slip 4), never over b.

    Raises:
        ValueError: as `forward`; also if y has not the shape of h(x), there is no sample, or not λ ≥ 0.

    >>> cost(W=[[[1.0, 1.0]]], b=[[0.0]], x=[1.0, 2.0], y=[1.0], lam=0.5, activation="identity")
    2.5
    """
    W, b, x = _net(W, b, x)
    h = forward(W, b, x, activation=activation).a[len(W) + 1]
    error = 0.5 * np.sum((h - _target(y, h)) ** 2) / _samples(x)
    decay = 0.5 * _decay(lam) * sum(np.sum(W[l] ** 2) for l in W)
    return float(error + decay)


def deltas(
    W: Parameters,
    b: Parameters,
    x: ArrayLike,
    y: ArrayLike,
    *,
    activation: str | Sequence[str] = "sigmoid",
    sign: Literal["gradient", "residual"] = "gradient",
) -> Layers:
    """Each layer's δ^l = ∂J/∂z^l (slip 5), l = 2 … N_l: first the output layer's, then the others' by recursion.

    δ^{N_l} = 1/n (a^{N_l} − y) ⊙ f′(z^{N_l}) and δ^l = ((W^l)ᵀ δ^{l+1}) ⊙ f′(z^l), of the shape of z^l. The weight
    decay does not depend on z, so λ has no part in δ. `sign="residual"` gives the printed −∂J/∂z (slip 2).

    Raises:
        ValueError: as `cost`; also if `sign` is neither of the two.

    >>> net = {"W": [[[2.0]], [[3.0]]], "b": [[0.0], [0.0]], "activation": "identity"}
    >>> deltas(**net, x=[1.0], y=[5.0])
    {2: array([3.]), 3: array([1.])}
    >>> deltas(**net, x=[1.0], y=[5.0], sign="residual")
    {2: array([-3.]), 3: array([-1.])}
    """
    if sign not in ("gradient", "residual"):
        raise ValueError(f'sign must be "gradient" (∂J/∂z) or "residual" (−∂J/∂z), got {sign!r}')
    W, b, x = _net(W, b, x)
    f = _activations(activation, len(W))
    z, a = forward(W, b, x, activation=activation)
    top = len(W) + 1
    y = _target(y, a[top])
    residual = (a[top] - y if sign == "gradient" else y - a[top]) / _samples(x)
    delta = {top: residual * f[top].derivative(z[top])}
    for l in range(top - 1, 1, -1):
        delta[l] = (delta[l + 1] @ W[l]) * f[l].derivative(z[l])
    return dict(sorted(delta.items()))


def gradients(
    W: Parameters,
    b: Parameters,
    x: ArrayLike,
    y: ArrayLike,
    *,
    lam: float = 0.0,
    activation: str | Sequence[str] = "sigmoid",
) -> Gradients:
    """Gradient of the cost: ∂J/∂W^l = Σ δ^{l+1} (a^l)ᵀ + λW^l (its last term is slip 4's), ∂J/∂b^l = Σ δ^{l+1}.

    The sums run over the samples. A step of gradient descent at rate η is W^l ← W^l − η ∂J/∂W^l, b^l ← b^l − η ∂J/∂b^l.

    Raises:
        ValueError: as `cost`.

    >>> gradients(W=[[[2.0]]], b=[[0.0]], x=[[1.0], [3.0]], y=[[1.0], [2.0]], lam=0.5, activation="identity")
    Gradients(W={1: array([[7.5]])}, b={1: array([2.5])})
    """
    W, b, x = _net(W, b, x)
    lam = _decay(lam)
    delta = deltas(W, b, x, y, activation=activation)
    a = forward(W, b, x, activation=activation).a
    delta, a = ({l: np.atleast_2d(rows) for l, rows in layers.items()} for layers in (delta, a))
    return Gradients(
        W={l: delta[l + 1].T @ a[l] + lam * W[l] for l in W},
        b={l: delta[l + 1].sum(axis=0) for l in W},
    )


# ---- the arguments, checked ----------------------------------------------------------------------------------------


def _net(W: Parameters, b: Parameters, x: ArrayLike) -> tuple[Layers, Layers, Array]:
    """W and b as dicts from 1 and x as an array, once their shapes have been found to fit together."""
    W, b, x = _numbered("W", W), _numbered("b", b), _array("x", x)
    if not len(W) == len(b) >= 1:
        raise ValueError(f"a net has N_l − 1 ≥ 1 matrices W and as many vectors b, got {len(W)} W and {len(b)} b")
    if x.ndim not in (1, 2):
        raise ValueError(f"x must be one sample of shape (S_1,) or a batch of shape (n, S_1), got shape {x.shape}")
    units = x.shape[-1]
    for l in W:
        if W[l].ndim != 2 or W[l].shape[1] != units:
            source = "the length of x" if l == 1 else f"the rows of W^{l - 1}"
            raise ValueError(f"W^{l} must have shape (S_{l + 1}, S_{l} = {units}, {source}), got {W[l].shape}")
        units = W[l].shape[0]
        if b[l].shape != (units,):
            raise ValueError(f"b^{l} must have shape (S_{l + 1} = {units},), the rows of W^{l}, got {b[l].shape}")
    return W, b, x


def _numbered(name: str, values: Parameters) -> Layers:
    """The parameters as a dict keyed 1 … N_l − 1, in that order."""
    layers = dict(values) if isinstance(values, Mapping) else dict(enumerate(values, 1))
    if set(layers) != set(range(1, len(layers) + 1)):
        raise ValueError(f"{name} must be a list, or a dict keyed by the layers 1 … N_l − 1, got keys {list(layers)}")
    return {l: _array(f"{name}^{l}", layers[l]) for l in sorted(layers)}


def _array(name: str, value: ArrayLike) -> Array:
    """A copy of the value in double precision."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array.astype(np.float64)


def _target(y: ArrayLike, h: Array) -> Array:
    """The target y, which must have the very shape of the output: broadcasting it would hide a mistake."""
    y = _array("y", y)
    if y.shape != h.shape:
        raise ValueError(f"y must have the shape of the output h(x), {h.shape}, got {y.shape}")
    return y


def _samples(x: Array) -> int:
    """The number n of samples."""
    n = len(np.atleast_2d(x))
    if n == 0:
        raise ValueError("J is an average over the samples, got a batch of none")
    return n


def _decay(lam: float) -> float:
    """The weight decay λ."""
    if not lam >= 0:
        raise ValueError(f"the weight decay λ must be ≥ 0, got {lam!r}")
    return lam


def _activations(names: str | Sequence[str], count: int) -> dict[int, Activation]:
    """The activation of each of the layers 2 … N_l."""
    names = [names] * count if isinstance(names, str) else names
    if len(names) != count:
        raise ValueError(f"the layers 2 … {count + 1} need one activation each, so {count}, got {len(names)}")
    if unknown := [name for name in names if name not in ACTIVATIONS]:
        raise ValueError(f"unknown activation {unknown[0]!r}; there are {', '.join(ACTIVATIONS)}")
    return {l: ACTIVATIONS[name] for l, name in enumerate(names, 2)}
