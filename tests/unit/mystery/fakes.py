"""An incident of the imagination: its telemetry shows exactly what its scenario expects, while it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.runner.fakes import FakeTelemetry
from whodunit.faults.flagfile import Schedule
from whodunit.faults.sealing import FlagSeal
from whodunit.incident.check import Check
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import MetricCheck
from whodunit.telemetry.answers import LogRecord, Logs, Number, Spans
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Window

ONSET = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
END = ONSET + timedelta(minutes=5)
DURING = Window(ONSET, END)
COUNTED_AFTER_S = 5.0
"""What is counted is exported no more often."""

TELLING = "a" * 32


def holding(check: Check) -> float:
    """A number that the check accepts."""
    low = max(check.above if check.above is not None else -1e9, check.lowest if check.lowest is not None else -1e9)
    high = min(check.below if check.below is not None else 1e9, check.at_most if check.at_most is not None else 1e9)
    return high - 1e-6 if low == -1e9 else low + min(1e-6, (high - low) / 2)


@dataclass
class Incident(FakeTelemetry):
    """Of one case, from `ONSET` until `healed`."""

    case: Case = field(kw_only=True)
    healed: datetime = END

    def number(self, query: MetricQuery, window: Window) -> Number:
        """What the expected check asks for, while the trouble lasts; afterwards what recovery asks for."""
        sick = self._is_sick_in(window)
        scenario = self.case.scenario
        recover = scenario.recover.metrics if scenario.recover else []
        well = [*recover, *(check for remedy in scenario.remedies for check in remedy.metrics)]
        value = _value(scenario.expect.metrics if sick else well, query)
        if value is None and not sick and window.seconds >= COUNTED_AFTER_S and self._is_missed_when_sick(query):
            value = 7.0
        return Number(value, 3, [], f"select {query.name}")

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        """The expected spans are all in the telling trace."""
        checks = self.case.scenario.expect.spans
        found = [check for check in checks if check.query(query.trace_id) == query]
        told = query.trace_id in (None, TELLING) and self._is_sick_in(window)
        return Spans(int(max(map(holding, found), default=0)) + 1 if found and told else 0, [], "select spans")

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        """Each expected line was written once."""
        found = [record for record in self._written() if _matches(record, query) and _within(record, window)]
        return Logs(len(found), found[:limit], "select logs")

    def _is_missed_when_sick(self, query: MetricQuery) -> bool:
        return any(check.query() == query and check.proves_after_s for check in self.case.scenario.expect.metrics)

    def _is_sick_in(self, window: Window) -> bool:
        return window.end > ONSET and window.start < self.healed

    def _written(self) -> list[LogRecord]:
        at = ONSET + timedelta(seconds=30)
        return [
            LogRecord(at, check.service or "", check.severity or "", check.body or check.contains or "", None, None, {})
            for check in self.case.scenario.expect.logs
            if at < self.healed
        ]


def _value(checks: Sequence[MetricCheck], query: MetricQuery) -> float | None:
    return next((holding(check) for check in checks if check.query() == query), None)


def _within(record: LogRecord, window: Window) -> bool:
    return window.start <= record.time < window.end


def _matches(record: LogRecord, query: LogQuery) -> bool:
    return (
        query.trace_id in (None, TELLING)
        and query.service in (None, record.service)
        and query.body in (None, record.body)
        and (query.body_contains or "").casefold() in record.body.casefold()
    )


@dataclass
class FakeBoard:
    """Remembers what it was told."""

    history: list[tuple[Any, ...]] = field(default_factory=list)
    sealed: FlagSeal | None = None

    def seal(self, seal: FlagSeal) -> None:
        self.sealed = seal

    def unseal(self) -> None:
        self.sealed = None

    def set(
        self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None, *, start_s: int = 0
    ) -> None:
        self.history.append(("set", flag, variant, round(seconds), start_s))

    def clear(self, flag: str | None = None) -> None:
        self.history.append(("clear", flag))


@dataclass
class FakeLoad:
    """One load at a time."""

    spec: dict[str, Any] | None = None
    started: int = 0

    def start(self, spec: dict[str, Any]) -> None:
        self.spec, self.started = spec, self.started + 1

    def stop(self) -> None:
        self.spec = None

    def state(self) -> Any:
        return self.spec and {"running": True, "spec": self.spec, "stats": None}
