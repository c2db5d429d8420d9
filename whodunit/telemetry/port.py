"""What the lab asks of telemetry, and what comes back, whoever answers.

The runner, the views, the report and the grader know only this module. An adapter turns a question into
the language of one backend (SQL for the embedded store; PromQL, LogQL and Jaeger's query API for the stack) and
names the query it ran, so that a person can run it again. Where the backend has pages, `link` is the address of the
one that shows the answer; empty where it has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Window:
    """A half-open span of time, both ends in UTC."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return (self.end - self.start).total_seconds()


class Statistic(StrEnum):
    """How the points of a metric within a window become one number."""

    PERCENTILE = "percentile"  # of a histogram, in its unit
    MEAN = "mean"  # of a histogram, in its unit
    COUNT = "count"  # of a histogram's measurements
    INCREASE = "increase"  # of a monotonic counter
    RATE = "rate"  # of a counter or of a histogram's count, per second
    LAST = "last"  # of a gauge or up-down counter: the sum over series of each series' last value
    MAX = "max"  # of a gauge or up-down counter
    RISE = "rise"  # of a gauge or up-down counter: by how much each series' last value exceeds its least, summed


@dataclass(frozen=True)
class MetricQuery:
    """One number from one metric.

    `where` matches attributes exactly; `percentile` is 0 to 100 and only for `Statistic.PERCENTILE`.
    """

    name: str
    statistic: Statistic
    service: str | None = None
    where: Attributes = field(default_factory=dict)
    percentile: float | None = None


@dataclass(frozen=True)
class EventQuery:
    """An event of a span, by its name and some of its attributes."""

    name: str
    where: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class SpanQuery:
    """Spans that match every given condition; durations in seconds.

    `status_message` is the whole text; `event` is of the span itself and not asked of an ancestor; `under` asks for an
    ancestor in the same trace with that service and, if given, that name.
    """

    service: str | None = None
    name: str | None = None
    kind: str | None = None
    status: str | None = None
    where: Attributes = field(default_factory=dict)
    longer_than_s: float | None = None
    shorter_than_s: float | None = None
    under: "SpanQuery | None" = None
    trace_id: str | None = None
    status_message: str | None = None
    event: EventQuery | None = None


@dataclass(frozen=True)
class LogQuery:
    """Log records that match every given condition.

    `severity` is that level alone, `least_severity` that level and above; `body_contains` ignores case;
    `joined_to_trace` asks for a trace id that spans share; `trace_id` may be abbreviated.
    """

    service: str | None = None
    severity: str | None = None
    least_severity: str | None = None
    body: str | None = None
    body_contains: str | None = None
    where: Attributes = field(default_factory=dict)
    joined_to_trace: bool = False
    trace_id: str | None = None


@dataclass(frozen=True)
class Span:
    """One span as recorded; `start` in UTC, `duration_s` in seconds."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    service: str
    name: str
    kind: str
    start: datetime
    duration_s: float
    status: str
    status_message: str
    attributes: Attributes
    events: Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class LogRecord:
    """One log record as recorded."""

    time: datetime
    service: str
    severity: str
    body: str
    trace_id: str | None
    span_id: str | None
    attributes: Attributes


@dataclass(frozen=True)
class Number:
    """The answer to a `MetricQuery`: `value` is None when no point lies in the window.

    `exemplars` are trace ids that the metric itself recorded, slowest first.
    """

    value: float | None
    points: int
    exemplars: Sequence[str]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Spans:
    """The answer to a `SpanQuery`: how many match in all, and some of them (slowest first)."""

    count: int
    sample: Sequence[Span]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Logs:
    """The answer to a `LogQuery`: how many match in all, and some of them (newest last)."""

    count: int
    sample: Sequence[LogRecord]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Series:
    """One line of a plot: values at equal steps; None where nothing was recorded."""

    attributes: Attributes
    times: Sequence[datetime]
    values: Sequence[float | None]


@dataclass(frozen=True)
class Plot:
    """The answer to a metric over time."""

    unit: str
    series: Sequence[Series]
    query: str
    link: str = ""


@dataclass(frozen=True)
class TraceSummary:
    """One trace in a search result."""

    trace_id: str
    service: str
    name: str
    start: datetime
    duration_s: float
    spans: int
    errors: int


@dataclass(frozen=True)
class TraceList:
    """Traces that hold a matching span, newest first."""

    traces: Sequence[TraceSummary]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Edge:
    """Calls from one service to another within a window, as the caller saw them.

    `caller` is None for the shop's entry. `kind` is `service`, `peer` (it has no telemetry of its own) or
    `database`.
    """

    caller: str | None
    callee: str
    calls_per_s: float
    error_ratio: float
    p95_s: float
    kind: str = "service"


@dataclass(frozen=True)
class ServiceMap:
    """Who called whom."""

    edges: Sequence[Edge]
    query: str
    link: str = ""


@dataclass(frozen=True)
class MetricInfo:
    """What there is to know about a metric before it is asked for; `kind` is gauge, sum or histogram."""

    name: str
    kind: str
    monotonic: bool
    unit: str
    services: Sequence[str]
    attributes: Sequence[str]


@dataclass(frozen=True)
class MetricList:
    """The metrics with points in a window, sorted by name."""

    metrics: Sequence[MetricInfo]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Alert:
    """One alert that is not inactive; `state` is `pending` or `firing`, `since` when its condition came true.

    `labels` do not repeat the name.
    """

    name: str
    state: str
    labels: Attributes
    since: datetime
    summary: str
    link: str = ""


@dataclass(frozen=True)
class AlertList:
    """What alerts now, by name; `query` is the request or the expressions behind it."""

    alerts: Sequence[Alert]
    query: str
    link: str = ""


class Telemetry(Protocol):
    """What a backend must be able to answer. Every method raises `TelemetryError` when it cannot."""

    def number(self, query: MetricQuery, window: Window) -> Number:
        """One number from one metric."""
        ...

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        """The same number per step of time, one series per combination of the attributes `by`."""
        ...

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        """Spans that started within the window."""
        ...

    def traces(self, query: SpanQuery, window: Window, limit: int = 20) -> TraceList:
        """Traces with at least one span that matches."""
        ...

    def trace(self, trace_id: str) -> Spans:
        """Every span of one trace, by start; the id may be abbreviated to a unique prefix of 6 or more digits."""
        ...

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        """Log records within the window."""
        ...

    def service_map(self, window: Window) -> ServiceMap:
        """Calls between services within the window."""
        ...

    def metric_names(self) -> Sequence[str]:
        """Names of all metrics seen, sorted."""
        ...

    def metric_list(self, window: Window) -> MetricList:
        """The metrics with points in the window."""
        ...

    def service_names(self) -> Sequence[str]:
        """Names of all services seen, sorted."""
        ...

    def alerts(self) -> AlertList:
        """The alerts that are pending or firing now."""
        ...


class TelemetryError(Exception):
    """The backend could not answer: it is away, or it does not know what was asked."""


class UnanswerableError(TelemetryError):
    """The backend can never answer a question of this kind; another backend may."""


class RefusedQueryError(TelemetryError):
    """The backend is there and refuses the query as it stands; the message is the backend's."""
