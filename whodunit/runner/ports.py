"""What running a scenario needs from outside: the lab, time, and somebody who watches."""

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
    """What the lab must be able to do. Every method raises LabError when it cannot."""

    def is_there(self) -> None:
        """Raises LabError when the shop was closed, though another may have been opened in its place."""
        ...

    def start_load(self, spec: LoadSpec) -> None:
        """Start load, in place of what runs."""
        ...

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        ...

    def set_flag(self, flag: str, variant: str, seconds: float, schedule: "Schedule | None" = None) -> None:
        """Put a variant in force; it ends by itself after `seconds`, and with a schedule comes and goes meanwhile."""
        ...

    def clear_flag(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        ...

    def take_away(self, program: str, seconds: float) -> None:
        """Stop a program of the stack; it comes back by itself after `seconds`."""
        ...

    def bring_back(self) -> None:
        """Start at once whatever is still away."""
        ...

    def audit(self, settle_s: float) -> Mapping[str, int]:
        """The books, once the orders that are open now have ended: whether they `held`, and what was found."""
        ...

    def affected(self, flag: str) -> int:
        """How many requests the flag's variants have affected since it was last put in force."""
        ...


class Clock(Protocol):
    """Time, so that a test need not wait."""

    def now(self) -> datetime:
        """In UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """See `Clock`."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        sleep(seconds)


@dataclass(frozen=True)
class PhaseStart:
    """A phase begins: its name, what it is about, and how long it may take."""

    name: str
    about: str
    within_s: float


class Observer(Protocol):
    """Somebody who watches a run: told of everything as it happens, changes nothing."""

    def phase_started(self, phase: PhaseStart) -> None:
        """A phase begins."""
        ...

    def looked(self, results: Sequence["CheckResult"], seconds: float) -> None:
        """All checks of the phase were looked at once more, `seconds` after its start."""
        ...

    def check_decided(self, result: "CheckResult") -> None:
        """A check has its final result before its phase is over."""
        ...

    def phase_ended(self, result: "PhaseResult") -> None:
        """A phase is over."""
        ...


class Unobserved:
    """Nobody watches."""

    def phase_started(self, phase: PhaseStart) -> None:
        """See `Observer`."""

    def looked(self, results: Sequence["CheckResult"], seconds: float) -> None:
        """See `Observer`."""

    def check_decided(self, result: "CheckResult") -> None:
        """See `Observer`."""

    def phase_ended(self, result: "PhaseResult") -> None:
        """See `Observer`."""
