"""Numbers in place of NaN and infinities."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError

X = np.array([1.0, np.nan, np.inf, -np.inf, -2.0])


def test_values_are_numpys():
    for keywords in ({}, {"nan": 7.0, "posinf": 1.0, "neginf": -1.0}, {"posinf": 3.0}):
        for x in (X, X.astype(np.float32), np.arange(3), np.stack((X, X[::-1]), axis=-1).view(complex)):
            found = tg.nan_to_num(x, **keywords)
            expected = np.nan_to_num(x, **keywords)
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found.numpy(), expected)


def test_the_gradient_is_zero_where_a_number_was_put_in():
    found = tg.grad(lambda x: (tg.nan_to_num(x, nan=5.0, posinf=0, neginf=0) * np.arange(1.0, 6.0)).sum())(X)
    np.testing.assert_array_equal(found.numpy(), [1, 0, 0, 0, 5])
    _, tangent = tg.jvp(tg.nan_to_num, (X,), (np.ones(5),))
    np.testing.assert_array_equal(tangent.numpy(), [1, 0, 0, 0, 1])


def test_real_and_imaginary_part_are_told_apart():
    z = np.array([complex(np.nan, 1.0), complex(1.0, np.inf), 1 + 1j])
    _, pullback = tg.vjp(tg.nan_to_num, z)
    np.testing.assert_array_equal(pullback(np.array([2 + 3j] * 3))[0].numpy(), [3j, 2, 2 + 3j])


def test_writing_in_place_is_refused():
    with pytest.raises(ArgumentError, match="copy=False"):
        tg.nan_to_num(X, copy=False)
    t = tg.tensor(X, requires_grad=True)
    assert np.nan_to_num(t, nan=1.0).op.name == "nan_to_num"
