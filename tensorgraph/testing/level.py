"""One level of a gradient check: a function, or one of its derivatives taken as a function. Imports core, transforms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from tensorgraph.testing.agreement import Sides, agreement
from tensorgraph.testing.function import Array, Arrays, ListFunction, Mode, inner, size_of
from tensorgraph.testing.ladder import Verdict
from tensorgraph.testing.report import Finding
from tensorgraph.testing.trial import Trial, direction, typical, weights

__all__ = ["Level", "Problem"]

EXACT = 1e-13  # identities between derivatives hold to rounding
JITTER = 1e-6
REDRAWS = 6  # directions of few coordinates, drawn when those of all coordinates decide nothing (kinks all around)
FEW = 4
LOW_UNIT = 16.0  # roundings granted to a derivative in low precision


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that is no PASS, with what is needed to look for the place."""

    finding: Finding
    order: int
    mode: Mode = ""
    trial: Trial | None = None


@dataclass(slots=True)
class Level:
    """A function at a point, to be checked to first order; `chain` says which derivative of the user's f it is.

    `units` is the natural size of each output: that of f's values, and for its derivatives what follows from it and from the
    size of the arguments. Where larger terms cancel in a derivative, rounding of that size is left.
    """

    function: ListFunction
    xs: Arrays
    modes: tuple[Mode, ...]
    rng: np.random.Generator
    directions: int
    rtol: float
    units: tuple[float, ...] = ()
    chain: tuple[Mode, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def check(self) -> None:
        """Fill `findings` and `problems`."""
        outputs = self.function.run(self.xs)
        self.units = self.units or tuple(map(typical, outputs))
        self.repeats(outputs)
        if self.problems or not outputs:
            return
        ws = self.representable(weights(self.function.run(self.wide()), self.rng), outputs)
        vs = self.representable([direction(x, self.rng) for x in self.xs], self.xs)
        for mode in self.modes:
            self.fits(mode, outputs, ws, vs)
        if self.problems:
            return
        for leaf, x in enumerate(self.xs):
            if x.size:
                self.measure(leaf)
        if any(p.finding.verdict is Verdict.FAIL for p in self.problems):
            return
        for what, argument, sides in self.identities(ws, vs):
            self.note(
                agreement(what, argument, sides, self.wide(), self.rng, unit=EXACT, jitter=JITTER, sharpness=self.rtol)
            )
        self.low_precision(ws, vs)

    def deeper(self) -> Iterator[Level]:
        """The derivatives in each mode as functions, one order up."""
        outputs = self.function.run(self.wide())
        for mode in self.modes if outputs else ():
            if mode == "reverse":
                fixed = self.representable(weights(outputs, self.rng), self.function.run(self.xs))
                units = tuple(self.natural(fixed) / max(1.0, typical(x)) for x in self.wide())
            else:
                fixed = self.representable([direction(x, self.rng) for x in self.wide()], self.xs)
                units = self.units
            derived = self.function.derived(mode, fixed)
            chain = (mode, *self.chain)
            yield Level(derived, self.xs, self.modes, self.rng, self.directions, self.rtol, units, chain)

    def natural(self, ws: Arrays) -> float:
        """The natural size of ⟨w, f⟩."""
        return math.hypot(*(size_of([w]) * unit for w, unit in zip(ws, self.units, strict=True)))

    def wide(self) -> list[Array]:
        """The point in double precision, where everything is measured."""
        return [_widened(x) for x in self.xs]

    def name(self, mode: Mode) -> str:
        """What a finding calls this derivative."""
        return " over ".join((mode, *self.chain)) if self.chain else f"{mode} mode"

    def outputs(self, like: Arrays) -> tuple[str, ...]:
        """What a finding calls the outputs."""
        return tuple(f"output {k}" for k in range(len(like)))

    def note(self, finding: Finding, mode: Mode = "", trial: Trial | None = None) -> None:
        """Keep a finding and, unless it passed, what it takes to find its place."""
        self.findings.append(finding)
        if finding.verdict is not Verdict.PASS:
            self.problems.append(Problem(finding, len(self.chain) + 1, mode, trial))

    def repeats(self, outputs: Arrays) -> None:
        """The same arguments give the same values, bit for bit."""
        again = self.function.run(self.xs)
        same = len(again) == len(outputs) and all(map(_identical, outputs, again))
        if not same:
            reason = "two runs with the same arguments differ: f draws random numbers, keeps state or reads what is not ready"
            self.note(Finding("same result twice", "", Verdict.FAIL, np.nan, np.nan, 0.0, reason))

    def fits(self, mode: Mode, outputs: Arrays, ws: Arrays, vs: Arrays) -> None:
        """Derivatives have the shape and dtype of what they belong to, and come out the same twice."""
        if mode == "reverse":
            names, likes, run, fixed = self.function.names, self.xs, self.function.pull, ws
        else:
            names, likes, run, fixed = self.outputs(outputs), outputs, self.function.push, vs  # type: ignore[assignment]  # push takes vs where pull takes ws
        for name, g, again, like in zip(names, run(self.xs, fixed), run(self.xs, fixed), likes, strict=True):
            if g.shape != like.shape or g.dtype != like.dtype:
                reason = f"expected {like.dtype.name}{list(like.shape)}, got {g.dtype.name}{list(g.shape)}"
            elif not _identical(g, again):
                reason = "two sweeps over the same graph differ"
            else:
                continue
            self.note(Finding(self.name(mode), name, Verdict.FAIL, np.nan, np.nan, 0.0, reason), mode)

    def measure(self, leaf: int) -> None:
        """Each mode against finite differences along directions of one argument."""
        x = _widened(self.xs[leaf])
        decided = dict.fromkeys(self.modes, 0)
        last: dict[Mode, tuple[Finding, Trial]] = {}
        outputs = self.function.run(self.wide())
        for attempt in range(self.directions + REDRAWS):
            few = self.rng.choice(x.size, min(FEW, x.size), replace=False) if attempt >= self.directions else None
            v = direction(x, self.rng, few)
            ws = weights(outputs, self.rng)
            trial = Trial(self.function, self.wide(), leaf, v, ws, self.natural(ws), self.rtol)
            for mode in [mode for mode in self.modes if decided[mode] < self.directions]:
                finding = Finding.of(self.name(mode), self.function.names[leaf], trial.check(*trial.claims(mode)))
                if finding.verdict is Verdict.INCONCLUSIVE:
                    last.setdefault(mode, (finding, trial))
                    continue
                decided[mode] = self.directions if finding.verdict is Verdict.FAIL else decided[mode] + 1
                self.note(finding, mode, trial)
            if all(count >= self.directions for count in decided.values()):
                return
        for mode in self.modes:
            if decided[mode] < self.directions and mode in last:
                self.note(last[mode][0], mode, last[mode][1])

    def identities(self, ws: Arrays, vs: Arrays) -> Iterator[tuple[str, str, Sides]]:
        """Equalities between derivatives that hold for every function."""
        pull, push = self.function.pull, self.function.push
        us = [direction(x, self.rng) for x in self.wide()]
        cs = [w * self.rng.uniform(-2.0, 2.0, w.shape) for w in ws]
        natural = self.natural(ws) + self.natural(cs)

        def adjoint(xs: list[Array]) -> tuple[float, float, float]:
            g, dz = pull(xs, ws), push(xs, vs)
            return inner(g, vs), inner(ws, dz), size_of(g) * size_of(vs) + size_of(ws) * size_of(dz) + natural

        def pullback(xs: list[Array]) -> tuple[float, float, float]:
            both = pull(xs, [2.5 * w - 1.5 * c for w, c in zip(ws, cs, strict=True)])
            g, h = pull(xs, ws), pull(xs, cs)
            return (
                inner(both, us),
                2.5 * inner(g, us) - 1.5 * inner(h, us),
                (2.5 * size_of(g) + 1.5 * size_of(h)) * size_of(us) + natural,
            )

        def pushforward(xs: list[Array]) -> tuple[float, float, float]:
            both = push(xs, [2.5 * v - 1.5 * u for v, u in zip(vs, us, strict=True)])
            a, b = push(xs, vs), push(xs, us)
            return (
                inner(both, ws),
                2.5 * inner(a, ws) - 1.5 * inner(b, ws),
                (2.5 * size_of(a) + 1.5 * size_of(b)) * size_of(ws) + natural,
            )

        def symmetric(xs: list[Array]) -> tuple[float, float, float]:
            turn = pull if "reverse" in self.modes else push
            a, b = turn(xs, us), turn(xs, vs)
            return inner(a, vs), inner(b, us), size_of(a) * size_of(vs) + size_of(b) * size_of(us) + self.natural(us)

        suffix = f" ({' over '.join(self.chain)})" if self.chain else ""
        if set(self.modes) == {"forward", "reverse"}:
            yield f"adjoint identity{suffix}", "", adjoint
        if "reverse" in self.modes:
            yield f"linear pullback{suffix}", "", pullback
        if "forward" in self.modes:
            yield f"linear pushforward{suffix}", "", pushforward
        if self.chain and self.chain[0] == "reverse":
            yield f"symmetric Hessian{suffix}", "", symmetric

    def low_precision(self, ws: Arrays, vs: Arrays) -> None:
        """Derivatives in single or half precision against the same in double precision."""
        eps = max(float(np.finfo(x.dtype).eps) for x in self.xs)
        if eps <= np.finfo(np.float64).eps:
            return
        for mode in self.modes:
            names = self.function.names if mode == "reverse" else self.outputs(ws)
            for k, name in enumerate(names):
                sides = self._low_against_double(mode, k, ws, vs)
                what = f"{self.name(mode)}, low precision"
                unit, jitter = LOW_UNIT * eps, max(1e-3, 16.0 * eps)
                self.note(
                    agreement(
                        what, name, sides, self.xs, self.rng, unit=unit, jitter=jitter, sharpness=max(0.05, 4 * unit)
                    )
                )

    def _low_against_double(self, mode: Mode, k: int, ws: Arrays, vs: Arrays) -> Sides:
        u = direction(_widened((self.xs if mode == "reverse" else ws)[k]), self.rng)

        def sides(xs: list[Array]) -> tuple[float, float, float]:
            run, fixed = (self.function.pull, ws) if mode == "reverse" else (self.function.push, vs)
            low, double = run(xs, fixed)[k], run([_widened(x) for x in xs], fixed)[k]
            return inner([low], [u]), inner([double], [u]), size_of([double]) * size_of([u])

        return sides

    @staticmethod
    def representable(fixed: Arrays, like: Arrays) -> list[Array]:
        """Weights and directions that are exact in every precision, so that both runs get the same."""
        return [_widened(w.astype(z.dtype)) for w, z in zip(fixed, like, strict=True)]


def _widened(x: Array) -> Array:
    return np.asarray(x, dtype=np.promote_types(x.dtype, np.float64))


def _identical(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=True))
