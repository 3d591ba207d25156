"""Data sets that come with the package, and batches of any data (imports from floors 0–5)."""

from tensorgraph.data.batches import batches
from tensorgraph.data.digits import Digits, load_digits, one_hot

__all__ = ["Digits", "batches", "load_digits", "one_hot"]
