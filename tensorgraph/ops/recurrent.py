"""Composition: a gated recurrent unit run over a sequence (floor 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.describe import kind
from tensorgraph.core.op import Operand
from tensorgraph.errors import ShapeError
from tensorgraph.ops.joining import stack
from tensorgraph.ops.transcendental import sigmoid
from tensorgraph.ops.trigonometric import tanh

__all__ = ["gru"]


@composition()
def gru(
    x: Operand,
    Uz: Operand,
    Wz: Operand,
    bz: Operand,
    Ur: Operand,
    Wr: Operand,
    br: Operand,
    Uh: Operand,
    Wh: Operand,
    bh: Operand,
    /,
    s0: Any = None,
) -> Any:
    """Gated recurrent unit: the states s_0 … s_T of a sequence x (T, n, c), as one array (T + 1, n, d).

    z = σ(x_t Uz + s Wz + bz), r = σ(x_t Ur + s Wr + br), h = tanh(x_t Uh + (r s) Wh + bh) give the next state
    (1 − z) h + z s. U is (c, d), W is (d, d), b is (d,); `s0` is (n, d), by default 0. Else raises `ShapeError`.

    Source: K. Cho et al., *Learning phrase representations using RNN encoder-decoder* (2014).

    >>> import tensorgraph as tg
    >>> U, W, b = [[1.0]], [[0.5]], [0.0]
    >>> tg.nn.gru([[[1.0]], [[1.0]]], U, W, b, U, W, b, U, W, b).shape
    (3, 1, 1)
    """
    if x.ndim != 3 or Uz.ndim != 2:
        message = f"gru: expected a sequence (T, n, c) and weights U (c, d), got {kind(x)} and {kind(Uz)}"
        raise ShapeError(message)
    (_, n, c), d = x.shape, Uz.shape[1]
    shapes = {(c, d): (Uz, Ur, Uh), (d, d): (Wz, Wr, Wh), (d,): (bz, br, bh)}
    state = np.zeros((n, d), x.dtype) if s0 is None else s0 if hasattr(s0, "shape") else np.asarray(s0)
    for shape, arrays in (*shapes.items(), ((n, d), (state,))):
        for array in arrays:
            if array.shape != shape:
                message = f"gru: expected shape {shape} with a sequence {kind(x)} and {d} units, got {kind(array)}"
                raise ShapeError(message)
    inputs_z, inputs_r, inputs_h = x @ Uz + bz, x @ Ur + br, x @ Uh + bh
    states = [state]
    for t in range(x.shape[0]):
        z = sigmoid(inputs_z[t] + state @ Wz)
        r = sigmoid(inputs_r[t] + state @ Wr)
        h = tanh(inputs_h[t] + (r * state) @ Wh)
        state = (1 - z) * h + z * state
        states.append(state)
    return stack(states)
