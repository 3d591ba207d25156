"""The comparison that most ops of this folder need: NumPy for the values, `check_grads` for the derivatives."""

from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.tensor import Tensor
from tensorgraph.testing import check_grads


def as_list(result: Any) -> list[Any]:
    return list(result) if isinstance(result, tuple | list) else [result]


def same(found: Any, expected: Any) -> None:
    assert isinstance(found, tuple | list) == isinstance(expected, tuple | list)
    found, expected = as_list(found), as_list(expected)
    assert len(found) == len(expected)
    for f, e in zip(found, map(np.asarray, expected), strict=True):
        assert type(f) is Tensor
        assert (f.shape, f.dtype) == (e.shape, e.dtype)
        tolerance = 1e-5 if e.dtype in (np.float32, np.complex64) else 1e-13
        np.testing.assert_allclose(f.numpy(), e, rtol=tolerance, atol=tolerance)


@pytest.fixture
def alike():
    """A function that requires f(tg) of Tensors to be f(np) of arrays, and checks its gradients.

    The first order is enough where the cards are linear: theirs is checked to the second in tests/test_every_op.py.

    `f(xp, *arrays)` uses a namespace; it is also run with NumPy's own functions on Tensors, which must be ours.
    """

    def check(f, *arrays, dtypes=(float, np.float32, int, bool, complex), protocol=True, grads=True, order=1):
        arrays = [np.asarray(x) for x in arrays]
        for dtype in dtypes:
            cast = [x.astype(dtype) if x.dtype.kind == "f" else x for x in arrays]
            expected = f(np, *cast)
            same(f(tg, *map(tg.tensor, cast)), expected)
            if protocol:
                same(f(np, *map(tg.tensor, cast)), expected)
        if grads:
            places = [i for i, x in enumerate(arrays) if x.dtype.kind == "f"]

            def free(*values):
                filled = list(arrays)
                for i, value in zip(places, values, strict=True):
                    filled[i] = value
                return f(tg, *filled)

            check_grads(free, [arrays[i] for i in places], order, directions=1)

    return check
