"""Watching checks over time: until each has held once, until all hold together, or that nothing happens."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.metric_check import UnchangedMetric
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.observation import Observation, Shoppers, evaluate
from whodunit.incident.result import CheckResult
from whodunit.runner.ports import Clock, Lab, Observer
from whodunit.telemetry.port import Telemetry

POLL_S = 1.0
EVERY_S = 5
"""Seconds between evaluations of one control, as between exports; a hundred questions a second would be a load."""


class Watch(Protocol):
    """Evaluates some checks again and again."""

    @property
    def done(self) -> bool:
        """True if another evaluation can change nothing."""
        ...

    def sample(self, now: datetime) -> None:
        """Evaluate the checks once."""
        ...

    def results(self) -> list[CheckResult]:
        """The checks as of their last evaluation."""
        ...

    @property
    def decided(self) -> set[str]:
        """Ids of the checks whose result is final."""
        ...


@dataclass
class Sampler:
    """Evaluates checks in a phase that began at `started`, with telemetry no older than `since`."""

    telemetry: Telemetry
    shoppers: Shoppers
    started: datetime
    since: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """Seconds from the start of the phase."""
        return (now - self.started).total_seconds()

    def evaluate(self, check: AnyCheck | UnchangedMetric, now: datetime) -> Observation:
        """One evaluation of one check."""
        return evaluate(self.telemetry, check, now, self.since, self.shoppers)

    def proves(self, seen: Observation, now: datetime) -> bool:
        """True if the check held, late enough in the phase to be proof."""
        return seen.held and self.seconds(now) >= seen.check.proves_after_s


@dataclass
class _Undecided(ABC):
    """Evaluates each check until its result is final."""

    sampler: Sampler
    checks: Sequence[AnyCheck]
    latest: dict[str, CheckResult] = field(default_factory=dict, init=False)
    decided: set[str] = field(default_factory=set, init=False)

    def sample(self, now: datetime) -> None:
        """Evaluate the checks that are not decided."""
        for check in self.checks:
            if check.id not in self.decided:
                self._sample(check, now)

    def results(self) -> list[CheckResult]:
        """The checks that were evaluated, in their order."""
        return [self.latest[check.id] for check in self.checks if check.id in self.latest]

    @abstractmethod
    def _sample(self, check: AnyCheck, now: datetime) -> None: ...


@dataclass
class EachHolds(_Undecided):
    """Each check must hold once, before its own deadline."""

    within_s: float

    @property
    def done(self) -> bool:
        """True once every check has held or missed its deadline."""
        return len(self.decided) == len(self.checks)

    def _sample(self, check: AnyCheck, now: datetime) -> None:
        seen = self.sampler.evaluate(check, now)
        seconds, within_s = self.sampler.seconds(now), check.within or self.within_s
        held = self.sampler.proves(seen, now)
        in_time = seconds < within_s + POLL_S
        self.latest[check.id] = seen.result(passed=held and in_time, seconds=seconds)
        if held or seconds >= within_s:
            self.decided.add(check.id)


@dataclass
class AllHold:
    """All checks must hold together, without a break, for `sustained_s`."""

    sampler: Sampler
    checks: Sequence[AnyCheck]
    sustained_s: float
    latest: list[Observation] = field(default_factory=list)
    sampled: datetime | None = None
    holding_since: datetime | None = None
    decided: set[str] = field(default_factory=set, init=False)

    @property
    def done(self) -> bool:
        """True once all have held for long enough."""
        if self.sampled is None or self.holding_since is None:
            return False
        return self.sampled - self.holding_since >= timedelta(seconds=self.sustained_s)

    def sample(self, now: datetime) -> None:
        """Evaluate every check."""
        self.sampled = now
        self.latest = [self.sampler.evaluate(check, now) for check in self.checks]
        if not all(seen.held for seen in self.latest):
            self.holding_since = None
        elif self.holding_since is None:
            self.holding_since = now

    def results(self) -> list[CheckResult]:
        """Every check; one that holds, but not for long enough, has not passed."""
        seconds = self.sampler.seconds(self.sampled) if self.sampled else 0.0
        unsettled = all(seen.held for seen in self.latest) and not self.done
        return [seen.result(passed=seen.held and not unsettled, seconds=seconds) for seen in self.latest]


@dataclass
class EachMeasured:
    """Each metric must have a value; the first one that it has counts."""

    sampler: Sampler
    metrics: Sequence[UnchangedMetric]
    latest: dict[str, CheckResult] = field(default_factory=dict, init=False)
    decided: set[str] = field(default_factory=set, init=False)

    @property
    def done(self) -> bool:
        """True once every metric has one."""
        return len(self.decided) == len(self.metrics)

    def sample(self, now: datetime) -> None:
        """Evaluate the metrics without one."""
        for metric in self.metrics:
            if metric.id not in self.decided:
                seen = self.sampler.evaluate(metric, now)
                is_measured = seen.value is not None
                self.latest[metric.id] = seen.result(passed=is_measured, seconds=self.sampler.seconds(now))
                self.decided |= {metric.id} if is_measured else set()

    def results(self) -> list[CheckResult]:
        """The metrics as of their last evaluation."""
        return [*self.latest.values()]


@dataclass
class HoldsAtTheEnd:
    """A check that must hold when the phase is over, whatever it did before."""

    sampler: Sampler
    check: AnyCheck
    latest: Observation | None = None
    sampled_s: float = 0.0
    done: bool = field(default=False, init=False)
    decided: set[str] = field(default_factory=set, init=False)

    def sample(self, now: datetime) -> None:
        """Evaluate the check."""
        self.sampled_s, self.latest = self.sampler.seconds(now), self.sampler.evaluate(self.check, now)

    def results(self) -> list[CheckResult]:
        """The check as of now; its id says that it still holds."""
        if self.latest is None:
            return []
        result = self.latest.result(passed=self.latest.held, seconds=self.sampled_s)
        return [replace(result, id=f"still-{result.id}")]


@dataclass
class TimePasses:
    """Nothing is judged: the phase lasts as long as it may."""

    done: bool = field(default=False, init=False)
    decided: set[str] = field(default_factory=set, init=False)

    def sample(self, now: datetime) -> None:
        """Evaluate nothing."""

    def results(self) -> list[CheckResult]:
        """None."""
        return []


@dataclass
class NoneBreaks(_Undecided):
    """No check may break; one without a value yet may wait, but not until the end."""

    @property
    def done(self) -> bool:
        """True once every check had a value: the watch lasts as long as the phase does."""
        return len(self.latest) == len(self.checks) and all(
            result.observed is not None for result in self.latest.values()
        )

    def _sample(self, check: AnyCheck, now: datetime) -> None:
        seen = self.sampler.evaluate(check, now)
        if seen.value is not None or check.id not in self.latest:
            self.latest[check.id] = seen.result(passed=seen.held, seconds=self.sampler.seconds(now))
        if seen.value is not None and not seen.held:
            self.decided.add(check.id)


@dataclass
class NoneHolds:
    """No control may show its symptom, not even once; they are evaluated in turns, and all of them at the end."""

    sampler: Sampler
    controls: Sequence[NegativeControl]
    lasts_s: float
    latest: dict[str, CheckResult] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    sampled_s: float = 0.0
    due_s: dict[str, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """True at the end of the phase."""
        return self.sampled_s >= self.lasts_s

    def sample(self, now: datetime) -> None:
        """Evaluate the controls that are due."""
        self.sampled_s = self.sampler.seconds(now)
        for number, control in enumerate(self.controls):
            due_s = self.due_s.get(control.id, number % EVERY_S)
            if control.id not in self.decided and (self.done or self.sampled_s >= due_s):
                self.due_s[control.id] = self.sampled_s + EVERY_S
                self._sample(control, now)

    def _sample(self, control: NegativeControl, now: datetime) -> None:
        seen = self.sampler.evaluate(control.check, now)
        shows = self.sampler.proves(seen, now)
        result = seen.absence(shown=shows, seconds=self.sampler.seconds(now))
        self.latest[control.id] = replace(result, id=control.id)
        if shows:
            self.decided.add(control.id)

    def results(self) -> list[CheckResult]:
        """The controls that were evaluated, in their order."""
        return [self.latest[control.id] for control in self.controls if control.id in self.latest]


def follow(
    watches: Sequence[Watch], lab: Lab, clock: Clock, observer: Observer, until: datetime, started: datetime
) -> None:
    """Sample about once a second until every watch is done or the time is up; raises LabError when the shop is gone."""
    reported: set[str] = set()
    while True:
        lab.is_there()
        now = clock.now()
        for watch in watches:
            watch.sample(now)
        _report(watches, observer, reported, (now - started).total_seconds())
        if all(watch.done for watch in watches) or now >= until:
            return
        clock.sleep(max(0.05, POLL_S - (clock.now() - now).total_seconds()))


def _report(watches: Sequence[Watch], observer: Observer, reported: set[str], seconds: float) -> None:
    observer.sampled([result for watch in watches for result in watch.results()], seconds)
    for watch in watches:
        for result in watch.results():
            if result.id in watch.decided - reported:
                reported.add(result.id)
                observer.check_decided(result)
