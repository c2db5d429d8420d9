"""Watching checks over time, and the first way to do it: until each has held once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.observation import Observation, Shoppers, evaluate
from whodunit.incident.result import CheckResult
from whodunit.runner.ports import Clock, Lab, Observer
from whodunit.telemetry.port import Telemetry

POLL_S = 1.0


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
