"""Indices made of indices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@given(SHAPES, st.sampled_from("CF"), st.integers(0, 99))
def test_there_and_back(shape, order, seed):
    places = np.random.default_rng(seed).integers(0, np.prod(shape), (2, 3))
    found = tg.unravel_index(places, shape, order)
    for f, e in zip(found, np.unravel_index(places, shape, order), strict=True):
        assert f.tolist() == e.tolist()
    assert tg.ravel_multi_index(found, shape, order=order).tolist() == places.tolist()
    assert np.ravel_multi_index(tuple(found), shape, order=order).tolist() == places.tolist()
    assert [t.tolist() for t in np.unravel_index(tg.tensor(places), shape, order)] == [t.tolist() for t in found]


@pytest.mark.parametrize("mode", ["wrap", "clip", ("wrap", "clip")])
def test_modes(mode):
    index = ([-1, 5, 1], [7, -9, 2])
    assert tg.ravel_multi_index(index, (3, 4), mode).tolist() == np.ravel_multi_index(index, (3, 4), mode).tolist()


def test_ix_():
    for lines in (([0, 2], [1]), ([True, False, True], [0, 3]), ([], [1]), ([1, 1],)):
        found, expected = tg.ix_(*lines), np.ix_(*lines)
        assert [(t.tolist(), t.shape) for t in found] == [(t.tolist(), t.shape) for t in expected]
    x = tg.tensor(np.arange(12.0).reshape(3, 4), requires_grad=True)
    x[np.ix_(tg.tensor([0, 2]), [1, 1])].sum().backward()
    assert x.grad.tolist() == [[0, 2, 0, 0], [0, 0, 0, 0], [0, 2, 0, 0]]


def test_refusals():
    with pytest.raises(ShapeError, match="one axis"):
        tg.ix_([[1]])
    with pytest.raises(IndexingError, match="out of bounds for size 6"):
        tg.unravel_index([6], (2, 3))
    with pytest.raises(IndexingError, match="out of bounds for size 2"):
        tg.ravel_multi_index(([2], [0]), (2, 3))
    with pytest.raises(DtypeError, match="integers"):
        tg.unravel_index([0.5], (2, 3))
    for call in (
        lambda: tg.unravel_index([0], (2,), "K"),
        lambda: tg.ravel_multi_index(([0],), (2, 3)),
        lambda: tg.ravel_multi_index(([0],), (2,), "over"),
    ):
        with pytest.raises(ArgumentError, match="expected"):
            call()
