"""Patterns of log lines: texts folded to templates, with their number, their times and one example."""

from dataclasses import dataclass

from whodunit.compare.patterns import Pattern, patterns
from whodunit.compare.templates import VALUE
from whodunit.errors import WrongUseError
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, Window

MOST_LINES, MOST_PATTERNS = 20_000, 200
"""Each line is read and compared in the lab, which has other things to do."""


@dataclass(frozen=True)
class Row:
    """A pattern; `words` are the longest that all its lines have in one piece, by which they are found."""

    pattern: Pattern
    words: str


@dataclass(frozen=True)
class Found:
    """The most frequent patterns of so many lines, and how many patterns there are."""

    rows: list[Row]
    patterns: int
    lines: int
    query: str


def found(telemetry: Telemetry, query: LogQuery, window: Window) -> Found:
    """The patterns of the lines that match; raises WrongUseError where there are too many lines."""
    count = telemetry.logs(query, window, 1).count
    if count > MOST_LINES:
        raise WrongUseError(
            f"{count:,} lines are too many for patterns; up to {MOST_LINES:,} are read.",
            "Choose a shorter time, a service or a severity, or see a terminal: whodunit logs --patterns",
        )
    all_of_them = patterns(telemetry, query, window)
    rows = [Row(each, _words(each.template)) for each in all_of_them.patterns[:MOST_PATTERNS]]
    return Found(rows, len(all_of_them.patterns), all_of_them.lines, all_of_them.query)


def _words(template: str) -> str:
    return max((piece.strip() for piece in template.split(VALUE)), key=len)
