"""The evidence that a check judges: the requests it made, and the telemetry that arrived."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from whodunit.errors import LabError
from whodunit.exercise.alerting.watched import Alerting
from whodunit.exercise.catalogue import Request

if TYPE_CHECKING:
    from whodunit.exercise.piping.piped import Piped

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class SpanId:
    """A span's place: its trace and its id in it."""

    trace_id: str
    span_id: str


@dataclass(frozen=True)
class Span:
    """A span that arrived; its kind in small letters, times since 1970; events with their `event.name`.

    `types` are those of the attributes that were sent as anything but text, as the store names them (int, array);
    `local_links` are those of its links whose context, by their sender's word, did not come from elsewhere.
    """

    id: SpanId
    parent_id: str
    name: str
    kind: str
    start_us: int
    duration_s: float
    status: str
    attributes: Attributes = field(default_factory=dict)
    links: tuple[SpanId, ...] = ()
    events: tuple[Attributes, ...] = ()
    types: Attributes = field(default_factory=dict)
    local_links: tuple[SpanId, ...] = ()

    @property
    def end_us(self) -> float:
        """The moment of its end."""
        return self.start_us + self.duration_s * 1e6


@dataclass(frozen=True)
class LogLine:
    """A log record that arrived."""

    time_us: int
    body: str
    within: SpanId
    attributes: Attributes = field(default_factory=dict)
    severity: str = ""

    def tells(self, value: str) -> bool:
        """True if `value` is one of its attributes, or a word of its text."""
        words = self.body.replace("=", " ").replace(":", " ").split()
        return value in self.attributes.values() or value in {word.strip(".,;'\"()[]{}") for word in words}


@dataclass(frozen=True)
class Series:
    """One metric with one set of attributes, from the start of the program to its end; `type` as registries name it."""

    name: str
    unit: str
    type: str
    attributes: Attributes
    count: int = 0
    bounds: tuple[float, ...] = ()
    bucket_counts: tuple[int, ...] = ()
    value: float = 0.0


@dataclass(frozen=True)
class Visit:
    """A request of the check, and its answer; `caller` is the id of the span that it came from."""

    request: Request
    trace_id: str
    status: int
    body: str = ""
    caller: str = ""

    def __str__(self) -> str:
        return f"{self.request.method} {self.request.path}"


@dataclass(frozen=True)
class Delivery:
    """One way to configure the exporters: `wanted` is each signal's backend, `arrived` those where it came.

    `failed` is the reason why the application did not run with these variables, `raised` the exception of its last
    traceback.
    """

    variables: str
    wanted: Mapping[str, str]
    arrived: Mapping[str, frozenset[str]]
    failed: LabError | None = None
    raised: str = ""

    @property
    def is_right(self) -> bool:
        """True if each signal came to its backend, and to no other."""
        right = {signal: frozenset({backend}) for signal, backend in self.wanted.items()}
        return not self.failed and self.arrived == right


@dataclass(frozen=True)
class Cost:
    """Processor time of a request in microseconds, with the telemetry and without a line of it."""

    with_us: float
    without_us: float

    @property
    def more_us(self) -> float:
        """What the telemetry takes."""
        return self.with_us - self.without_us


@dataclass(frozen=True)
class Evidence:
    """Everything of one check; `database` is the application's file, as it was left, `answer` the learner's.

    `raised` is the exception of its last traceback, `second_start` why it does not start on its own database again,
    `span_batches` how often it has sent spans.
    `alerting` is all there is where the learner writes alerts, `piped` where it is a Collector's configuration.
    """

    visits: tuple[Visit, ...]
    spans: tuple[Span, ...] = ()
    logs: tuple[LogLine, ...] = ()
    series: tuple[Series, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    database: Path | None = None
    answer: Attributes = field(default_factory=dict)
    right_answer: Attributes = field(default_factory=dict)
    raised: str = ""
    second_start: str = ""
    span_batches: int = 0
    cost: Cost | None = None
    alerting: Alerting | None = None
    piped: "Piped | None" = None

    def trace(self, visit: Visit) -> list[Span]:
        """The spans of a request by their start."""
        return sorted((s for s in self.spans if s.id.trace_id == visit.trace_id), key=lambda s: s.start_us)

    def servers(self, visit: Visit) -> list[Span]:
        """The server spans of a request."""
        return [span for span in self.trace(visit) if span.kind == "server"]

    def below(self, span: Span) -> Iterator[Span]:
        """The spans that descend from `span`."""
        for child in self.spans:
            if child.parent_id == span.id.span_id and child.id.trace_id == span.id.trace_id:
                yield child
                yield from self.below(child)
