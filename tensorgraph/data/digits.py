"""The 1,797 handwritten digits that come with the package (floor 5).

They are the test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI Machine Learning
Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0. `digits.LICENSE.md`, beside this file, has the details.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tensorgraph.errors import ArgumentError, DtypeError
from tensorgraph.ops.losses import one_hot

__all__ = ["Digits", "load_digits"]


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of handwritten digits with their labels, as read-only arrays.

    Attributes:
        images: shape (n, 8, 8), from 0 (paper) to 1 (ink) in steps of 1/16.
        labels: shape (n,), the digits 0 … 9 that the writers meant, as int64.
    """

    images: NDArray[np.floating[Any]]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Digits(n={len(self)}, images={self.images.shape} {self.images.dtype}, labels={self.labels.shape})"

    @property
    def x(self) -> NDArray[np.floating[Any]]:
        """The images as rows of 64 pixels, shape (n, 64): the input of a net."""
        return self.images.reshape(len(self), 64)

    @property
    def y(self) -> NDArray[np.floating[Any]]:
        """The labels one-hot, shape (n, 10), of the images' dtype: the target of a net."""
        rows: NDArray[np.floating[Any]] = one_hot(self.labels, 10, self.images.dtype)
        return rows

    def split(
        self, test: SupportsIndex = 360, *, rng: int | np.random.Generator | None = None
    ) -> tuple["Digits", "Digits"]:
        """The digits to train on, and the last `test` of them, held out.

        With `rng`, a seed or a Generator, the digits are shuffled before: both parts then come from all writers. In
        the file's order the last digits are by writers of whom the others hold nothing, which is a harder test.

        Raises:
            ArgumentError: `test` is not an integer from 0 to n.

        >>> train, test = load_digits().split(test=360)
        >>> len(train), len(test)
        (1437, 360)
        """
        if not isinstance(test, int | np.integer) or not 0 <= test <= len(self):
            raise ArgumentError(f"test is a number of digits, an integer from 0 to {len(self)}, got {test!r}")
        order = np.arange(len(self)) if rng is None else np.random.default_rng(rng).permutation(len(self))
        return self._part(order[: len(self) - int(test)]), self._part(order[len(self) - int(test) :])

    def _part(self, order: NDArray[np.int64]) -> "Digits":
        images, labels = self.images[order], self.labels[order]
        images.flags.writeable = labels.flags.writeable = False
        return Digits(images, labels)


def load_digits(dtype: DTypeLike = np.float64) -> Digits:
    """The 1,797 digits of 13 writers, 8×8 pixels each, always in the same order; nothing is downloaded.

    Raises:
        DtypeError: `dtype` is not a real floating type.

    >>> digits = load_digits()
    >>> digits
    Digits(n=1797, images=(1797, 8, 8) float64, labels=(1797,))
    >>> digits.x.shape, digits.y.shape, digits.labels[:5].tolist()
    ((1797, 64), (1797, 10), [0, 1, 2, 3, 4])
    """
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise DtypeError(f"the pixels are fractions, so dtype must be a real floating type, got {kind}")
    packed = files("tensorgraph.data").joinpath("digits.npz")
    with packed.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        images = archive["images"].astype(kind) / kind.type(16)
        labels = archive["labels"].astype(np.int64)
    images.flags.writeable = labels.flags.writeable = False
    return Digits(images, labels)
