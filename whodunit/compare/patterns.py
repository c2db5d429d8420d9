"""Patterns of log lines: how often each was written, when, by whom; and how they changed between two windows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from whodunit.compare.gathering import every_log
from whodunit.compare.templates import Template, Templates
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.citation import evidence_of_line
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
        """The text by which the line can be cited; empty where it cannot."""
        return evidence_of_line(self.example, self.trace_id) or ""


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
    """Every pattern of two windows: new ones first, then gone ones, then the others by how their rates differ.

    `is_all` is False where a backend did not give all lines.
    """

    changes: Sequence[PatternChange]
    query: str
    is_all: bool


def patterns(telemetry: Telemetry, query: LogQuery, window: Window) -> Patterns:
    """The patterns of the lines that match; raises TelemetryError."""
    found = every_log(telemetry, query, window)
    listed = (_pattern(template, records) for template, records in _grouped(found.items, Templates()).items())
    return Patterns(sorted(listed, key=lambda each: -each.count), found.query)


def changed_patterns(
    telemetry: Telemetry, query: LogQuery, before: Window, after: Window, other: Telemetry | None = None
) -> PatternChanges:
    """The patterns of both windows, side by side; raises TelemetryError.

    `other` is the telemetry of the second window, where it is not the same.
    """
    found, templates = (every_log(telemetry, query, before), every_log(other or telemetry, query, after)), Templates()
    was, now = (_grouped(each.items, templates) for each in found)
    changes = [
        _change(template, was.get(template, []), now.get(template, []), before, after)
        for template in dict.fromkeys((*was, *now))
    ]
    queries, is_all = ";\n\n".join(each.query for each in found), all(each.is_all for each in found)
    return PatternChanges(sorted(changes, key=_order), queries, is_all)


def _grouped(records: Sequence[LogRecord], templates: Templates) -> Mapping[Template, list[LogRecord]]:
    found: dict[Template, list[LogRecord]] = defaultdict(list)
    for record in records:
        found[templates.of(record.body, (record.service, record.severity))].append(record)
    return found


def _pattern(template: Template, records: Sequence[LogRecord]) -> Pattern:
    shown = next((record for record in records if record.trace_id), records[0])
    times = [record.time for record in records]
    return Pattern(shown.service, shown.severity, str(template), shown.body, shown.trace_id, times)


def _change(
    template: Template, was: Sequence[LogRecord], now: Sequence[LogRecord], before: Window, after: Window
) -> PatternChange:
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
