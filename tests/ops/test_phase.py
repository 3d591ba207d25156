"""Phases with jumps: NumPy's values, and a gradient that passes through."""

import numpy as np

import tensorgraph as tg
from tensorgraph.testing import check_grads

X = np.array([[0.0, 3.0, -3.0, 2.5], [1.0, 8.0, 15.5, 30.0]])


def test_values_are_numpys():
    for keywords in ({}, {"axis": 0}, {"discont": 5.0}, {"period": 4.0}, {"discont": 3.0, "period": 4.0, "axis": 0}):
        np.testing.assert_array_equal(tg.unwrap(X, **keywords).numpy(), np.unwrap(X, **keywords))
        np.testing.assert_array_equal(np.unwrap(tg.tensor(X), **keywords).numpy(), np.unwrap(X, **keywords))
    integers = np.array([0, 7, 14])
    assert tg.unwrap(integers, period=10).dtype == np.unwrap(integers, period=10).dtype


def test_the_gradient_passes_through_the_jumps():
    check_grads(lambda x: tg.unwrap(x) ** 2, [X])
