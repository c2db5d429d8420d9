"""A reference to what telemetry shows, the same for a grader, a pinboard and a tool: a number, a span, a log line."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Discriminator, Field, Tag, ValidationError, model_validator

from whodunit.strict_yaml.quantities import Strict, Where
from whodunit.telemetry.answers import Span
from whodunit.telemetry.questions import MetricQuery, Statistic, Window

SHORTEST = timedelta(seconds=10)
"""Two exports of metrics: a shorter window may hold none."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(min_length=6, max_length=32, pattern="^[0-9a-fA-F]+$", description="It may be abbreviated")]

LONGEST_PART = 80
"""Characters of a log line that its evidence id repeats: the grader looks for a part of a line."""

QUOTED = r'"(?:[^"\\]|\\.)*"'
"""A value of an attribute in which characters of the line's own grammar stand, as JSON has it."""

_PLAIN = re.compile(r'[^\s,={}"]+')
_ALMOST_A_SECOND = timedelta(microseconds=999_999)

_STATISTICS: dict[str, Statistic] = {
    "rate": Statistic.RATE,
    "mean": Statistic.MEAN,
    "p": Statistic.PERCENTILE,
    "value": Statistic.LAST,
    "max": Statistic.MAX,
}


class MetricCitation(Strict):
    """One number from one metric over a window of time; `rate` is per second, `value` the last one."""

    metric: Name
    service: Name | None = None
    where: Where
    statistic: Literal["rate", "mean", "p", "value", "max"]
    p: float | None = Field(None, gt=0, lt=100, strict=False, description="The percentile, with statistic `p`")
    window: tuple[AwareDatetime, AwareDatetime] = Field(strict=False, description="From, until")

    @classmethod
    def of(cls, query: MetricQuery, window: Window) -> "MetricCitation | None":
        """The citation of an answer to `query`, counts as rates; None if it cannot be cited."""
        statistic = Statistic.RATE if query.statistic in (Statistic.COUNT, Statistic.INCREASE) else query.statistic
        word = next((word for word, each in _STATISTICS.items() if each is statistic), None)
        said = {"metric": query.name, "service": query.service, "where": dict(query.where), "statistic": word}
        try:
            return cls.model_validate(said | {"p": query.percentile, "window": (window.start, window.end)})
        except ValidationError:
            return None

    @property
    def query(self) -> MetricQuery:
        """The question to the telemetry."""
        return MetricQuery(self.metric, _STATISTICS[self.statistic], self.service, self.where, self.p)

    @property
    def time(self) -> Window:
        """The window."""
        return Window(*self.window)

    @model_validator(mode="after")
    def _is_one_number(self) -> Self:
        if (self.p is not None) != (self.statistic == "p"):
            raise ValueError("p is the percentile of statistic p: write both, as in p95, or none")
        if self.window[1] - self.window[0] < SHORTEST:
            raise ValueError(f"the window is shorter than {SHORTEST.total_seconds():g} s, or ends before it begins")
        return self

    @property
    def number(self) -> str:
        """The number without its window, such as `payments{service=payment} p95`."""
        where = {"service": self.service} | self.where if self.service else self.where
        labels = f"{{{','.join(f'{key}={_value(value)}' for key, value in where.items())}}}" if where else ""
        statistic = f"p{self.p:g}" if self.p is not None else self.statistic
        return f"{self.metric}{labels} {statistic}"

    @property
    def dated(self) -> str:
        """As `str`, with dates, in UTC and to whole seconds around the window: read alike elsewhere and tomorrow."""
        start, end = self.window[0], self.window[1] + _ALMOST_A_SECOND
        return f"metric {self.number} {'..'.join(f'{each.astimezone(UTC):%FT%TZ}' for each in (start, end))}"

    def __str__(self) -> str:
        return f"metric {self.number} {'..'.join(map(_clock, self.window))}"


class SpanCitation(Strict):
    """One span of one trace."""

    trace: Id
    span: Id

    def __str__(self) -> str:
        return f"span {self.trace} {self.span}"


class LogCitation(Strict):
    """A log line, or a part of it, and the trace that holds it."""

    log: Annotated[str, Field(min_length=3, max_length=500)]
    trace: Id

    @classmethod
    def of(cls, body: str, trace_id: str | None) -> "LogCitation | None":
        """The citation of a line by its beginning; None if it is too short, or belongs to no trace."""
        said = {"log": body.strip().split("\n", 1)[0][:LONGEST_PART].strip(), "trace": trace_id}
        try:
            return cls.model_validate(said)
        except ValidationError:
            return None

    def __str__(self) -> str:
        return f"log {self.trace} {self.log}"


def _kind(cited: Any) -> str:
    """The kind of a citation, by the fields that it has alone."""
    fields = cited if isinstance(cited, dict) else vars(cited) if isinstance(cited, Strict) else {}
    return next((kind for kind in ("metric", "log") if kind in fields), "span")


Citation = Annotated[
    Annotated[MetricCitation, Tag("metric")]
    | Annotated[SpanCitation, Tag("span")]
    | Annotated[LogCitation, Tag("log")],
    Discriminator(_kind),
]
"""As JSON, or as YAML, it is an object with the fields of its kind."""


def evidence_of_number(query: MetricQuery, window: Window) -> str | None:
    """The evidence id of a number; None if it cannot be cited, such as in less than 10 s."""
    citation = MetricCitation.of(query, window)
    return citation.dated if citation else None


def evidence_of_span(span: Span) -> str:
    """The evidence id of a span."""
    return str(SpanCitation(trace=span.trace_id, span=span.span_id))


def evidence_of_line(body: str, trace_id: str | None) -> str | None:
    """The evidence id of a log line; None if it cannot be cited."""
    citation = LogCitation.of(body, trace_id)
    return str(citation) if citation else None


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"
