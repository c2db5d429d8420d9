"""Watching that nothing happens: no check breaks, no alarm goes off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.negative_controls import Alarm
from whodunit.incident.result import CheckResult
from whodunit.runner.watch import Eye

EVERY_S = 5
"""How often an alarm is looked at: as often as figures are exported; a hundred questions a second would be a load."""


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
    """No alarm may go off, not even once; they take turns in being looked at, and all are at the end."""

    eye: Eye
    alarms: Sequence[Alarm]
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
        for number, alarm in enumerate(self.alarms):
            due_s = self.due_s.get(alarm.id, number % EVERY_S)
            if alarm.id not in self.decided and (self.done or self.looked_s >= due_s):
                self.due_s[alarm.id] = self.looked_s + EVERY_S
                self._look_at(alarm, now)

    def _look_at(self, alarm: Alarm, now: datetime) -> None:
        seen = self.eye.at(alarm.check, now)
        rings = self.eye.proves(seen, now)
        result = seen.result(passed=not rings, seconds=self.eye.seconds(now))
        self.latest[alarm.id] = replace(result, id=alarm.id)
        if rings:
            self.decided.add(alarm.id)

    def results(self) -> list[CheckResult]:
        """See `Watch`."""
        return [self.latest[alarm.id] for alarm in self.alarms if alarm.id in self.latest]
