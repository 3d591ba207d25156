"""Optimisers: what to do with the gradients (floor 5)."""

from __future__ import annotations

from tensorgraph.optim.sgd import SGD as SGD

__all__ = ["SGD"]
