"""Sums and products in place: the same numbers as without, and never in memory that somebody else sees."""

from __future__ import annotations

from typing import Any

import numpy as np

import tensorgraph as tg
from tensorgraph.core.batch import Batch, new_level
from tensorgraph.core.in_place import IN_PLACE_FROM, plus, times

N = IN_PLACE_FROM + 1


def fresh(level: int, value: float = 1.0) -> Batch:
    return Batch(np.full((2, N), value), (level,))


def test_a_sum_takes_the_memory_of_a_batch_that_nobody_holds() -> None:
    with new_level(2) as (level, _):
        held = []

        def summed() -> Any:
            total = fresh(level)
            held.append(total.value.ctypes.data)
            return plus(total, fresh(level, 2.0))

        z = summed()
        assert z.value.ctypes.data == held[0]
        assert (z.value == 3.0).all()


def test_a_sum_leaves_alone_what_somebody_holds() -> None:
    with new_level(2) as (level, _):
        total = fresh(level)
        keeps: dict[str, Any] = {"batch": total}
        z = plus(total, fresh(level, 2.0))
        assert (keeps["batch"].value == 1.0).all()
        assert (z.value == 3.0).all()
        array = np.ones((2, N))

        def of_an_array_held_elsewhere() -> Any:
            total = Batch(array, (level,))
            return plus(total, fresh(level, 2.0))

        def of_a_view() -> Any:
            total = Batch(np.ones((4, N))[:2], (level,))
            return plus(total, fresh(level, 2.0))

        def of_a_frozen_one() -> Any:
            frozen = np.ones((2, N))
            frozen.flags.writeable = False
            total = Batch(frozen, (level,))
            del frozen
            return plus(total, fresh(level, 2.0))

        for case in (of_an_array_held_elsewhere, of_a_view, of_a_frozen_one):
            assert (case().value == 3.0).all()
        assert (array == 1.0).all()


def test_sums_of_what_is_not_alike() -> None:
    with new_level(2) as (level, _):
        assert (plus(fresh(level), np.ones(N)).value == 2.0).all()
        assert plus(fresh(level), Batch(np.ones((2, 1, N)), (level,))).shape == (1, N)
        single = Batch(np.ones((2, N), np.float32), (level,))
        assert plus(single, fresh(level)).dtype == np.float64
    assert plus(np.ones(N), np.ones(N))[0] == 2.0


def test_products() -> None:
    g, partial = np.full(N, 2.0), np.full(N, 3.0)
    assert (times(g, partial) == 6.0).all()
    assert (g == 2.0).all()
    assert (partial == 3.0).all()
    assert times(g, 1) is g
    assert (times(g, -1) == -2.0).all()


def test_jacobians_of_large_sums_row_by_row() -> None:
    x = np.random.default_rng(0).normal(size=80)

    def f(x: Any) -> Any:
        y = tg.sin(x) * x + x
        return (y * x + tg.outer(x, y).sum(axis=0)) * y

    _, push = tg.linearize(f, x)
    expected = np.stack([push(e).numpy() for e in np.eye(80)], -1)
    np.testing.assert_allclose(tg.jacobian(f, mode="forward")(x).numpy(), expected, rtol=1e-12, atol=1e-13)
