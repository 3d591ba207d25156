"""What recording costs: microseconds per op over the bare NumPy call for the same small arrays.

    python -m benchmarks.overhead

Both sides run in one process, statement by statement in interleaved rounds; the figure "over" is the median of the
differences taken within a round. NumPy's side is the same spelling; of a sum also the bare ufunc, which users do not
write and to which no goal is tied. The time of a recorded op includes the release of its result.
"""

import argparse
import json
import sys
import timeit
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import machine
from benchmarks.harness import Policy, quartiles, table

machine.single_thread()

import numpy as np  # noqa: E402 - comes after its threads are set

GOAL = 0.5


@dataclass(frozen=True)
class Case:
    """One op on arrays of one shape: our statement and NumPy's, in the variables x and y."""

    name: str
    ours: str
    numpy: str
    shape: tuple[int, ...] = (8,)
    judged: bool = False


CASES = (
    Case("add", "x + y", "x + y", judged=True),
    Case("add", "tg.add(x, y)", "np.add(x, y)", judged=True),
    Case("sum", "x.sum()", "x.sum()", judged=True),
    Case("sum", "tg.sum(x)", "np.sum(x)", judged=True),
    Case("sum", "tg.sum(x)", "np.add.reduce(x)"),
    Case("getitem", "x[2]", "x[2]", judged=True),
    Case("getitem", "x[1:3]", "x[1:3]", judged=True),
    Case("multiply", "x * y", "x * y"),
    Case("multiply", "x * 2.0", "x * 2.0"),
    Case("exp", "tg.exp(x)", "np.exp(x)"),
    Case("matmul", "x @ y", "x @ y", shape=(4, 4)),
    Case("reshape", "x.reshape((2, 4))", "x.reshape((2, 4))"),
    Case("reshape", "tg.reshape(x, (2, 4))", "np.reshape(x, (2, 4))"),
)


def measure(case: Case, policy: Policy) -> dict[str, Any]:
    """Quartiles of µs per op: NumPy's, ours recorded and unrecorded, and how much more these take."""
    import tensorgraph as tg

    x, y = np.linspace(0.1, 0.9, 2 * int(np.prod(case.shape))).reshape(2, *case.shape)
    operands = {
        "numpy": (x, y),
        "recorded": (tg.tensor(x, requires_grad=True), tg.tensor(y, requires_grad=True)),
        "unrecorded": (tg.tensor(x), tg.tensor(y)),
    }
    timers = {}
    for kind, (first, second) in operands.items():
        statement = case.numpy if kind == "numpy" else case.ours
        # timeit turns the collector off; the setup runs after that.
        setup = "import gc; gc.enable()" if policy.collect else "pass"
        names = {"np": np, "tg": tg, "x": first, "y": second}
        timers[kind] = timeit.Timer(statement, setup, machine.CLOCKS[policy.clock], globals=names)
    counts = {}
    for kind, timer in timers.items():
        calls, elapsed = timer.autorange()
        counts[kind] = max(1, round(calls * policy.seconds / elapsed))
    samples: dict[str, list[float]] = {kind: [] for kind in timers}
    for _ in range(policy.rounds):
        for kind, timer in timers.items():
            samples[kind].append(1e6 * timer.timeit(counts[kind]) / counts[kind])
    outcome: dict[str, Any] = {kind: quartiles(values) for kind, values in samples.items()}
    for kind in ("recorded", "unrecorded"):
        over = [ours - bare for ours, bare in zip(samples[kind], samples["numpy"], strict=True)]
        outcome[f"{kind}_over"] = quartiles(over)
    return outcome


def report(outcome: dict[Case, dict[str, Any]]) -> str:
    """The table of all cases."""
    rows = []
    for case, found in outcome.items():
        low, over, high = found["recorded_over"]
        verdict = ("met" if over < GOAL else "MISSED") if case.judged else ""
        figures = [found["numpy"][1], found["recorded"][1], over]
        row = [f"{case.name:9} {case.ours}", case.numpy, *(f"{value:.3f}" for value in figures)]
        rows.append([*row, f"{low:.3f} – {high:.3f}", f"{found['unrecorded_over'][1]:.3f}", verdict])
    head = ["op", "NumPy's", "NumPy µs", "recorded µs", "over", "quartiles", "over, unrecorded", f"goal < {GOAL}"]
    return table(head, rows)


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 with `--check` if a goal is missed."""
    parser = argparse.ArgumentParser(description="Microseconds per op over bare NumPy.")
    parser.add_argument("--rounds", type=int, default=41, help="interleaved rounds (default: 41)")
    parser.add_argument("--seconds", type=float, default=0.01, help="length of a burst (default: 0.01)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    machine.add_options(parser)
    options = parser.parse_args(arguments)

    facts = machine.start(options)
    import tensorgraph  # noqa: F401 - what an import leaves behind is frozen by settle

    machine.settle(options.gc == "on")
    policy = Policy(options.rounds, options.seconds, options.gc == "on", options.clock)
    outcome = {case: measure(case, policy) for case in CASES}
    if options.json:
        cases = [{"op": case.name, "ours": case.ours, "numpy": case.numpy} | found for case, found in outcome.items()]
        print(json.dumps({"machine": facts, "cases": cases}, indent=1))
    else:
        print(machine.header(facts, "µs per op over bare NumPy, 8 float64 elements (matmul: 4 by 4)"))
        print(f"\n{report(outcome)}")
    judged = [found["recorded_over"][1] < GOAL for case, found in outcome.items() if case.judged]
    return int(options.check and not all(judged))


if __name__ == "__main__":
    raise SystemExit(main())
