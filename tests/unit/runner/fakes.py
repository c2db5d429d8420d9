"""A shop of the imagination: a clock that jumps, a lab that remembers, telemetry computed from both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from whodunit.errors import LabError
from whodunit.faults.flagfile import Schedule
from whodunit.incident.result import CheckResult, PhaseResult
from whodunit.runner.ports import LoadSpec, PhaseStart
from whodunit.telemetry.answers import (
    Alert,
    AlertList,
    Buckets,
    Exemplars,
    LogRecord,
    Logs,
    MetricList,
    Number,
    Numbers,
    Plot,
    ServiceMap,
    Span,
    Spans,
    TraceList,
)
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Window

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class FakeLab:
    clock: FakeClock
    affects: int = 7
    history: list[str] = field(default_factory=list)
    in_force: dict[str, datetime] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    load: LoadSpec | None = None
    loads: list[LoadSpec] = field(default_factory=list)
    away_until: datetime | None = None
    figures: dict[str, float | None] = field(default_factory=dict)
    lost: int = 0
    closed: bool = False

    def is_there(self) -> None:
        if self.closed:
            raise LabError("The shop has been closed meanwhile.", "Open it again.")

    def start_load(self, spec: LoadSpec) -> None:
        self.load = spec
        self.loads.append(spec)
        self.history.append("load on")

    def stop_load(self) -> None:
        self.load = None
        self.history.append("load off")

    def set_flag(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        self.history.append(f"{flag}={variant}{' at times' if schedule else ''}")
        self.in_force.setdefault(flag, self.clock.now())
        self.ends[flag] = self.clock.now() + timedelta(seconds=seconds)
        self.reports[flag] = self.affects

    def clear_flag(self, flag: str | None = None) -> None:
        self.history.append(f"clear {flag or 'all'}")
        if flag is None:
            self.in_force.clear()
        else:
            self.in_force.pop(flag, None)

    def take_away(self, program: str, seconds: float, setting: str = "") -> None:
        self.history.append(f"{program} {setting or 'away'}")
        self.in_force[program] = self.clock.now()
        self.away_until = self.clock.now() + timedelta(seconds=seconds)

    def bring_back(self) -> None:
        self.history.append("all back")
        self.away_until = None

    @property
    def is_away(self) -> bool:
        """Whether a program is."""
        return self.away_until is not None and self.clock.now() < self.away_until

    def visits(self) -> Mapping[str, float | None]:
        return self.figures

    def audit(self, settle_s: float) -> Mapping[str, int]:
        return {"held": not self.lost, "orders": 9, "lost": self.lost, "double_charged": 0, "stock_difference": 0}

    def affected(self, flag: str) -> int:
        return self.reports.get(flag, 0)

    def since(self, flag: str) -> float | None:
        """Seconds that the flag has been in force; None when it is not, or has ended by itself."""
        began = self.in_force.get(flag)
        if began is None or self.clock.now() >= self.ends[flag]:
            return None
        return (self.clock.now() - began).total_seconds()


Answer = Callable[[Window], float | None]


def nothing(_: Window) -> float | None:
    return None


@dataclass
class FakeTelemetry:
    """Numbers by metric name, counts by span name and log body; what is not named is not there."""

    numbers: dict[str, Answer] = field(default_factory=dict)
    spans_by_name: dict[str, Answer] = field(default_factory=dict)
    logs_by_body: dict[str, Answer] = field(default_factory=dict)
    alerting: Callable[[], Sequence[Alert]] = list
    away: Callable[[], bool] = lambda: False
    windows: list[Window] = field(default_factory=list)

    def number(self, query: MetricQuery, window: Window) -> Number:
        self._asked(window)
        value = self.numbers.get(query.name, nothing)(window)
        return Number(value, 3, ["a" * 32], f"select {query.name}")

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        self._asked(window)
        count = int(self.spans_by_name.get(query.name or "", nothing)(window) or 0)
        return Spans(count, [a_span(query) for _ in range(min(count, limit))], "select spans")

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        self._asked(window)
        count = int(self.logs_by_body.get(query.body or "", nothing)(window) or 0)
        return Logs(count, [a_record(query)] * min(count, limit), "select logs")

    def log_volume(self, query: LogQuery, window: Window, step_s: float) -> Plot:
        return Plot("{record}", [], "select volume")

    def _asked(self, window: Window) -> None:
        if self.away():
            raise TelemetryError("the store is away")
        self.windows.append(window)

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        return Numbers([self.number(query, window).value for query, window in asked], "select")

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        return Plot("s", [], "select")

    def buckets(self, query: MetricQuery, window: Window, step_s: float) -> Buckets:
        return Buckets("s", (), (), (), "select")

    def exemplars(self, query: MetricQuery, window: Window, step_s: float) -> Exemplars:
        return Exemplars((), "select")

    def traces(self, query: SpanQuery, window: Window, limit: int = 20, *, slowest: bool = False) -> TraceList:
        return TraceList(0, [], "select")

    def trace(self, trace_id: str) -> Spans:
        return Spans(0, [], "select")

    def service_map(self, window: Window) -> ServiceMap:
        return ServiceMap([], "select", {})

    def metric_names(self) -> Sequence[str]:
        return sorted(self.numbers)

    def metric_list(self, window: Window) -> MetricList:
        return MetricList([], "select")

    def service_names(self) -> Sequence[str]:
        return []

    def releases(self, window: Window) -> Mapping[str, Sequence[str]]:
        return {}

    def alerts(self) -> AlertList:
        if self.away():
            raise TelemetryError("the store is away")
        return AlertList(self.alerting(), "get alerts")


def a_span(query: SpanQuery) -> Span:
    trace_id = query.trace_id or "b" * 32
    return Span(trace_id, "c" * 16, None, "payment", query.name or "", "server", START, 12.0, "error", "", {}, [])


def a_record(query: LogQuery) -> LogRecord:
    return LogRecord(START, "payment", "ERROR", query.body or "", "b" * 32, "c" * 16, {})


@dataclass
class Recorder:
    """Remembers what an observer is told."""

    started: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def phase_started(self, phase: PhaseStart) -> None:
        self.started.append(phase.name)

    def sampled(self, results: Sequence[CheckResult], seconds: float) -> None:
        """Nothing to remember."""

    def check_decided(self, result: CheckResult) -> None:
        self.decided.append(result.id)

    def phase_ended(self, result: PhaseResult) -> None:
        self.ended.append(result.phase)
