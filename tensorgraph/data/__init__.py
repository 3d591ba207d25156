"""Data sets that come with the package, and batches of any data (floor 5)."""

from tensorgraph.data.batches import batches
from tensorgraph.data.digits import Digits, load_digits

__all__ = ["Digits", "batches", "load_digits"]
