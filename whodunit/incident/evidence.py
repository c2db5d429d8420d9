"""The evidence language: checks in OpenTelemetry's own terms, the same for every backend.

A check names its evidence and a bound. Metrics are judged over a sliding window that ends now; spans and log
records are counted, and so are the alerts that fire now. The shoppers' figures are the load generator's.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.check import Counted
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.visit_check import VisitCheck
from whodunit.strict_yaml.quantities import Duration, Strict, Where
from whodunit.telemetry.questions import EventQuery, LogQuery, SpanQuery

Status = Literal["unset", "ok", "error"]
Kind = Literal["internal", "server", "client", "producer", "consumer"]
Severity = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


class SpanConditions(Strict):
    """Conditions that a span meets, all of them."""

    service: str | None = None
    name: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    where: Where
    status_message: str | None = Field(None, description="The whole text that stands with the status")
    longer_than: Duration | None = None
    shorter_than: Duration | None = None
    under: "SpanConditions | None" = Field(None, description="An ancestor in the same trace")

    def query(self, trace_id: str | None = None) -> SpanQuery:
        """The question to the telemetry."""
        return SpanQuery(
            service=self.service,
            name=self.name,
            kind=self.kind,
            status=self.status,
            where=self.where,
            longer_than_s=self.longer_than,
            shorter_than_s=self.shorter_than,
            under=self.under.query() if self.under else None,
            trace_id=trace_id,
            status_message=self.status_message,
        )


class EventConditions(Strict):
    """An event that a span has."""

    name: str
    where: Where

    def query(self) -> EventQuery:
        """The question to the telemetry."""
        return EventQuery(self.name, self.where)


class SpanCheck(Counted, SpanConditions):
    """Spans that match; `in_trace_with` asks for further spans anywhere in the same trace."""

    event: EventConditions | None = None
    in_trace_with: list[SpanConditions] = Field(default_factory=list)

    @property
    def signal(self) -> str:
        return "span"

    def query(self, trace_id: str | None = None) -> SpanQuery:
        """The question to the telemetry."""
        return replace(super().query(trace_id), event=self.event.query() if self.event else None)


class LogCheck(Counted):
    """Log records that match; `body` is the whole text, exactly."""

    service: str | None = None
    severity: Severity | None = None
    body: str | None = None
    contains: str | None = None
    where: Where
    joined_to_trace: bool = Field(False, description="Only records whose trace was recorded as well")

    @property
    def signal(self) -> str:
        return "log"

    def query(self) -> LogQuery:
        """The question to the telemetry."""
        return LogQuery(
            service=self.service,
            severity=self.severity,
            body=self.body,
            body_contains=self.contains,
            where=self.where,
            joined_to_trace=self.joined_to_trace,
        )


AnyCheck = MetricCheck | SpanCheck | LogCheck | AlertCheck | VisitCheck


class Evidence(Strict):
    """Checks of the three signals, of alerts, and of the shoppers' figures."""

    metrics: list[MetricCheck] = Field(default_factory=list)
    spans: list[SpanCheck] = Field(default_factory=list)
    logs: list[LogCheck] = Field(default_factory=list)
    alerts: list[AlertCheck] = Field(default_factory=list)
    visits: list[VisitCheck] = Field(default_factory=list)

    @property
    def checks(self) -> list[AnyCheck]:
        """All of them, in the order of the file."""
        return [*self.metrics, *self.spans, *self.logs, *self.alerts, *self.visits]

    def plus(self, more: "Evidence") -> Self:
        """This section with further checks; raises ValueError when both have an id."""
        kinds = ("metrics", "spans", "logs", "alerts", "visits")
        both = self.model_copy(update={kind: [*getattr(self, kind), *getattr(more, kind)] for kind in kinds})
        _refuse_duplicate_ids(both.checks)
        return both

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        _refuse_duplicate_ids(self.checks)
        return self


def _refuse_duplicate_ids(checks: Sequence[AnyCheck]) -> None:
    ids = [check.id for check in checks]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"duplicate ids: {', '.join(twice)}")
