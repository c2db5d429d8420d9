"""Watching that nothing happens: no check breaks, no negative control shows a symptom."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.result import CheckResult
from whodunit.runner.watch import Eye

EVERY_S = 5
"""Seconds between evaluations of one control, as between exports; a hundred questions a second would be a load."""


@dataclass
class NoneBreaks:
    """No check may break; one that has nothing to judge yet may wait, but not until the end."""

    eye: Eye
    checks: Sequence[AnyCheck]
    latest: dict[str, CheckResult] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """See `Watch`: it lasts as long as the phase does, but must have judged everything once."""
        return len(self.latest) == len(self.checks) and all(
            result.observed is not None for result in self.latest.values()
        )

    def look(self, now: datetime) -> None:
        """See `Watch`."""
        for check in self.checks:
            if check.id not in self.decided:
                self._look_at(check, now)

    def _look_at(self, check: AnyCheck, now: datetime) -> None:
        seen = self.eye.at(check, now)
        if seen.value is not None or check.id not in self.latest:
            self.latest[check.id] = seen.result(passed=seen.held, seconds=self.eye.seconds(now))
        if seen.value is not None and not seen.held:
            self.decided.add(check.id)

    def results(self) -> list[CheckResult]:
        """See `Watch`."""
        return [self.latest[check.id] for check in self.checks if check.id in self.latest]


@dataclass
class NoneHolds:
    """No control may show its symptom, not even once; they are evaluated in turns, and all of them at the end."""

    eye: Eye
    controls: Sequence[NegativeControl]
    lasts_s: float
    latest: dict[str, CheckResult] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    looked_s: float = 0.0
    due_s: dict[str, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """See `Watch`."""
        return self.looked_s >= self.lasts_s

    def look(self, now: datetime) -> None:
        """See `Watch`."""
        self.looked_s = self.eye.seconds(now)
        for number, control in enumerate(self.controls):
            due_s = self.due_s.get(control.id, number % EVERY_S)
            if control.id not in self.decided and (self.done or self.looked_s >= due_s):
                self.due_s[control.id] = self.looked_s + EVERY_S
                self._look_at(control, now)

    def _look_at(self, control: NegativeControl, now: datetime) -> None:
        seen = self.eye.at(control.check, now)
        shows = self.eye.proves(seen, now)
        result = seen.result(passed=not shows, seconds=self.eye.seconds(now))
        self.latest[control.id] = replace(result, id=control.id)
        if shows:
            self.decided.add(control.id)

    def results(self) -> list[CheckResult]:
        """See `Watch`."""
        return [self.latest[control.id] for control in self.controls if control.id in self.latest]
