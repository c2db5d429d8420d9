"""The result of a run, also as JSON (the contract for scripts)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

HEALTH, TROUBLE = "health", "trouble"
"""Phases of a run for a data set, which last so that methods have enough of both."""

Proof = Mapping[str, object]
"""References to the evidence: ids of spans, times of log records, the window of a metric."""


@dataclass(frozen=True)
class CheckResult:
    """One check: whether it held, what was observed, when (seconds from the start of its phase), and the proof.

    `link` is a page that shows the proof, empty where there is none.
    """

    id: str
    signal: str
    title: str
    passed: bool
    observed: float | None
    message: str
    seconds: float
    proof: tuple[Proof, ...] = ()
    query: str = ""
    link: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, the contract's keys first."""
        return {
            "id": self.id,
            "signal": self.signal,
            "passed": self.passed,
            "observed": self.observed,
            "seconds": round(self.seconds, 6),  # the exact moment of the evaluation: judged again, it sees the same
            "proof": [dict(each) for each in self.proof],
            "title": self.title,
            "message": self.message,
            "query": self.query,
            "link": self.link,
        }


@dataclass(frozen=True)
class PhaseResult:
    """One phase: it passed when every check of it did."""

    phase: str
    checks: tuple[CheckResult, ...]
    started: datetime
    seconds: float

    @property
    def passed(self) -> bool:
        """True if every check held."""
        return all(check.passed for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, the contract's keys first."""
        return {
            "phase": self.phase,
            "passed": self.passed,
            "checks": [check.as_json() for check in self.checks],
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class ScenarioResult:
    """A whole run. `stopped` says why it ended before its last phase, empty when it did not.

    `skipped` are the ids of the checks that are only for the other target; `sealed` is true if it was staged as a
    mystery is.
    """

    scenario: str
    title: str
    phases: tuple[PhaseResult, ...]
    started: datetime
    seconds: float
    stopped: str = ""
    faults: tuple[str, ...] = field(default=())
    skipped: tuple[str, ...] = ()
    sealed: bool = False

    @property
    def passed(self) -> bool:
        """True if the run was complete and every phase passed."""
        return not self.stopped and bool(self.phases) and all(phase.passed for phase in self.phases)

    def phase(self, name: str) -> PhaseResult | None:
        """The phase of that name, if it was reached."""
        return next((phase for phase in self.phases if phase.phase == name), None)

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, the contract's keys first."""
        return {
            "scenario": self.scenario,
            "passed": self.passed,
            "phases": [phase.as_json() for phase in self.phases],
            "title": self.title,
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 1),
            "stopped": self.stopped,
            "faults": list(self.faults),
            "skipped": list(self.skipped),
            "sealed": self.sealed,
        }
