"""Every card under vmap: a batch is its examples, in values and through the rules, whichever operands differ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS
from tensorgraph.testing.calls import Call, call_of, cases_of

SIZE = 3
BASES = {"complete_q", "full_svd"}
"""Bases of what a matrix leaves out, of which only the span is determined: tests/ops/linalg has projections for them."""

ALL = [name for name in OPS if name not in BASES]
SMOOTH = [name for name in ALL if OPS[name].differentiable]


def batches(name: str) -> Iterator[tuple[list[Call], list[np.ndarray]]]:
    """For each case of a card, one call for each of three examples, and their operands stacked."""
    op = OPS[name]
    rng = np.random.default_rng([*map(ord, name)])
    for case in cases_of(op):
        calls = [call_of(op, case, rng) for _ in range(SIZE)]
        yield calls, [np.stack(xs) for xs in zip(*(call.operands for call in calls), strict=True)]


def choices(count: int) -> list[tuple[bool, ...]]:
    """Which operands differ between the examples: each alone, and all."""
    alone = [tuple(i == j for j in range(count)) for i in range(count)]
    return list(dict.fromkeys([*alone, (True,) * count]))


@pytest.mark.parametrize("name", ALL)
def test_a_batch_is_its_examples(name: str) -> None:
    op = OPS[name]
    function: Any = op.function
    for calls, stacked in batches(name):
        for led in choices(len(stacked)):
            if name in DECIDED_BY_INDEX and any(led[i] for i in DECIDED_BY_INDEX[name]):
                continue

            def f(*xs: Any, call: Call = calls[0]) -> Any:
                return function(xs, **call.static) if op.variadic else function(*xs, **call.static)

            operands = [
                all_ if is_led else calls[0].operands[i]
                for i, (all_, is_led) in enumerate(zip(stacked, led, strict=False))
            ]
            expected = [
                f(*[x[k] if is_led else x for x, is_led in zip(operands, led, strict=False)]).numpy()
                for k in range(SIZE)
            ]
            found = tg.vmap(f, tuple(0 if is_led else None for is_led in led))(*operands)
            assert found.dtype == expected[0].dtype, (calls[0], led)
            assert found.shape == (SIZE, *expected[0].shape), (calls[0], led)
            np.testing.assert_allclose(
                found.numpy(), np.stack(expected), rtol=1e-13, atol=1e-14, err_msg=f"{calls[0]} {led}"
            )


DECIDED_BY_INDEX: dict[str, tuple[int, ...]] = {}


@pytest.mark.parametrize("name", SMOOTH)
def test_two_levels(name: str) -> None:
    op = OPS[name]
    function: Any = op.function
    for calls, stacked in itertools.islice(batches(name), 4):
        call = calls[0]
        free = call.free[:2]
        if not free:
            continue

        def f(*xs: Any, call: Call = call, free: tuple[int, ...] = free) -> Any:
            filled = list(call.operands)
            for i, x in zip(free, xs, strict=False):
                filled[i] = x
            return function(filled, **call.static) if op.variadic else function(*filled, **call.static)

        xs = [stacked[i] for i in free]
        if len(xs) == 1:
            two = [np.stack([xs[0], xs[0][::-1]])]
            found = tg.vmap(tg.vmap(f))(*two).numpy()
            expected = np.stack([[f(two[0][i, j]).numpy() for j in range(SIZE)] for i in range(2)])
        else:
            found = tg.vmap(tg.vmap(f, (None, 0)), (0, None))(*xs).numpy()
            expected = np.stack([[f(xs[0][i], xs[1][j]).numpy() for j in range(SIZE)] for i in range(SIZE)])
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14, err_msg=str(call))


@pytest.mark.parametrize("name", SMOOTH)
def test_rules_take_a_batch_of_cotangents_and_tangents(name: str) -> None:
    rng = np.random.default_rng(0)
    for (call, *_), _ in batches(name):
        with np.errstate(all="ignore"):
            z, back = tg.vjp(call.function, *call.values)
            ws = rng.normal(size=(SIZE, *z.shape)).astype(z.dtype)
            found = tg.vmap(back)(ws)
            rows = [back(w) for w in ws]
        for i, g in enumerate(found):
            np.testing.assert_allclose(
                g.numpy(), np.stack([row[i].numpy() for row in rows]), rtol=1e-12, atol=1e-13, err_msg=str(call)
            )

        def push(*tangents: Any, call: Call = call) -> Any:
            return tg.jvp(call.function, tuple(call.values), tangents)[1]

        vs = [rng.normal(size=(SIZE, *x.shape)).astype(x.dtype) for x in call.values]
        for led in choices(len(vs)) if vs else ():
            tangents = [v if is_led else v[0] for v, is_led in zip(vs, led, strict=False)]
            together = tg.vmap(push, tuple(0 if is_led else None for is_led in led))(*tangents).numpy()
            single = [
                push(*[v[k] if is_led else v for v, is_led in zip(tangents, led, strict=False)]).numpy()
                for k in range(SIZE)
            ]
            np.testing.assert_allclose(together, np.stack(single), rtol=1e-12, atol=1e-13, err_msg=str(call))
