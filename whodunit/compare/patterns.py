"""Patterns of log lines: how often each was written, when, by whom; and how they changed between two windows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from whodunit.compare.gathering import every_log
from whodunit.compare.templates import Template, Templates
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.citation import LogCitation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, Window

Change = Literal["new", "gone", "more", "fewer", "same"]


@dataclass(frozen=True)
class Pattern:
    """Lines of one service and severity that differ only in their values, which the template shows as `<*>`.

    `trace_id` is of the first line with a trace, `example` its text, or that of the first line; `times` are those of
    all lines, oldest first.
    """

    service: str
    severity: str
    template: str
    example: str
    trace_id: str | None
    times: Sequence[datetime]

    @property
    def count(self) -> int:
        """The number of lines."""
        return len(self.times)

    @property
    def first_seen(self) -> datetime:
        """The time of the first line."""
        return self.times[0]

    @property
    def last_seen(self) -> datetime:
        """The time of the last line."""
        return self.times[-1]

    @property
    def evidence_id(self) -> str:
        """The text by which the line can be cited; empty where none belongs to a trace."""
        return str(LogCitation(log=self.example.strip()[:500], trace=self.trace_id)) if self.trace_id else ""


@dataclass(frozen=True)
class PatternChange:
    """A pattern in two windows: its lines before and after, and those per second."""

    pattern: Pattern
    before: Sequence[datetime]
    after: Sequence[datetime]
    before_per_s: float
    after_per_s: float

    @property
    def change(self) -> Change:
        """`new` and `gone` where one window has none; `more` and `fewer` by the lines per second."""
        if not self.before:
            return "new"
        if not self.after:
            return "gone"
        if self.before_per_s == self.after_per_s:
            return "same"
        return "more" if self.after_per_s > self.before_per_s else "fewer"


@dataclass(frozen=True)
class Patterns:
    """The patterns of a window, the most frequent first; `query` found their lines."""

    patterns: Sequence[Pattern]
    query: str

    @property
    def lines(self) -> int:
        """The number of lines."""
        return sum(pattern.count for pattern in self.patterns)


@dataclass(frozen=True)
class PatternChanges:
    """Every pattern of two windows: new ones first, then gone ones, then the others by how their rates differ."""

    changes: Sequence[PatternChange]
    query: str


def patterns(telemetry: Telemetry, query: LogQuery, window: Window) -> Patterns:
    """The patterns of the lines that match; raises TelemetryError."""
    grouped = _grouped(every_log(telemetry, query, window))
    found = [_pattern(template, records) for template, records in grouped]
    return Patterns(sorted(found, key=lambda each: -each.count), telemetry.logs(query, window, 1).query)


def changed_patterns(telemetry: Telemetry, query: LogQuery, before: Window, after: Window) -> PatternChanges:
    """The patterns of both windows, side by side; raises TelemetryError."""
    records = every_log(telemetry, query, before) + every_log(telemetry, query, after)
    found = [_change(template, lines, before, after) for template, lines in _grouped(records)]
    asked = [telemetry.logs(query, window, 1).query for window in (before, after)]
    return PatternChanges(sorted(found, key=_order), ";\n\n".join(asked))


def _grouped(records: Sequence[LogRecord]) -> list[tuple[Template, list[LogRecord]]]:
    templates = Templates()
    lines: dict[int, list[LogRecord]] = defaultdict(list)
    known: dict[int, Template] = {}
    for record in records:
        template = templates.of(record.body, (record.service, record.severity))
        known[id(template)] = template
        lines[id(template)].append(record)
    return [(known[key], found) for key, found in lines.items()]


def _pattern(template: Template, records: Sequence[LogRecord]) -> Pattern:
    shown = next((record for record in records if record.trace_id), records[0])
    times = [record.time for record in records]
    return Pattern(shown.service, shown.severity, str(template), shown.body, shown.trace_id, times)


def _change(template: Template, records: Sequence[LogRecord], before: Window, after: Window) -> PatternChange:
    was = [record for record in records if before.start <= record.time < before.end]
    now = [record for record in records if after.start <= record.time < after.end]
    return PatternChange(
        _pattern(template, now or was),
        [record.time for record in was],
        [record.time for record in now],
        len(was) / before.seconds,
        len(now) / after.seconds,
    )


_FIRST = {"new": 0, "gone": 1}


def _order(each: PatternChange) -> tuple[int, float]:
    return (_FIRST.get(each.change, 2), -abs(each.after_per_s - each.before_per_s))
