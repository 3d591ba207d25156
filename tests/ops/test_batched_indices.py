"""Reading and writing at indices under vmap: every pattern that Hypothesis finds, shared and differing arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.ops import batched_indices

SHAPE = (3, 4, 2, 3)
SIZE = 3

arrays = st.sampled_from(["array", "array 2", "mask"])
items = st.one_of(
    st.just(slice(None)),
    st.just(slice(None, None, -1)),
    st.just(slice(1, None)),
    st.just(None),
    st.integers(0, 1),
    arrays,
)


@st.composite
def indices(draw: st.DrawFn) -> tuple[list[Any], list[bool]]:
    """A pattern for an array of SHAPE, and which of its arrays differ between the examples."""
    pattern = draw(st.lists(items, min_size=1, max_size=5))
    if draw(st.booleans()):
        pattern.insert(draw(st.integers(0, len(pattern))), Ellipsis)
    assume(sum(item is not None and item is not Ellipsis for item in pattern) <= len(SHAPE))
    led = [draw(st.booleans()) for item in pattern if isinstance(item, str)]
    return pattern, led


def filled(pattern: list[Any], led: list[bool], rng: np.random.Generator) -> tuple[list[Any], list[bool]]:
    """The pattern with arrays in it: of all examples where they differ."""
    used = sum(item is not None and item is not Ellipsis for item in pattern)
    axis, index, places = 0, [], []
    differ = iter(led)
    for item in pattern:
        if item is Ellipsis:
            axis += len(SHAPE) - used
        if isinstance(item, str):
            many = next(differ)
            lead = (SIZE,) if many else ()
            if item == "mask":
                marks = np.zeros(SHAPE[axis], np.bool_)
                marks[:2] = True
                index.append(np.stack([np.roll(marks, k) for k in range(SIZE)]) if many else marks)
            else:
                shape = (*lead, 2) if item == "array" else (*lead, 2, 1)
                index.append(rng.integers(-SHAPE[axis], SHAPE[axis], shape))
            places.append(many)
        else:
            index.append(item)
        axis += item is not None and item is not Ellipsis
    return index, places


def at(index: list[Any], places: list[bool], k: int) -> tuple[Any, ...]:
    differ = iter(places)
    return tuple(item[k] if isinstance(item, np.ndarray) and next(differ) else item for item in index)


@settings(max_examples=150)
@given(drawn=indices(), own=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_any_index(drawn: tuple[list[Any], list[bool]], own: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    index, places = filled(*drawn, rng)
    given_ = [item for item in index if isinstance(item, np.ndarray)]
    assume(own or any(places))
    x = rng.normal(size=(SIZE, *SHAPE) if own else SHAPE)
    try:
        expected = np.stack([(x[k] if own else x)[at(index, places, k)] for k in range(SIZE)])
    except (IndexError, ValueError):
        assume(False)
        return
    weights = rng.normal(size=expected.shape)
    axes = (0 if own else None, 0, *(0 if many else None for many in places))

    def refilled(arrays: Any) -> tuple[Any, ...]:
        rest = iter(arrays)
        return tuple(next(rest) if isinstance(item, np.ndarray) else item for item in index)

    def read(x: Any, w: Any, *arrays: Any) -> Any:
        return x[refilled(arrays)] * w

    operands = [tg.tensor(v) for v in (x, weights, *given_)]
    found = tg.vmap(read, axes)(*operands).numpy()
    np.testing.assert_allclose(found, expected * weights)

    # The gradient of each example: its weights, added at its own places.
    gradient = tg.vmap(tg.grad(lambda x, w, *a: read(x, w, *a).sum()), axes)(*operands).numpy()
    for k in range(SIZE):
        truth = np.zeros(SHAPE)
        np.add.at(truth, at(index, places, k), weights[k])
        np.testing.assert_allclose(gradient[k], truth, atol=1e-14)

    def written(x: Any, w: Any, *arrays: Any) -> Any:
        return x.at[refilled(arrays)].add(w)

    changed = tg.vmap(written, axes)(*operands).numpy()
    for k in range(SIZE):
        truth = (x[k] if own else x).copy()
        np.add.at(truth, at(index, places, k), weights[k])
        np.testing.assert_allclose(changed[k], truth, atol=1e-13)


def test_the_layout_is_numpys() -> None:
    rng = np.random.default_rng(0)
    x = np.empty((2, 3, 4, 5))
    for pattern, arrays in (
        (("array", slice(None), "array"), [(2,), (2, 1)]),
        ((slice(None), "array", "array"), [(2,), (2, 1)]),
        ((Ellipsis, "array", None), [(6, 1)]),
        ((0, slice(None), "array"), [()]),
        ((None, "array", 1, slice(1)), [(3, 3, 3)]),
    ):
        index = [rng.integers(0, 2, shape) for shape in arrays]
        layout = batched_indices._layout(pattern, [(i.ndim, False) for i in index], x.ndim)
        rest = iter(index)
        assert layout.ndim == x[tuple(next(rest) if isinstance(p, str) else p for p in pattern)].ndim
