"""Initial values of weights, by name (floor 5; plain NumPy)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.errors import ArgumentError

__all__ = ["INITIALISERS", "initial_bias", "initial_weight"]

Initialiser = Callable[[np.random.Generator, tuple[int, int]], Any]


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """N(0, 0.01²), the choice of the classic derivation; of weights and biases alike."""
    return rng.normal(0.0, 0.01, shape)


def xavier_uniform(rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    """U(−r, r) with r = √(6 / (fan_in + fan_out)). Source: Glorot and Bengio, AISTATS 2010, eq. 16."""
    limit = math.sqrt(6 / max(1, sum(shape)))
    return rng.uniform(-limit, limit, shape)


def xavier_normal(rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    """N(0, 2 / (fan_in + fan_out)). Source: Glorot and Bengio, AISTATS 2010, eq. 12."""
    return rng.normal(0.0, math.sqrt(2 / max(1, sum(shape))), shape)


def he_uniform(rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    """U(−r, r) with r = √(6 / fan_in). Source: He et al., ICCV 2015, eq. 10."""
    limit = math.sqrt(6 / max(1, shape[1]))
    return rng.uniform(-limit, limit, shape)


def he_normal(rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    """N(0, 2 / fan_in). Source: He et al., ICCV 2015, eq. 10."""
    return rng.normal(0.0, math.sqrt(2 / max(1, shape[1])), shape)


def zeros(_rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """All zeros; of weights it leaves the units of a layer alike for ever."""
    return np.zeros(shape)


INITIALISERS: dict[str, Initialiser] = {
    "normal": normal,
    "xavier": xavier_uniform,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he": he_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "zeros": zeros,
}


def initial_weight(init: str | Initialiser, rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    """A weight of shape (units out, units in), by the initialiser's name or by a function `(rng, shape)`."""
    if callable(init):
        return init(rng, shape)
    if init not in INITIALISERS:
        message = f"init is one of {', '.join(INITIALISERS)} or a function (rng, shape) -> array, got {init!r}"
        raise ArgumentError(message)
    return INITIALISERS[init](rng, shape)


def initial_bias(init: str | Initialiser, rng: np.random.Generator, units: int) -> Any:
    """A bias: N(0, 0.01²) beside normal weights, as in the classic derivation, else zeros."""
    return normal(rng, (units,)) if init == "normal" else np.zeros(units)
