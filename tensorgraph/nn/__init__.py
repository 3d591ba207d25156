"""Neural networks: modules, layers, losses and initialisers (floor 5)."""

from __future__ import annotations

from tensorgraph.nn.initialisers import INITIALISERS as INITIALISERS
from tensorgraph.nn.linear import Linear as Linear
from tensorgraph.nn.losses import binary_cross_entropy as binary_cross_entropy
from tensorgraph.nn.losses import cross_entropy as cross_entropy
from tensorgraph.nn.losses import l2 as l2
from tensorgraph.nn.losses import squared_error as squared_error
from tensorgraph.nn.mlp import MLP as MLP
from tensorgraph.nn.module import Module as Module
from tensorgraph.nn.sequential import Sequential as Sequential

__all__ = [
    "INITIALISERS",
    "Linear",
    "MLP",
    "Module",
    "Sequential",
    "binary_cross_entropy",
    "cross_entropy",
    "l2",
    "squared_error",
]
