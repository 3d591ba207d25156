"""One training step, side by side: forward, cost with weight decay, gradients, gradient descent, in float32.

    python -m benchmarks.step
    python benchmarks/step.py --nets 2-3-1 64-32-10 --peers tensorgraph torch hips

Every contestant first takes three steps that are checked against float64; who computes other numbers stops the run.
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

from benchmarks.peers import PEERS, prepare  # noqa: E402 - NumPy comes after its threads are set
from benchmarks.problem import NETS, Net  # noqa: E402

OURS = "tensorgraph"
SMALL = ("2-3-1", "64-32-10", "12x32")  # where an engine's own time outweighs the arithmetic


def report(net: Net, results: dict[str, Result]) -> str:
    """The table of one net: time per step, its spread, and our time over each peer's."""
    ours = results.get(OURS)
    rows, notes = [], []
    for result in results.values():
        if result.skipped:
            notes.append(f"{result.label} skipped: {result.skipped}")
            continue
        low, median, high = (1e6 * value for value in quartiles(result.seconds))
        row = [result.label, figure(median), f"{figure(low)} – {figure(high)}"]
        if ours is None or ours.skipped or ours is result:
            row += ["", ""]
        else:
            less, ratio, more = ratios(ours, result)
            row += [f"{ratio:.2f}", f"{less:.2f} – {more:.2f}"]
        rows.append([*row, f"{result.share:.0%}"])
    head = [net.label, "µs/step", "quartiles", "ours/theirs", "quartiles", "of core"]
    return "\n".join([table(head, rows), *notes])


def goals(outcome: dict[str, dict[str, Result]]) -> list[tuple[str, bool]]:
    """The goals that this run can judge, and whether they are met."""
    verdicts = []
    for name, results in outcome.items():
        ours = results.get(OURS)
        for peer, limit, nets in (("torch", 1.0, tuple(NETS)), ("torch-lean", 1.0, tuple(NETS)), ("hips", 0.25, SMALL)):
            theirs = results.get(peer)
            if ours and theirs and ours.seconds and theirs.seconds and name in nets:
                ratio = ratios(ours, theirs)[1]
                claim = f"{name}: {ratio:.2f} of {theirs.label}, goal at most {limit:.2f}"
                verdicts.append((claim, ratio <= limit))
    return verdicts


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 with `--check` if a goal is missed."""
    parser = argparse.ArgumentParser(description="One training step against other engines.")
    for option, known in (("--nets", NETS), ("--peers", PEERS)):
        choice = {"choices": known, "default": list(known), "metavar": "NAME", "help": ", ".join(known)}
        parser.add_argument(option, nargs="+", **choice)
    parser.add_argument("--rounds", type=int, default=41, help="interleaved bursts per contestant (default: 41)")
    parser.add_argument("--seconds", type=float, default=0.02, help="length of a burst (default: 0.02)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    machine.add_options(parser)
    options = parser.parse_args(arguments)

    facts = machine.start(options)
    if not options.json:
        print(machine.header(facts, "One training step, float32"), flush=True)
    policy = Policy(options.rounds, options.seconds, options.gc == "on", options.clock)
    outcome: dict[str, dict[str, Result]] = {}
    for name in options.nets:
        contestants = [Contestant(PEERS[peer][0], prepare, (peer, NETS[name])) for peer in options.peers]
        results = compete(contestants, policy)
        outcome[name] = dict(zip(options.peers, results, strict=True))
        if not options.json:
            print(f"\n{report(NETS[name], outcome[name])}", flush=True)

    verdicts = goals(outcome)
    if options.json:
        nets = {name: {peer: result.summary() for peer, result in results.items()} for name, results in outcome.items()}
        print(json.dumps({"machine": facts, "nets": nets, "goals": dict(verdicts)}, indent=1))
    elif verdicts:
        print("\nGoals")
        print("\n".join(f"  {'met   ' if met else 'MISSED'}  {claim}" for claim, met in verdicts))
    return int(options.check and not all(met for _, met in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
