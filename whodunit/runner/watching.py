"""Watching checks over time: until each has held once, until all hold together, or that nothing happens."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.observation import Observation, Shoppers, evaluate
from whodunit.incident.result import CheckResult
from whodunit.runner.ports import Clock, Lab, Observer
from whodunit.telemetry.port import Telemetry

POLL_S = 1.0
EVERY_S = 5
"""Seconds between evaluations of one control, as between exports; a hundred questions a second would be a load."""


class Watch(Protocol):
    """Looks at some checks again and again."""

    @property
    def done(self) -> bool:
        """Whether looking again can change nothing."""
        ...

    def look(self, now: datetime) -> None:
        """Look once."""
        ...

    def results(self) -> list[CheckResult]:
        """Where the checks stand."""
        ...

    @property
    def decided(self) -> set[str]:
        """Ids of the checks whose result cannot change any more."""
        ...


@dataclass
class Eye:
    """Where to look, and since when."""

    telemetry: Telemetry
    shoppers: Shoppers
    started: datetime
    since: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """Seconds from the start of the phase."""
        return (now - self.started).total_seconds()

    def at(self, check: AnyCheck, now: datetime) -> Observation:
        """One look at one check."""
        return evaluate(self.telemetry, check, now, self.since, self.shoppers)

    def proves(self, seen: Observation, now: datetime) -> bool:
        """Whether a look says that the check holds."""
        return seen.held and self.seconds(now) >= seen.check.proves_after_s


@dataclass
class EachHolds:
    """Each check must hold once, before its own deadline."""

    eye: Eye
    checks: Sequence[AnyCheck]
    within_s: float
    latest: dict[str, CheckResult] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """See `Watch`."""
        return len(self.decided) == len(self.checks)

    def look(self, now: datetime) -> None:
        """See `Watch`."""
        for check in self.checks:
            if check.id not in self.decided:
                self._look_at(check, now)

    def _look_at(self, check: AnyCheck, now: datetime) -> None:
        seen = self.eye.at(check, now)
        seconds, within_s = self.eye.seconds(now), check.within or self.within_s
        held = self.eye.proves(seen, now)
        in_time = seconds < within_s + POLL_S
        self.latest[check.id] = seen.result(passed=held and in_time, seconds=seconds)
        if held or seconds >= within_s:
            self.decided.add(check.id)

    def results(self) -> list[CheckResult]:
        """See `Watch`."""
        return [self.latest[check.id] for check in self.checks if check.id in self.latest]


@dataclass
class AllHold:
    """All checks must hold together, without a break, for `sustained_s`."""

    eye: Eye
    checks: Sequence[AnyCheck]
    sustained_s: float
    latest: list[Observation] = field(default_factory=list)
    looked: datetime | None = None
    holding_since: datetime | None = None
    decided: set[str] = field(default_factory=set, init=False)

    @property
    def done(self) -> bool:
        """See `Watch`."""
        if self.looked is None or self.holding_since is None:
            return False
        return self.looked - self.holding_since >= timedelta(seconds=self.sustained_s)

    def look(self, now: datetime) -> None:
        """See `Watch`."""
        self.looked = now
        self.latest = [self.eye.at(check, now) for check in self.checks]
        if not all(seen.held for seen in self.latest):
            self.holding_since = None
        elif self.holding_since is None:
            self.holding_since = now

    def results(self) -> list[CheckResult]:
        """See `Watch`; a check that holds, but not for long enough, has not passed."""
        seconds = self.eye.seconds(self.looked) if self.looked else 0.0
        unsettled = all(seen.held for seen in self.latest) and not self.done
        return [seen.result(passed=seen.held and not unsettled, seconds=seconds) for seen in self.latest]


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


def follow(
    watches: Sequence[Watch], lab: Lab, clock: Clock, observer: Observer, until: datetime, started: datetime
) -> None:
    """Look about once a second until every watch is done or the time is up; raises LabError when the shop is gone."""
    told: set[str] = set()
    while True:
        lab.is_there()
        now = clock.now()
        for watch in watches:
            watch.look(now)
        _tell(watches, observer, told, (now - started).total_seconds())
        if all(watch.done for watch in watches) or now >= until:
            return
        clock.sleep(max(0.05, POLL_S - (clock.now() - now).total_seconds()))


def _tell(watches: Sequence[Watch], observer: Observer, told: set[str], seconds: float) -> None:
    observer.looked([result for watch in watches for result in watch.results()], seconds)
    for watch in watches:
        for result in watch.results():
            if result.id in watch.decided - told:
                told.add(result.id)
                observer.check_decided(result)
