"""Timing side by side: one process per contestant, bursts interleaved, medians and ratios with their spread.

Each contestant lives in a process of its own, so that no library's threads, allocator or collector disturbs another's.
All processes sit on the same core and only one works at a time. In every round each contestant runs one burst of calls,
and a ratio is taken *within* a round: what slows the machine for a moment slows both sides of it.

May import the standard library and `machine`.
"""

import gc
import multiprocessing
import statistics
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from multiprocessing.connection import Connection
from typing import Any

from benchmarks import machine

Figures = dict[str, float]


@dataclass(frozen=True)
class Contestant:
    """Something to time: `prepare(*args)`, run in a process of its own, gives the call to time and facts about it."""

    label: str
    prepare: Callable[..., tuple[Callable[[], object], dict[str, Any]]]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Policy:
    """What holds for all contestants alike: rounds, the length of a burst, the collector, the clock."""

    rounds: int
    seconds: float = 0.02
    collect: bool = True
    clock: str = "wall"


@dataclass
class Result:
    """Seconds per call of one contestant, one entry per round; `skipped` says why there are none."""

    label: str
    seconds: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    share: float = 1.0
    skipped: str | None = None

    def summary(self) -> dict[str, Any]:
        """All that `--json` prints about a contestant."""
        if self.skipped:
            return {"label": self.label, "skipped": self.skipped}
        low, median, high = quartiles(self.seconds)
        spread = {"median": median, "lower_quartile": low, "upper_quartile": high}
        return {"label": self.label, **spread, "rounds": self.seconds, "share_of_core": self.share, **self.facts}


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def ratios(ours: Result, theirs: Result) -> tuple[float, float, float]:
    """Quartiles of our time over theirs, taken round by round."""
    return quartiles([mine / other for mine, other in zip(ours.seconds, theirs.seconds, strict=True)])


def burst(call: Callable[[], object], count: int) -> tuple[float, float]:
    """Wall and processor seconds of `count` calls."""
    cpu = time.process_time()
    wall = time.perf_counter()
    for _ in repeat(None, count):
        call()
    return time.perf_counter() - wall, time.process_time() - cpu


def calibrate(call: Callable[[], object], seconds: float) -> int:
    """How many calls make a burst of about this length; warms the call up on the way."""
    count = 1
    while True:
        elapsed, _ = burst(call, count)
        if elapsed >= seconds:
            return max(1, round(count * seconds / elapsed))
        count = max(count + 1, min(count * 10, round(1.2 * count * seconds / max(elapsed, 1e-9))))


def _serve(pipe: Connection, contestant: Contestant, policy: Policy) -> None:
    """Life of a contestant's process: prepare, answer, then run a burst for each message until told to stop."""
    try:
        try:
            call, facts = contestant.prepare(*contestant.args)
        except ImportError as error:
            pipe.send(("skipped", str(error)))
            return
        gc.collect()
        count = calibrate(call, policy.seconds)
        machine.settle(policy.collect)
        pipe.send(("ready", facts | {"calls_per_burst": count}))
        while pipe.recv():
            wall, cpu = burst(call, count)
            pipe.send(((cpu if policy.clock == "cpu" else wall) / count, cpu / wall))
    except Exception:  # noqa: BLE001 - whatever went wrong belongs on the other side of the pipe
        pipe.send(("failed", traceback.format_exc()))


class _Worker:
    """A contestant's process, and what it has measured."""

    def __init__(self, contestant: Contestant, policy: Policy) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, contestant, policy), daemon=True)
        self.process.start()
        other.close()
        self.result = Result(contestant.label)
        self.shares: list[float] = []
        state, news = self._receive()
        if state == "failed":
            raise RuntimeError(f"{contestant.label} failed:\n{news}")
        if state == "skipped":
            self.result.skipped = news
        else:
            self.result.facts = news

    def _receive(self) -> Any:
        try:
            return self.pipe.recv()
        except EOFError:
            self.process.join()
            raise RuntimeError(f"{self.result.label}: its process ended with code {self.process.exitcode}") from None

    def run(self) -> None:
        self.pipe.send(True)
        first, second = self._receive()
        if first == "failed":
            raise RuntimeError(f"{self.result.label} failed:\n{second}")
        self.result.seconds.append(first)
        self.shares.append(second)
        self.result.share = statistics.median(self.shares)

    def stop(self) -> None:
        if self.process.is_alive() and not self.result.skipped:
            self.pipe.send(False)
        self.pipe.close()
        self.process.join(timeout=10)
        if self.process.is_alive():
            self.process.kill()


def compete(contestants: Sequence[Contestant], policy: Policy) -> list[Result]:
    """Time all contestants in interleaved rounds, each in its own process; who cannot be imported is skipped.

    The order rotates from round to round, so that nobody always runs after the same neighbour.

    Raises:
        RuntimeError: A contestant failed for another reason than a missing package.
    """
    workers: list[_Worker] = []
    try:
        workers.extend(_Worker(contestant, policy) for contestant in contestants)
        racing = [worker for worker in workers if not worker.result.skipped]
        for first in range(policy.rounds):
            for place in range(len(racing)):
                racing[(first + place) % len(racing)].run()
    finally:
        for worker in workers:
            worker.stop()
    return [worker.result for worker in workers]


def _answer(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        pipe.send(function(*args))
    except ImportError as error:
        pipe.send(f"skipped: {error}")
    except Exception:  # noqa: BLE001 - whatever went wrong belongs on the other side of the pipe
        pipe.send(traceback.format_exc())


def isolated(function: Callable[..., Figures], args: tuple[Any, ...], *, limit: float) -> Figures | str:
    """What `function(*args)` returns in a fresh process, or why it returned nothing within `limit` seconds."""
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(other, function, args), daemon=True)
    process.start()
    other.close()
    try:
        answer = pipe.recv() if pipe.poll(limit) else f"given up after {limit:g} s"
    except EOFError:
        process.join()
        answer = f"ended with code {process.exitcode}"
    process.kill()
    process.join()
    pipe.close()
    return answer


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows aligned in columns: text to the left in the first column, figures to the right in the others."""
    width = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]

    def lines() -> Iterator[str]:
        for line in (head, ["-" * w for w in width], *rows):
            cells = [line[0].ljust(width[0]), *(cell.rjust(w) for cell, w in zip(line[1:], width[1:], strict=True))]
            yield "  ".join(cells).rstrip()

    return "\n".join(lines())


def figure(value: float) -> str:
    """Three significant digits without an exponent: 0.0312, 1.24, 18.3, 12,300.

    >>> [figure(x) for x in (0.0312, 1.239, 18.34, 12345.0)]
    ['0.0312', '1.24', '18.3', '12,345']
    """
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    places = 2 if abs(value) >= 1 else 3
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.{places}f}"
