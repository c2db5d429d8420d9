"""The evidence language: what must be seen, in OpenTelemetry's own terms, whoever answers.

A check names its evidence and a bound. Metrics are judged over a sliding window that ends now; spans and log
records are counted.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from whodunit.scenario.quantities import AttributeValue, Duration, Quantity, Strict
from whodunit.telemetry.port import LogQuery, MetricQuery, SpanQuery, Statistic

Where = Annotated[
    dict[str, AttributeValue],
    Field(default_factory=dict, description="Attributes that must have these values"),
]
Status = Literal["unset", "ok", "error"]
Kind = Literal["internal", "server", "client", "producer", "consumer"]
Severity = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]

TAKEN = {"histogram": ("mean", "count", "rate"), "counter": ("increase", "rate"), "gauge": ("last", "max")}
"""What `take` may say for each kind of instrument; counters and gauges take the first when it is left out."""


class Check(Strict):
    """One thing to look for, and the bound that decides."""

    id: str = Field(pattern="^[a-z0-9][a-z0-9-]*$", description="Names the check in results; never changes")
    title: str = Field(min_length=3, description="What it means, for people")
    above: Quantity | None = None
    below: Quantity | None = None
    at_least: Quantity | None = None
    at_most: Quantity | None = None
    window: Duration = Field(20.0, description="How far back to look; the window ends now")
    within: Duration | None = Field(None, description="Deadline, from the start of the phase")

    @property
    def signal(self) -> str:
        """`metric`, `span` or `log`."""
        raise NotImplementedError

    @property
    def is_bounded(self) -> bool:
        """Whether the file states a bound."""
        return any(bound is not None for bound in (self.above, self.below, self.at_least, self.at_most))

    @property
    def floor(self) -> float | None:
        """The smallest count that holds, where it is stated or understood."""
        return self.at_least

    def holds(self, value: float) -> bool:
        """Whether `value` lies within the bounds."""
        return (
            (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.floor is None or value >= self.floor)
            and (self.at_most is None or value <= self.at_most)
        )


class MetricCheck(Check):
    """A number from one metric. `p` and `take` say how the points of the window become one number."""

    histogram: str | None = None
    counter: str | None = None
    gauge: str | None = None
    service: str | None = None
    where: Where
    p: float | None = Field(None, gt=0, lt=100, description="Percentile of a histogram")
    take: Literal["mean", "count", "increase", "rate", "last", "max"] | None = None

    @model_validator(mode="after")
    def _is_one_number(self) -> Self:
        named = [kind for kind in TAKEN if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError("name exactly one of histogram, counter, gauge")
        self._check_statistic(named[0])
        if not self.is_bounded:
            raise ValueError("state a bound: above, below, at_least or at_most")
        return self

    def _check_statistic(self, instrument: str) -> None:
        if self.p is not None and (instrument != "histogram" or self.take is not None):
            raise ValueError("p is the percentile of a histogram and stands without take")
        if self.p is None and instrument == "histogram" and self.take is None:
            raise ValueError(f"a histogram needs p or take: {', '.join(TAKEN[instrument])}")
        if self.take is not None and self.take not in TAKEN[instrument]:
            raise ValueError(f"take of a {instrument} is one of: {', '.join(TAKEN[instrument])}")

    @property
    def signal(self) -> str:
        """See `Check`."""
        return "metric"

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.histogram or self.counter or self.gauge or ""

    @property
    def statistic(self) -> Statistic:
        """How the window becomes one number."""
        if self.p is not None:
            return Statistic.PERCENTILE
        return Statistic(self.take or ("increase" if self.counter else "last"))

    @property
    def in_seconds(self) -> bool:
        """Whether the number is a duration: our histograms measure seconds."""
        return self.histogram is not None and self.statistic in (Statistic.PERCENTILE, Statistic.MEAN)

    def query(self) -> MetricQuery:
        """The question to the telemetry."""
        return MetricQuery(self.name, self.statistic, self.service, self.where, self.p)


class SpanConditions(Strict):
    """Conditions that a span meets, all of them."""

    service: str | None = None
    name: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    where: Where
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
        )


class Counted(Check):
    """A check that counts; without a bound it asks for at least one."""

    @property
    def floor(self) -> float | None:
        """See `Check`."""
        return self.at_least if self.is_bounded else 1


class SpanCheck(Counted, SpanConditions):
    """Spans that match; `in_trace_with` asks for further spans anywhere in the same trace."""

    in_trace_with: list[SpanConditions] = Field(default_factory=list)

    @property
    def signal(self) -> str:
        """See `Check`."""
        return "span"


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
        """See `Check`."""
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


AnyCheck = MetricCheck | SpanCheck | LogCheck


class Evidence(Strict):
    """Checks of the three signals."""

    metrics: list[MetricCheck] = Field(default_factory=list)
    spans: list[SpanCheck] = Field(default_factory=list)
    logs: list[LogCheck] = Field(default_factory=list)

    @property
    def checks(self) -> list[AnyCheck]:
        """All of them, in the order of the file."""
        return [*self.metrics, *self.spans, *self.logs]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [check.id for check in self.checks]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"ids stand twice: {', '.join(twice)}")
        return self
