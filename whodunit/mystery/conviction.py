"""Evidence that convicts: what it shows in this run shows in another of the same cause, and in none of an innocent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from whodunit.incident.metric_check import COUNTS, FEWEST, SHORTEST_S
from whodunit.mystery.facts import Number, Pair
from whodunit.mystery.trail import Trail
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.citation import LogCitation, MetricCitation, SpanCitation
from whodunit.telemetry.number_unit import number_unit
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Window

STEP = timedelta(seconds=5)
"""Windows slide by one export of metrics."""

SLACK = timedelta(seconds=5)
"""The time by which a window may begin too early or end too late: people read the onset from a plot."""

NEGLIGIBLE = 0.05
"""Of what a number became, it is nothing that it was before: a busy machine makes 15 ms of the 2 ms of a quiet one."""

PEER = "service.peer.name"
PER_SECOND = "/s"


class NoEvidence(Exception):
    """What is cited shows nothing; the message says why."""


@dataclass(frozen=True)
class Clue:
    """The part of a piece of evidence that can be looked for in any run; spans and log lines are counted per second.

    `window` is the time of this run in which it is read.
    """

    query: MetricQuery | SpanQuery | LogQuery
    unit: str
    window: Window

    def here(self, run: Trail) -> Pair:
        """The numbers of this run."""
        return Pair(before=self._read(run.telemetry, run.health), during=self._read(run.telemetry, self.window))

    def nearest(self, here: Pair, run: Trail) -> tuple[Pair, bool]:
        """The pair of another run that is most like `here`, and True if it is alike."""
        before = self._read(run.telemetry, run.health)
        if not _near(before, here.before, max(self._floor, NEGLIGIBLE * (here.during or 0.0))):
            return Pair(before=before, during=self._read(run.telemetry, run.trouble)), False
        found = [self._read(run.telemetry, window) for window in self._windows(run.trouble)]
        during = min(found, key=lambda number: _apart(number, here.during))
        return Pair(before=before, during=during), _near(during, here.during, self._floor)

    @property
    def _floor(self) -> float:
        return SHORTEST_S if self.unit == "s" else FEWEST

    def _read(self, telemetry: Telemetry, window: Window) -> Number:
        if isinstance(self.query, MetricQuery):
            value = telemetry.number(self.query, window).value
            return 0.0 if value is None and self.query.statistic in COUNTS else value
        if isinstance(self.query, SpanQuery):
            return telemetry.spans(self.query, window, 1).count / max(1.0, window.seconds)
        return telemetry.logs(self.query, window, 1).count / max(1.0, window.seconds)

    def _windows(self, trouble: Window) -> Sequence[Window]:
        """Every equally long window of the trouble of a run, or all of it where it was shorter."""
        length = timedelta(seconds=min(self.window.seconds, trouble.seconds))
        steps = int((trouble.end - trouble.start - length) / STEP)
        return [Window(at, at + length) for at in (trouble.start + step * STEP for step in range(steps + 1))]


def _near(one: Number, other: Number, floor: float) -> bool:
    """True if two numbers are within a factor of 2, or both are too small to matter."""
    return _apart(one, other) <= 2 or (one is not None and other is not None and max(one, other) <= floor)


def _apart(one: Number, other: Number) -> float:
    """The factor between two numbers; 1 for the same."""
    if one == other:
        return 1.0
    if not one or not other or (one < 0) != (other < 0):
        return float("inf")
    return max(one / other, other / one)


def clue(citation: MetricCitation | SpanCitation | LogCitation, run: Trail) -> Clue:
    """The clue that a citation of this run gives; raises NoEvidence."""
    if isinstance(citation, MetricCitation):
        return _number(citation, run)
    return _span(citation, run) if isinstance(citation, SpanCitation) else _line(citation, run)


def _number(citation: MetricCitation, run: Trail) -> Clue:
    asked, citable = citation.time, run.citable
    known = {each.name: each for each in run.telemetry.metric_list(Window(run.health.start, citable.end)).metrics}
    if citation.metric not in known:
        raise NoEvidence("no such metric was recorded")
    if asked.start < citable.start - SLACK or asked.end > citable.end + SLACK:
        raise NoEvidence("its window is not between the onset and the first mitigation")
    metric = known[citation.metric]
    within = Window(max(asked.start, citable.start), min(asked.end, citable.end))
    query = citation.query
    return Clue(query, number_unit(query.statistic, metric.kind, metric.unit), within)


def _span(citation: SpanCitation, run: Trail) -> Clue:
    span = next((each for each in _trace(citation.trace, run) if each.span_id.startswith(citation.span.lower())), None)
    if span is None:
        raise NoEvidence("no such span was recorded")
    if not run.citable.start - SLACK <= span.start < run.citable.end:
        raise NoEvidence("it did not begin between the onset and the first mitigation")
    peer = {PEER: span.attributes[PEER]} if PEER in span.attributes else {}
    query = SpanQuery(span.service, span.name, span.kind, span.status, peer, longer_than_s=span.duration_s / 2)
    return Clue(query, PER_SECOND, run.trouble)


def _line(citation: LogCitation, run: Trail) -> Clue:
    record = _record(citation, run, run.citable)
    if record is None:
        early = _record(citation, run, run.health)
        raise NoEvidence("it was written before the onset" if early else "no such line was recorded in that trace")
    return Clue(LogQuery(record.service, record.severity, body=record.body), PER_SECOND, run.trouble)


def _record(citation: LogCitation, run: Trail, window: Window) -> LogRecord | None:
    query = LogQuery(body_contains=citation.log.strip(), trace_id=citation.trace, joined_to_trace=True)
    return next(iter(run.telemetry.logs(query, window, 1).sample), None)


def _trace(trace_id: str, run: Trail) -> Sequence[Span]:
    try:
        return run.telemetry.trace(trace_id).sample
    except TelemetryError:
        return ()
