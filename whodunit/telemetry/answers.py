"""The answers of the telemetry port, the same from every backend.

Each answer names the query that was run, so that a person can run it again. Where the backend has pages, `link` is the
address of the one that shows the answer; empty where it has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from whodunit.telemetry.questions import Attributes


@dataclass(frozen=True)
class Span:
    """One span as recorded; `start` in UTC, `duration_s` in seconds.

    A link has `trace_id`, `span_id` and `attributes`. `release` and `instance` are its process', empty where untold.
    """

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
    links: Sequence[Mapping[str, object]] = ()
    release: str = ""
    instance: str = ""

    @property
    def end(self) -> datetime:
        """The moment at which it ended, in UTC."""
        return self.start + timedelta(seconds=self.duration_s)


@dataclass(frozen=True)
class LogRecord:
    """One log record as recorded; `release` is its process', empty where untold."""

    time: datetime
    service: str
    severity: str
    body: str
    trace_id: str | None
    span_id: str | None
    attributes: Attributes
    release: str = ""


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
class Numbers:
    """The answer to several `MetricQuery`s, in their order: a value is None when no point lies in its window.

    `statement` is written out when somebody reads the `query`: the alerts ask every five seconds.
    """

    values: Sequence[float | None]
    statement: object

    @property
    def query(self) -> str:
        """The question in the backend's language, ready to be run by hand."""
        return str(self.statement)


@dataclass(frozen=True)
class Spans:
    """The answer to a `SpanQuery`: how many match in all, and some of them (slowest first).

    A limit that was reached makes the count a lower bound, here and below.
    """

    count: int
    sample: Sequence[Span]
    query: str
    link: str = ""
    is_lower_bound: bool = False


@dataclass(frozen=True)
class Logs:
    """The answer to a `LogQuery`: how many match in all, and some of them (newest last)."""

    count: int
    sample: Sequence[LogRecord]
    query: str
    link: str = ""
    is_lower_bound: bool = False


@dataclass(frozen=True)
class Series:
    """One line of a plot: values at equal steps; None where nothing was recorded."""

    attributes: Attributes
    times: Sequence[datetime]
    values: Sequence[float | None]

    @property
    def with_zeros(self) -> "Series":
        """The line of something that is counted: between two values, a step without points counted nothing."""
        told = [step for step, value in enumerate(self.values) if value is not None]
        first, last = (told[0], told[-1]) if told else (0, 0)
        values = [0.0 if value is None and first < step < last else value for step, value in enumerate(self.values)]
        return replace(self, values=values)


@dataclass(frozen=True)
class Plot:
    """The answer to a metric over time; `unit` is that of the values."""

    unit: str
    series: Sequence[Series]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Buckets:
    """A histogram's measurements, counted per step of time and bucket: `counts[step][bucket]`.

    `bounds` are the upper ends of the buckets in `unit`, ascending, the last one infinite; both are empty where nothing
    was measured.
    """

    unit: str
    bounds: Sequence[float]
    times: Sequence[datetime]
    counts: Sequence[Sequence[float]]
    query: str
    link: str = ""


@dataclass(frozen=True)
class Exemplar:
    """A measurement that tells its trace; `value` is in the metric's unit."""

    time: datetime
    value: float
    trace_id: str


@dataclass(frozen=True)
class Exemplars:
    """Exemplars of a metric, oldest first."""

    exemplars: Sequence[Exemplar]
    query: str


@dataclass(frozen=True)
class TraceSummary:
    """One trace in a search result; without its root it is a fragment, as while the root has not ended."""

    trace_id: str
    service: str
    name: str
    start: datetime
    duration_s: float
    spans: int
    errors: int
    has_root: bool = True


@dataclass(frozen=True)
class TraceList:
    """Traces that hold a matching span: how many, and some of them (newest first, or slowest first if asked)."""

    count: int
    traces: Sequence[TraceSummary]
    query: str
    link: str = ""
    is_lower_bound: bool = False


@dataclass(frozen=True)
class Edge:
    """Calls from one service to another within a window, as the caller saw them.

    `caller` is None for the shop's entry. `kind` is `service`, `peer` (it has no telemetry of its own) or
    `database`. `waiting_ratio` is the share of a database's time that its caller waited for a connection; 0 where the
    backend cannot tell. `calls` is how many there were.
    """

    caller: str | None
    callee: str
    calls_per_s: float
    error_ratio: float
    p95_s: float
    kind: str = "service"
    waiting_ratio: float = 0.0
    calls: float = 0.0


@dataclass(frozen=True)
class ServiceMap:
    """Calls between services, as edges.

    `heard` holds when each service was heard last, by any signal: one that calls and is no longer heard is dead.
    """

    edges: Sequence[Edge]
    query: str
    heard: Mapping[str, datetime]
    link: str = ""


@dataclass(frozen=True)
class MetricInfo:
    """The description of a metric; `kind` is gauge, sum or histogram."""

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
    """The alerts that are pending or firing, by name; `query` is the request or the expressions behind it."""

    alerts: Sequence[Alert]
    query: str
    link: str = ""
