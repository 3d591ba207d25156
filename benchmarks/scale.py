"""Growth with the graph: time and bytes per op of build, sweep and free, from 10³ to 10⁶ ops, against PyTorch and HIPS.

    python -m benchmarks.scale
    python -m benchmarks.scale --largest 100000 --engines tensorgraph torch

Each measurement has a fresh process. Small graphs are built many at a time, so that every process holds about as many
ops. Bytes are the growth of the resident set, which counts what C++ allocates as well. Every gradient is checked.
"""

import argparse
import json
import math
import statistics
import sys
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import machine
from benchmarks.harness import Figures, isolated, table

machine.single_thread()

from benchmarks.peers.graphs import ENGINES, OPS_PER_LINK  # noqa: E402 - NumPy comes after its threads are set

LABELS = {"tensorgraph": "tensorgraph", "torch": "PyTorch eager", "hips": "HIPS autograd"}
PHASES = ("build", "sweep", "free")
HELD = 100_000  # ops that a process holds at least


def memory(field: str) -> int:
    """`VmRSS` (now) or `VmHWM` (peak) of this process in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith(field))


def measure(name: str, shape: str, size: int, collect: bool, clock: str) -> Figures:
    """Seconds and bytes per op of one engine on graphs of `size` ops; runs in a process of its own."""
    engine = ENGINES[name]()
    now = machine.CLOCKS[clock]
    links = max(1, size // OPS_PER_LINK[shape])
    copies = max(1, HELD // size)
    engine.sweep(engine.build(shape, 10))
    machine.settle(collect)

    before = memory("VmRSS")
    start = now()
    graphs = [engine.build(shape, links) for _ in range(copies)]
    build = now() - start
    built = memory("VmRSS")
    start = now()
    gradients = [engine.sweep(graph) for graph in graphs]
    sweep = now() - start
    peak = memory("VmHWM")
    start = now()
    graphs.clear()
    free = now() - start

    expected = chain_gradient(links) if shape == "chain" else 1.0
    for gradient in gradients:
        if not math.isclose(gradient, expected, rel_tol=1e-9):
            raise ArithmeticError(f"{name}, {shape} of {links} links: gradient {gradient!r}, expected {expected!r}")
    ops = copies * links * OPS_PER_LINK[shape]
    totals = {"build": build, "sweep": sweep, "free": free, "bytes": built - before, "peak_bytes": peak - before}
    return {quantity: total / ops for quantity, total in totals.items()}


def chain_gradient(links: int) -> float:
    """Product of cos over the orbit of 1 under sin: the chain's gradient, by the chain rule in plain floats."""
    y, product = 1.0, 1.0
    for _ in range(links):
        product *= math.cos(y)
        y = math.sin(y)
    return product


def exponent(found: dict[int, Figures], quantity: str) -> float:
    """Growth p in "total ∝ sizeᵖ" between the smallest and the largest graph: 1 is linear."""
    small, large = min(found), max(found)
    return 1 + math.log(found[large][quantity] / found[small][quantity]) / math.log(large / small)


def report(shape: str, outcome: dict[str, dict[int, Figures | str]]) -> str:
    """The table of one shape, and below it growth and ratios."""
    rows, notes = [], []
    for name, sizes in outcome.items():
        good = {size: found for size, found in sizes.items() if isinstance(found, dict)}
        for size, found in sizes.items():
            if isinstance(found, str):
                notes.append(f"{LABELS[name]}, {size:,} ops: {found}")
                continue
            micro = [1e6 * found[phase] for phase in PHASES]
            bytes_ = [found["bytes"], found["peak_bytes"]]
            row = [LABELS[name], f"{size:,}", *(f"{value:.3f}" for value in [*micro, sum(micro)])]
            rows.append([*row, *(f"{value:,.0f}" if value > 0 else "–" for value in bytes_)])
        if len(good) > 1:
            powers = ", ".join(f"{quantity} {exponent(good, quantity):.2f}" for quantity in PHASES)
            notes.append(f"{LABELS[name]} grows with the power (1 is linear): {powers}")
    head = [shape, "ops", "build µs/op", "sweep µs/op", "free µs/op", "all µs/op", "bytes/op", "peak bytes/op"]
    return "\n".join([table(head, rows), *notes, *comparisons(outcome)])


def comparisons(outcome: dict[str, dict[int, Figures | str]]) -> list[str]:
    """Our time and memory over each peer's, on the largest graph that both finished."""
    lines = []
    ours = outcome.get("tensorgraph", {})
    for name, sizes in outcome.items():
        common = [size for size, found in sizes.items() if isinstance(found, dict) and isinstance(ours.get(size), dict)]
        if name == "tensorgraph" or not common:
            continue
        mine, theirs = ours[max(common)], sizes[max(common)]
        assert isinstance(mine, dict)
        assert isinstance(theirs, dict)
        time_ratio = sum(mine[phase] for phase in PHASES) / sum(theirs[phase] for phase in PHASES)
        line = f"tensorgraph at {max(common):,} ops: {time_ratio:.2f} of {LABELS[name]}'s time"
        if theirs["peak_bytes"] > 0:
            line += f", {mine['peak_bytes'] / theirs['peak_bytes']:.2f} of its peak memory"
        lines.append(line)
    return lines


def race(options: argparse.Namespace, shape: str) -> dict[str, dict[int, Figures | str]]:
    """All engines on all sizes of one shape, interleaved; medians over the rounds, or why there is no figure."""
    sizes = [10**power for power in range(3, 10) if 10**power <= options.largest]
    samples: dict[tuple[str, int], list[Figures]] = {}
    failures: dict[tuple[str, int], str] = {}
    for _ in range(options.rounds):
        for size in sizes:
            for name in options.engines:
                if (name, size) in failures:
                    continue
                answer = isolated(measure, (name, shape, size, options.gc == "on", options.clock), limit=options.limit)
                if isinstance(answer, str):
                    failures[name, size] = answer
                else:
                    samples.setdefault((name, size), []).append(answer)
    outcome: dict[str, dict[int, Figures | str]] = {}
    for name in options.engines:
        outcome[name] = {}
        for size in sizes:
            if (name, size) in failures:
                outcome[name][size] = failures[name, size]
            else:
                runs = samples[name, size]
                outcome[name][size] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return outcome


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time and bytes per op from 10³ to 10⁶ ops.")
    parser.add_argument("--largest", type=int, default=10**6, help="ops in the largest graph (default: 1000000)")
    parser.add_argument("--shapes", nargs="+", choices=OPS_PER_LINK, default=list(OPS_PER_LINK), metavar="SHAPE")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="ENGINE")
    parser.add_argument("--rounds", type=int, default=3, help="processes per measurement (default: 3)")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a measurement is given up")
    machine.add_options(parser)
    options = parser.parse_args(arguments)

    facts = machine.start(options)
    if not options.json:
        print(machine.header(facts, "Growth with the size of the graph, one float64 element"), flush=True)
    outcome = {}
    for shape in options.shapes:
        outcome[shape] = race(options, shape)
        if not options.json:
            print(f"\n{report(shape, outcome[shape])}", flush=True)
    if options.json:
        print(json.dumps({"machine": facts, "shapes": outcome}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
