"""MLP: the fully connected net of the classic derivation, in its notation (floor 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.leaf import tensor
from tensorgraph.core.op import OPS
from tensorgraph.core.recording import tick
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError
from tensorgraph.nn.initialisers import Initialiser, initial_bias, initial_weight
from tensorgraph.nn.linear import layer
from tensorgraph.nn.module import Module, note_frame

__all__ = ["MLP", "activation_named"]

Activation = str | Callable[[Any], Any]


class MLP(Module):
    """A fully connected net of N layers: z^{l+1} = W^l a^l + b^l, a^{l+1} = f(z^{l+1}), a^1 = x, h(x) = a^N.

    `sizes` are the units S_1, …, S_N. The parameters are `W1, b1, W2, b2, …`, with W^l of shape (S_{l+1}, S_l); the
    tensors of a pass are named `z2, a2, z3, a3, …`. A batch has one sample per row. Every layer, the last one too, has
    the activation f, a name (`"sigmoid"`, `"tanh"`, `"relu"`, `"softplus"`, any elementwise op, or `"identity"`) or a
    function; `output_activation` gives the last layer another one, as `"identity"` for logits.

    Weights and biases start from N(0, 0.01²); `init="xavier"` and `init="he"` scale with the layer instead.

    >>> import tensorgraph as tg
    >>> model = tg.nn.MLP([64, 32, 10], activation="sigmoid", rng=0)
    >>> model
    MLP(64-32-10, sigmoid): 2,410 parameters
      W1: float64[32,64], 2,048 parameters
      b1: float64[32], 32 parameters
      W2: float64[10,32], 320 parameters
      b2: float64[10], 10 parameters
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation = "sigmoid",
        *,
        output_activation: Activation | None = None,
        bias: bool = True,
        init: str | Initialiser = "normal",
        rng: int | np.random.Generator | None = None,
        dtype: Any = np.float64,
    ) -> None:
        if len(sizes) < 2 or any(not isinstance(s, int | np.integer) or s < 1 for s in sizes):
            message = f"MLP: sizes are at least two positive numbers of units, as [64, 32, 10], got {sizes!r}"
            raise ArgumentError(message)
        self.sizes = tuple(map(int, sizes))
        last = activation if output_activation is None else output_activation
        self.activations = (activation,) * (len(sizes) - 2) + (last,)
        self._functions = tuple(map(activation_named, self.activations))
        layers = range(1, len(sizes))
        self._names = tuple((f"W{l}", f"b{l}", f"z{l + 1}", f"a{l + 1}", f"layer {l + 1}") for l in layers)
        names = [f if isinstance(f, str) else getattr(f, "__name__", repr(f)) for f in dict.fromkeys(self.activations)]
        self._title = f"MLP({'-'.join(map(str, self.sizes))}, {', '.join(names)})"
        generator = np.random.default_rng(rng)
        for (W, b, *_), inputs, outputs in zip(self._names, self.sizes, self.sizes[1:], strict=False):
            weight = initial_weight(init, generator, (outputs, inputs))
            setattr(self, W, tensor(weight, dtype=dtype, requires_grad=True, name=W))
            if bias:
                offset = initial_bias(init, generator, outputs)
                setattr(self, b, tensor(offset, dtype=dtype, requires_grad=True, name=b))

    def forward(self, x: Any) -> Tensor:
        """h(x) = a^N, for one sample of shape (S_1,) or a batch (…, S_1)."""
        a = x
        own = vars(self)
        for (W, b, z_name, a_name, label), activation in zip(self._names, self._functions, strict=True):
            start = tick()
            z = layer(a, own[W], own.get(b))
            z._name = z_name
            a = activation(z)
            if a is not z:
                a._name = a_name
            note_frame(a, label, start)
        return a  # type: ignore[no-any-return]

    def _label(self) -> str:
        return self._title


def activation_named(activation: Activation) -> Callable[[Any], Any]:
    """The function of an activation: itself, `identity`, or the op of one operand of that name."""
    if callable(activation):
        return activation
    if activation in {"identity", "linear"}:
        return _identity
    op = OPS.get(activation)
    if op is None or len(op.operands) != 1 or not op.public or not op.differentiable:
        known = sorted(
            name for name, o in OPS.items() if o.family == "elementwise" and len(o.operands) == 1 and o.public
        )
        message = f"activation is a function, 'identity' or an op's name ({', '.join(known)}), got {activation!r}"
        raise ArgumentError(message)
    return op.function


def _identity(z: Any) -> Any:
    return z
