"""Jacobian and Hessian of a 64-32-10 net, side by side, in float32.

    python -m benchmarks.operators
    python benchmarks/operators.py --tasks J-input H-input --peers tensorgraph torch-func

Every contestant's result is compared with a complex step in double precision before it is timed.
"""

import argparse
import json
import sys
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import machine
from benchmarks.harness import Contestant, Policy, Result, compete, figure, quartiles, ratios, table

machine.single_thread()

from benchmarks.derivatives import PEERS, TASKS, prepare  # noqa: E402 - NumPy comes after its threads are set

OURS = "tensorgraph"


def report(label: str, results: dict[str, Result]) -> str:
    """The table of one task: time per call, its spread, and our time over each peer's."""
    ours = results.get(OURS)
    rows, notes = [], []
    for result in results.values():
        if result.skipped:
            notes.append(f"{result.label} skipped: {result.skipped}")
            continue
        low, median, high = (1e3 * value for value in quartiles(result.seconds))
        row = [result.label, figure(median), f"{figure(low)} – {figure(high)}"]
        if ours is None or ours.skipped or ours is result:
            row += ["", ""]
        else:
            less, ratio, more = ratios(ours, result)
            row += [f"{ratio:.2f}", f"{less:.2f} – {more:.2f}"]
        rows.append([*row, f"{result.share:.0%}"])
    head = [label, "ms/call", "quartiles", "ours/theirs", "quartiles", "of core"]
    return "\n".join([table(head, rows), *notes])


def goals(outcome: dict[str, dict[str, Result]]) -> list[tuple[str, bool]]:
    """The goals that this run can judge, and whether they are met: for one sample no slower than PyTorch's eager mode."""
    verdicts = []
    for name, results in outcome.items():
        if not TASKS[name].judged:
            continue
        ours = results.get(OURS)
        for peer in ("torch-func", "torch-autograd"):
            theirs = results.get(peer)
            if ours and theirs and ours.seconds and theirs.seconds:
                ratio = ratios(ours, theirs)[1]
                verdicts.append((f"{name}: {ratio:.2f} of {theirs.label}, goal at most 1.00", ratio <= 1.0))
    return verdicts


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 with `--check` if a goal is missed."""
    parser = argparse.ArgumentParser(description="Jacobians and Hessians against other engines.")
    for option, known in (("--tasks", TASKS), ("--peers", PEERS)):
        choice = {"choices": known, "default": list(known), "metavar": "NAME", "help": ", ".join(known)}
        parser.add_argument(option, nargs="+", **choice)
    parser.add_argument("--rounds", type=int, default=21, help="interleaved bursts per contestant (default: 21)")
    parser.add_argument("--seconds", type=float, default=0.02, help="length of a burst (default: 0.02)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    machine.add_options(parser)
    options = parser.parse_args(arguments)

    facts = machine.start(options)
    if not options.json:
        print(machine.header(facts, "Jacobian and Hessian of a 64-32-10 net, float32"), flush=True)
    policy = Policy(options.rounds, options.seconds, options.gc == "on", options.clock)
    outcome: dict[str, dict[str, Result]] = {}
    for name in options.tasks:
        results = compete([Contestant(PEERS[peer][0], prepare, (peer, name)) for peer in options.peers], policy)
        outcome[name] = dict(zip(options.peers, results, strict=True))
        if not options.json:
            print(f"\n{report(TASKS[name].label, outcome[name])}", flush=True)

    verdicts = goals(outcome)
    if options.json:
        tasks = {name: {peer: r.summary() for peer, r in results.items()} for name, results in outcome.items()}
        print(json.dumps({"machine": facts, "tasks": tasks, "goals": dict(verdicts)}, indent=1))
    elif verdicts:
        print("\nGoals")
        print("\n".join(f"  {'met   ' if met else 'MISSED'}  {claim}" for claim, met in verdicts))
    return int(options.check and not all(met for _, met in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
