"""SciPy behind the extra `scipy`: found when first needed, with an error that names the extra (floor 2)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from tensorgraph.errors import MissingExtraError

__all__ = ["scipy_special"]


def scipy_special(name: str, *xs: Any) -> Any:
    """`scipy.special.<name>(*xs)`, half precision in half precision out; raises `MissingExtraError` without SciPy."""
    z = getattr(_module(name), name)(*xs)
    return np.asarray(z, np.float16) if np.result_type(*xs) == np.float16 else z


@functools.cache
def _module(name: str) -> Any:
    try:
        from scipy import special  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(f"tg.special.{name}", "scipy") from error
    return special
