"""Recording switches belong to a context: threads, tasks and generators do not see each other's."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

import tensorgraph as tg
from tensorgraph.core.recording import is_recording, observing


def test_no_grad_records_nothing_and_ends_with_its_block() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    with tg.no_grad():
        assert not (x * x).requires_grad
        with tg.no_grad():
            pass
        assert not is_recording()
        assert float(x) == 2.0
    assert (x * x).requires_grad
    with pytest.raises(RuntimeError), tg.no_grad():
        raise RuntimeError
    assert is_recording()


def test_no_grad_decorates_functions_generators_and_coroutines() -> None:
    @tg.no_grad()
    def function() -> bool:
        return is_recording()

    @tg.no_grad()
    def generator() -> Iterator[bool]:
        received = yield is_recording()
        assert received is None
        try:
            yield is_recording()
        except KeyError:
            yield is_recording()

    @tg.no_grad()
    async def coroutine() -> bool:
        await asyncio.sleep(0)
        return is_recording()

    assert function() is False
    steps = generator()
    seen = []
    for _ in range(2):
        seen.append(next(steps))
        assert is_recording(), "the consumer runs with its own switch"
    seen.append(steps.throw(KeyError()))  # type: ignore[attr-defined]
    assert seen == [False, False, False]
    assert asyncio.run(coroutine()) is False

    async def stream() -> AsyncIterator[int]:
        yield 1

    with pytest.raises(tg.errors.ArgumentError, match="async generator"):
        tg.no_grad()(stream)


def test_tasks_that_share_one_switch_object_do_not_interfere() -> None:
    switch = tg.no_grad()

    async def task(pause: float) -> list[bool]:
        seen = [is_recording()]
        with switch:
            await asyncio.sleep(pause)
            seen.append(is_recording())
        seen.append(is_recording())
        return seen

    async def main() -> list[list[bool]]:
        return await asyncio.gather(*(task(p) for p in (0.003, 0.001, 0.002)))

    assert asyncio.run(main()) == [[True, False, True]] * 3
    assert is_recording()


def test_nested_gradients_in_eight_threads() -> None:
    wrong: list[float] = []

    def work(k: int) -> None:
        for i in range(200):
            point = 1.0 + (k * 31 + i) % 7
            second = tg.grad(tg.grad(lambda x: x**4))(point).item()
            with tg.no_grad():
                quiet = (tg.tensor(1.0, requires_grad=True) * 2).requires_grad
            if second != pytest.approx(12 * point**2) or quiet:
                wrong.append(point)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong


def test_observers_see_every_result_also_of_constants_and_under_no_grad() -> None:
    seen: list[tuple[str, bool]] = []
    x = tg.tensor(2.0, requires_grad=True)
    with observing(lambda z: seen.append((z.op.name, z.requires_grad))):
        tg.exp(1.0)
        x * 2.0
        with tg.no_grad():
            assert not is_recording()
            x + 1.0
        assert is_recording()
        assert (x - 1.0).requires_grad
    tg.exp(1.0)
    assert seen == [("exp", False), ("multiply", True), ("add", False), ("subtract", True)]
