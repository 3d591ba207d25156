"""Neural networks: modules, layers, losses and initialisers (floor 5)."""

from __future__ import annotations

from tensorgraph.nn.functional import avg_pool as avg_pool
from tensorgraph.nn.functional import batchnorm as batchnorm
from tensorgraph.nn.functional import conv as conv
from tensorgraph.nn.functional import gru as gru
from tensorgraph.nn.functional import layernorm as layernorm
from tensorgraph.nn.functional import max_pool as max_pool
from tensorgraph.nn.functional import standardize as standardize
from tensorgraph.nn.initialisers import INITIALISERS as INITIALISERS
from tensorgraph.nn.linear import Linear as Linear
from tensorgraph.nn.losses import binary_cross_entropy as binary_cross_entropy
from tensorgraph.nn.losses import cross_entropy as cross_entropy
from tensorgraph.nn.losses import focal_loss as focal_loss
from tensorgraph.nn.losses import l2 as l2
from tensorgraph.nn.losses import margin_ranking_loss as margin_ranking_loss
from tensorgraph.nn.losses import multiclass_hinge as multiclass_hinge
from tensorgraph.nn.losses import negative_log_likelihood as negative_log_likelihood
from tensorgraph.nn.losses import softmax_crossentropy as softmax_crossentropy
from tensorgraph.nn.losses import softmax_focal_loss as softmax_focal_loss
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
    "avg_pool",
    "batchnorm",
    "binary_cross_entropy",
    "conv",
    "cross_entropy",
    "focal_loss",
    "gru",
    "l2",
    "layernorm",
    "margin_ranking_loss",
    "max_pool",
    "multiclass_hinge",
    "negative_log_likelihood",
    "softmax_crossentropy",
    "softmax_focal_loss",
    "squared_error",
    "standardize",
]
