"""What check_grads found: one line for each check, and the whole. Imports nothing of ours but the ladder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tensorgraph.testing.kinks import Kink
from tensorgraph.testing.ladder import DirectionalCheck, Verdict

__all__ = ["Finding", "GradientReport"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was compared, for which argument, and how it came out."""

    what: str
    argument: str
    verdict: Verdict
    claimed: float
    measured: float
    tolerance: float
    reason: str
    kink: Kink | None = None

    @classmethod
    def of(cls, what: str, argument: str, check: DirectionalCheck) -> Finding:
        """The finding of a comparison with finite differences."""
        return cls(
            what, argument, check.verdict, check.claimed, check.measured, check.tolerance, check.reason, check.kink
        )

    def __str__(self) -> str:
        return (
            f"{self.verdict.value:<12} {self.what:<34} {self.argument:<16} "
            f"{self.claimed:>14.6g} {self.measured:>14.6g}  ±{self.tolerance:.1e}"
        )


@dataclass(frozen=True, slots=True)
class GradientReport:
    """All findings of one `check_grads`; prints as a table."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """FAIL if a check failed, else INCONCLUSIVE if one could not be decided, else PASS."""
        verdicts = {finding.verdict for finding in self.findings}
        return next((v for v in (Verdict.FAIL, Verdict.INCONCLUSIVE) if v in verdicts), Verdict.PASS)

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings with this verdict."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)

    def __str__(self) -> str:
        counts = Counter(finding.verdict for finding in self.findings)
        total = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v]) or "nothing to check"
        head = f"{'verdict':<12} {'check':<34} {'argument':<16} {'claimed':>14} {'measured':>14}  tolerance"
        return "\n".join([f"gradient check: {self.verdict.value} ({total})", head, *map(str, self.findings)])
