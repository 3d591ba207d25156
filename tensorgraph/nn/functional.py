"""Layers as functions, under their names in `tg.nn` (floor 5)."""

from __future__ import annotations

from tensorgraph.ops import convolution, normalisation, pooling, recurrent

__all__ = ["avg_pool", "batchnorm", "conv", "gru", "layernorm", "max_pool", "standardize"]

avg_pool = pooling.avg_pool.function
batchnorm = normalisation.batchnorm.function
conv = convolution.conv.function
gru = recurrent.gru.function
layernorm = normalisation.layernorm.function
max_pool = pooling.max_pool.function
standardize = normalisation.standardize.function
