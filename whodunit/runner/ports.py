"""Ports of the runner: the lab, the time, and the observer of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from whodunit.faults.flagfile import Schedule
    from whodunit.incident.result import CheckResult, PhaseResult

from whodunit.incident.observation import Shoppers

LoadSpec = Mapping[str, object]


class Lab(Shoppers, Protocol):
    """The lab as the runner uses it. Every method raises LabError when it fails."""

    def is_there(self) -> None:
        """Raise LabError when the shop was closed, though another may have been opened in its place."""
        ...

    def start_load(self, spec: LoadSpec) -> None:
        """Start load, in place of what runs."""
        ...

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        ...

    def set_flag(self, flag: str, variant: str, seconds: float, schedule: "Schedule | None" = None) -> None:
        """Put a variant in force for `seconds`; with a schedule it comes and goes meanwhile."""
        ...

    def clear_flag(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        ...

    def take_away(self, program: str, seconds: float, setting: str = "") -> None:
        """Stop a program of the stack; it comes back by itself after `seconds`."""
        ...

    def bring_back(self) -> None:
        """Start at once whatever is still away."""
        ...

    def audit(self, settle_s: float) -> Mapping[str, int]:
        """Audit the books once the orders that are open now have ended: 1 for `held` if they agree, and the counts."""
        ...

    def affected(self, flag: str) -> int:
        """Number of requests that the flag's variants have affected since it was last put in force."""
        ...


class Clock(Protocol):
    """The time; a test has a clock that does not wait."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        sleep(seconds)


@dataclass(frozen=True)
class PhaseStart:
    """The start of a phase: its name, its subject, and its time limit, 0 if it has none."""

    name: str
    about: str
    within_s: float


class Observer(Protocol):
    """Receives the events of a run as they happen."""

    def phase_started(self, phase: PhaseStart) -> None:
        """A phase begins."""
        ...

    def sampled(self, results: Sequence["CheckResult"], seconds: float) -> None:
        """All checks of the phase were evaluated once more, `seconds` after its start."""
        ...

    def check_decided(self, result: "CheckResult") -> None:
        """A check has its final result before its phase is over."""
        ...

    def phase_ended(self, result: "PhaseResult") -> None:
        """A phase is over."""
        ...


class Unobserved:
    """Ignores every event."""

    def phase_started(self, phase: PhaseStart) -> None:
        """Ignored."""

    def sampled(self, results: Sequence["CheckResult"], seconds: float) -> None:
        """Ignored."""

    def check_decided(self, result: "CheckResult") -> None:
        """Ignored."""

    def phase_ended(self, result: "PhaseResult") -> None:
        """Ignored."""
