"""`Tensor.at`: a changed copy of a tensor, differentiable in the old and the new values (floor 2).

x.at[index].set(v)          v there, x elsewhere
x.at[index].add(v)          x + v there; also multiply, min, max
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.core.recording import ALL, level
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError
from tensorgraph.ops.accumulation import places_of
from tensorgraph.ops.arithmetic import multiply
from tensorgraph.ops.comparison import where
from tensorgraph.ops.indexing import ARRAY, fill, gather, split
from tensorgraph.ops.layout import broadcast_to, reshape
from tensorgraph.ops.taking import take
from tensorgraph.ops.updates import at_add, at_max, at_min, at_set

__all__ = ["At", "Place"]


class At:
    """What `t.at` gives: index it to name the place that changes.

    >>> import tensorgraph as tg
    >>> x = tg.zeros(3)
    >>> x.at[1:].set([5.0, 6.0])
    tensor([0., 5., 6.])
    """

    __slots__ = ("_tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor

    def __getitem__(self, index: Any) -> Place:
        return Place(self._tensor, index)

    def __repr__(self) -> str:
        return f"{self._tensor!r}.at"


class Place:
    """A place in a tensor, by any index of NumPy's; its methods give a copy of the tensor that is changed there.

    The values broadcast against the place and are converted to the tensor's dtype; values of a higher kind (floats into
    integers, complex numbers into floats) raise `DtypeError`, as their gradient would be lost.
    """

    __slots__ = ("_arrays", "_index", "_pattern", "_tensor")

    def __init__(self, tensor: Tensor, index: Any) -> None:
        self._tensor = tensor
        self._index = index
        self._pattern, self._arrays = split(index)

    def set(self, values: Any) -> Tensor:
        """A copy with these values; of an element named twice, the last value stays, and it alone has a gradient.

        >>> import tensorgraph as tg
        >>> x = tg.tensor([1.0, 2.0, 3.0])
        >>> x.at[[0, 2, 0]].set([7.0, 8.0, 9.0])
        tensor([9., 2., 8.])
        """
        return at_set.function((self._tensor, values, *self._arrays), self._pattern)

    def add(self, values: Any) -> Tensor:
        """A copy with these values added, as often as the index names an element.

        >>> import tensorgraph as tg
        >>> tg.zeros(3).at[[0, 2, 0]].add(1.0)
        tensor([2., 0., 1.])
        """
        return at_add.function((self._tensor, values, *self._arrays), self._pattern)

    def multiply(self, values: Any) -> Tensor:
        """A copy multiplied by these values, as often as the index names an element.

        >>> import tensorgraph as tg
        >>> tg.ones(3).at[[0, 2, 0]].multiply([2.0, 3.0, 5.0])
        tensor([10.,  1.,  3.])
        """
        x, pattern, arrays = self._tensor, self._pattern, self._arrays
        values = values if isinstance(values, Tensor) else np.asarray(values)
        if all(array.dtype.kind == "b" for array in arrays):
            return at_set.function((x, gather((x, *arrays), pattern=pattern) * values, *arrays), pattern)
        if level() == ALL and any(isinstance(array, Tensor) for array in arrays):
            message = (
                "at[...].multiply with an index of integer Tensors cannot be traced: the order of its products depends "
                "on the index, so a replay with another one would be wrong; give the index as a NumPy array"
            )
            raise ArgumentError(message)
        known = [array._data if isinstance(array, Tensor) else array for array in arrays]
        places = places_of(x.shape, fill(pattern, known))
        if (extra := values.ndim - places.ndim) > 0 and values.shape[:extra] == (1,) * extra:
            values = reshape(values, shape=values.shape[extra:])
        spread = reshape(broadcast_to(values, shape=places.shape), shape=(-1,))
        once, product = _products(places.ravel(), spread)
        flat = reshape(x, shape=(-1,))
        changed = at_set((flat, multiply(take(flat, once), product), once), pattern=(ARRAY,))
        return reshape.function(changed, x.shape)

    def min(self, values: Any) -> Tensor:
        """A copy with the smaller of the old value and these; those that attain it share the gradient equally.

        >>> import tensorgraph as tg
        >>> tg.ones(3).at[[0, 2, 0]].min([2.0, 3.0, -5.0])
        tensor([-5.,  1.,  1.])
        """
        return at_min.function((self._tensor, values, *self._arrays), self._pattern)

    def max(self, values: Any) -> Tensor:
        """A copy with the larger of the old value and these; those that attain it share the gradient equally.

        >>> import tensorgraph as tg
        >>> tg.ones(3).at[[0, 2, 0]].max([2.0, 3.0, -5.0])
        tensor([2., 1., 3.])
        """
        return at_max.function((self._tensor, values, *self._arrays), self._pattern)

    def __repr__(self) -> str:
        return f"{self._tensor!r}.at[{self._index!r}]"


def _products(places: np.ndarray[Any, Any], values: Any) -> tuple[np.ndarray[Any, Any], Any]:
    """Each place once, and the product of its values: neighbours at one place are multiplied, in ⌈log₂ n⌉ rounds.

    Products alone, without quotients, so that zeros are exact in derivatives of every order.
    """
    order = np.argsort(places, kind="stable")
    places, values = places[order], take(values, order)
    while places.size and (places[1:] == places[:-1]).any():
        count = places.size
        starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        rank = np.arange(count) - np.repeat(starts, np.diff(starts, append=count))
        left = np.flatnonzero(rank % 2 == 0)
        right = np.minimum(left + 1, count - 1)
        paired = (right > left) & (places[right] == places[left])
        values = multiply(take(values, left), where(paired, take(values, right), 1))
        places = places[left]
    return places, values
