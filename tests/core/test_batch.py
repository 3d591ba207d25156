"""Batches: levels opened and closed again in any order, what a batch tells of itself, and what it keeps for itself."""

from __future__ import annotations

import copy
import itertools
import threading

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.batch import (
    Batch,
    array_of,
    gathered,
    in_levels,
    levels_here,
    new_level,
    spread,
    tensor_of,
    whole,
)
from tensorgraph.core.tensor import wrap

SIZES = (2, 3, 4)
LEVELS = (11, 22, 33)
VALUE = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)


@pytest.mark.parametrize("count", range(4))
def test_spread_and_gathered_are_inverse(count: int) -> None:
    for kept in itertools.permutations(range(3), count):
        levels = tuple((LEVELS[i], SIZES[i]) for i in kept)
        batch = Batch(VALUE, LEVELS)
        open_ = spread(batch, levels)
        assert open_.shape == (*(SIZES[i] for i in kept), 5)
        back = gathered(open_, levels)
        assert back.levels == LEVELS
        np.testing.assert_array_equal(back.value, VALUE)


def test_spread_repeats_along_missing_levels() -> None:
    batch = Batch(VALUE[0, :, 0], (22,))
    open_ = spread(batch, ((11, 2), (22, 3), (33, 4)))
    assert open_.shape == (2, 3, 4, 5)
    for i, j in itertools.product(range(2), range(4)):
        np.testing.assert_array_equal(open_[i, :, j], VALUE[0, :, 0])
    assert spread(np.ones(5), ((11, 2),)).shape == (2, 5)
    assert spread(VALUE, ()) is VALUE
    part = whole(Batch(VALUE, LEVELS), 33, 4)
    assert (part.levels, part.shape) == ((11, 22), (4, 5))


def test_what_a_batch_tells() -> None:
    batch = Batch(wrap(VALUE), LEVELS[:2])
    assert (batch.shape, batch.ndim, batch.size, batch.dtype) == ((4, 5), 2, 20, VALUE.dtype)
    assert (batch.itemsize, batch.nbytes, len(batch)) == (8, 160, 4)
    assert repr(batch) == "batch(float64[4,5], 2 × 3 examples)"
    assert isinstance(batch, tg.Tensor)
    assert not batch.requires_grad
    assert copy.copy(batch) is batch
    assert copy.deepcopy(batch) is batch
    assert np.shape(batch) == (4, 5)
    assert np.result_type(batch, np.float32) == np.float64
    batch.name = "x"
    assert batch.name == batch.value.name == "x"
    assert batch.detach().levels == batch.levels
    assert array_of(batch).value is VALUE
    assert tensor_of(array_of(batch)).value._data is VALUE


def test_what_a_batch_keeps_for_itself() -> None:
    batch = Batch(wrap(VALUE), LEVELS[:3])
    for ask in (bool, float, int, complex, np.asarray, lambda b: b.numpy(), lambda b: b.tolist(), lambda b: b.item()):
        with pytest.raises(tg.errors.CoercionError, match="every example of a vmap"):
            ask(batch)
    for change in (lambda: batch.assign(1.0), lambda: batch.__setitem__(0, 1.0)):
        with pytest.raises(tg.errors.MutationError):
            change()
    with pytest.raises(tg.errors.GradientError):
        batch.requires_grad = True
    with pytest.raises(tg.errors.GradientError):
        batch.backward()


def test_levels_belong_to_their_context() -> None:
    assert levels_here() == ()
    with new_level(2) as outer, new_level(3) as inner:
        assert levels_here() == (outer, inner)
        assert outer[0] < inner[0]
        seen = []
        thread = threading.Thread(target=lambda: seen.append(levels_here()))
        thread.start()
        thread.join()
        assert seen == [()]
        with in_levels(()):
            assert levels_here() == ()
        assert levels_here() == (outer, inner)
    assert levels_here() == ()
