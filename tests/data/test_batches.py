import doctest
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorgraph.data import batches
from tensorgraph.errors import ArgumentError, ShapeError


@given(
    n=st.integers(0, 40),
    size=st.integers(1, 50),
    rng=st.none() | st.integers(0, 5) | st.builds(np.random.default_rng, st.integers(0, 5)),
    drop_last=st.booleans(),
)
def test_an_epoch_holds_every_sample_once_in_batches_of_one_size(n, size, rng, drop_last):
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    epoch = list(batches(x, y, size=size, rng=rng, drop_last=drop_last))
    sizes = [size] * (n // size) + ([n % size] if n % size and not drop_last else [])
    assert [len(rows) for rows, _ in epoch] == sizes
    for rows, labels in epoch:
        np.testing.assert_array_equal(rows, x[labels])
    seen = [label for _, labels in epoch for label in labels]
    assert len(set(seen)) == len(seen) == sum(sizes)
    assert set(seen) <= set(range(n))
    if rng is None:
        assert seen == list(range(sum(sizes)))


def epoch_order(rng):
    return [int(v) for (labels,) in batches(np.arange(100), size=7, rng=rng) for v in labels]


def test_a_seed_repeats_the_order_and_a_generator_goes_on():
    assert epoch_order(3) == epoch_order(3) != epoch_order(4)
    first, second = np.random.default_rng(3), np.random.default_rng(3)
    epochs = [epoch_order(first) for _ in range(3)]
    assert epochs == [epoch_order(second) for _ in range(3)]
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert epochs[0] == epoch_order(3)


def test_the_order_is_drawn_at_the_call():
    rng = np.random.default_rng(0)
    first = batches(np.arange(10), size=10, rng=rng)
    second = batches(np.arange(10), size=10, rng=rng)
    (late,), (early,) = next(second), next(first)
    fresh = np.random.default_rng(0)
    np.testing.assert_array_equal(early, fresh.permutation(10))
    np.testing.assert_array_equal(late, fresh.permutation(10))


@pytest.mark.parametrize("rng", [None, 0])
def test_batches_are_copies(rng):
    x = np.zeros((4, 2), np.float32)
    for (rows,) in batches(x, size=2, rng=rng):
        assert rows.dtype == np.float32
        rows[...] = 1
    assert not x.any()


@pytest.mark.parametrize("size", [0, -1, 2.0, "2", None])
def test_a_bad_size_is_refused_at_the_call(size):
    with pytest.raises(ArgumentError, match="size is a number of samples, an integer ≥ 1, got"):
        batches(np.arange(3), size=size)


def test_arrays_that_do_not_fit_are_refused_at_the_call():
    with pytest.raises(ArgumentError, match="at least one array"):
        batches(size=2)
    with pytest.raises(ShapeError, match=r"same number of samples, got shapes \(3,\), \(4, 1\)"):
        batches(np.arange(3), np.ones((4, 1)), size=2)
    with pytest.raises(ShapeError, match=r"first axis of samples, got shapes \(3,\), \(\)"):
        batches(np.arange(3), 1.0, size=2)


def test_numpy_integers_are_sizes():
    assert [len(rows) for (rows,) in batches(np.arange(5), size=np.int64(2))] == [2, 2, 1]


def test_its_examples_run():
    assert doctest.testmod(inspect.getmodule(batches)).failed == 0
