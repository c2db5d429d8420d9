"""The questions that the lab asks of telemetry: one number, spans, log records, within a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Attributes = Mapping[str, str]

Names = str | Sequence[str]
"""One name, or several of which one is enough."""

Conditions = Mapping[str, Names]
"""Attributes and the values that each may have."""

RELEASE = "service.version"
"""An attribute of the process that measured, by which every metric can be narrowed and split as by its own."""


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
    """A way to make one number of a metric's points within a window."""

    PERCENTILE = "percentile"  # of a histogram, in its unit
    MEAN = "mean"  # of a histogram, in its unit
    COUNT = "count"  # of a histogram's measurements
    INCREASE = "increase"  # of a monotonic counter
    RATE = "rate"  # of a counter or of a histogram's count, per second
    LAST = "last"  # of a gauge or up-down counter: the sum over series of each series' last value
    MAX = "max"  # of a gauge or up-down counter
    RISE = "rise"  # of a gauge or up-down counter: by how much each series' last value exceeds its least, summed

    @property
    def is_counted(self) -> bool:
        """True if it is a number of things that happened, which is 0 while nothing happens."""
        return self in {Statistic.COUNT, Statistic.INCREASE, Statistic.RATE}


@dataclass(frozen=True)
class MetricQuery:
    """One number from one metric.

    `where` matches attributes exactly; `percentile` is 0 to 100 and only for `Statistic.PERCENTILE`; `longer_than_s` is
    only for `Statistic.COUNT`, and a boundary of the histogram's buckets.
    """

    name: str
    statistic: Statistic
    service: Names | None = None
    where: Conditions = field(default_factory=dict)
    percentile: float | None = None
    longer_than_s: float | None = None


@dataclass(frozen=True)
class EventQuery:
    """An event of a span, by its name and some of its attributes."""

    name: str
    where: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class SpanQuery:
    """Spans that match every given condition; durations in seconds.

    `status_message` is the whole text; `event` is of the span itself, never of an ancestor; `under` asks for an
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


SEVERITIES = {"TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21}
"""The least severity number of each level, from OpenTelemetry's log data model."""


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
