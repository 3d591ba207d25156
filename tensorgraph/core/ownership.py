"""Who else can see an array: what may be written to without anybody noticing (floor 1; imports nothing of ours).

Arrays in tensors are shared freely, as nobody writes to them. Where nobody else holds one, writing into it saves memory
and time: the count of references tells.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

__all__ = ["OWNED", "exclusive"]


def _owned_references() -> int:
    """What `sys.getrefcount` says of an array that a dict and one local variable hold, which the sweep may write to.

    Measured rather than written down, as interpreters differ in the references that a call itself holds.
    """
    store = {0: np.zeros(1)}
    array = store.get(0)
    return sys.getrefcount(array)


OWNED = _owned_references()


def exclusive(holder: Any) -> bool:
    """Whether nobody but `holder` can see its `_data`, no view and no graph."""
    data = holder._data
    return data.base is None and data.flags.writeable and sys.getrefcount(data) <= OWNED
