"""Logs: the lines that meet all conditions, how many over time, their patterns, and lines as they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from zlib import crc32

from whodunit.desk import conditions
from whodunit.desk.asked import Answer, Asked, command, option
from whodunit.desk.logs import patterns, volume
from whodunit.desk.mystery.notebook import pins_of, titled
from whodunit.desk.pool import together
from whodunit.errors import WrongUseError
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.citation import evidence_of_line
from whodunit.telemetry.conditions import SEVERITY_NAMES, severity
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.views.desk import of_several_releases
from whodunit.views.log_lines import ended, query, sender
from whodunit.views.stack_trace import in_short
from whodunit.views.trace_table import SHORT_ID

USUAL, MOST = 200, 1_000
LINES, PATTERNS, TAIL = FORMS = ("lines", "patterns", "tail")
TAIL_S, TAIL_LINES, TAIL_REFRESH_S = 60, 100, 2


@dataclass(frozen=True)
class Row:
    """A line as it is shown: its text, the error that it carries, what else it says, its stack trace in short.

    `evidence` is its id as evidence; None where no answer could cite it.
    """

    record: LogRecord
    sender: str
    error: str
    more: str
    stack: str
    evidence: str | None

    @property
    def title(self) -> str:
        """The words that a pin of it is shown by."""
        return titled(self.record.service, self.record.severity, self.record.body)

    @property
    def key(self) -> str:
        """The same whenever the line is asked for, so that a page knows which one is new."""
        record = self.record
        return f"l{crc32(repr((record.time, record.service, record.body, record.span_id)).encode()):08x}"


def page(asked: Asked) -> Answer:
    """The log lines, their patterns or the newest of them; raises WrongUseError."""
    return {LINES: _lines, PATTERNS: _patterns, TAIL: _tail}[asked.choice("as", FORMS, LINES)](asked)


def _patterns(asked: Asked) -> Answer:
    find = partial(patterns.found, asked.telemetry, _query(asked), asked.times.window)
    found, services = together(find, asked.telemetry.service_names)
    shown = {
        **_form(PATTERNS, services),
        "rows": found.rows,
        "patterns": found.patterns,
        "lines": found.lines,
        "refresh_s": 0,
    }
    typed = _command(asked, patterns.MOST_PATTERNS, "--patterns")
    return Answer("logs/patterns.html", "Logs", typed, found.query, shown)


def _tail(asked: Asked) -> Answer:
    if asked.source.recorded:
        raise WrongUseError("No line comes in a recording.", f"See those that it has: as={LINES}.")
    now = asked.source.now()
    window = Window(now - timedelta(seconds=TAIL_S), now)
    find = partial(asked.telemetry.logs, _query(asked), window, TAIL_LINES)
    found, services, pins = together(find, asked.telemetry.service_names, partial(pins_of, asked))
    shown = {
        **_form(TAIL, services),
        "pins": pins,
        "rows": [_row(record, with_release=False) for record in reversed(found.sample)],
        "refresh_s": TAIL_REFRESH_S,
    }
    typed = command("logs", *_conditions(asked), "--follow")
    return Answer("logs/tail.html", "Logs", typed, found.query, shown)


def _form(form: str, services: Sequence[str]) -> dict[str, Any]:
    """What the search form and the lines need."""
    return {
        "form": form,
        "forms": FORMS,
        "services": services,
        "severities": SEVERITY_NAMES,
        "short": SHORT_ID,
    }


def _lines(asked: Asked) -> Answer:
    limit = asked.number("limit", USUAL, MOST)
    wanted, window = _query(asked), asked.times.window
    found, counts, services, several, pins = together(
        partial(asked.telemetry.logs, wanted, window, limit),
        partial(asked.telemetry.log_volume, wanted, window, volume.step_s(window)),
        asked.telemetry.service_names,
        partial(of_several_releases, asked.telemetry, window),
        partial(pins_of, asked),
    )
    shown = {
        **_form(LINES, services),
        "found": found,
        "rows": [_row(record, with_release=record.service in several) for record in reversed(found.sample)],
        "volume": volume.drawing(counts, window),
        "limit": limit,
        "pins": pins,
    }
    told = f"{found.query};\n\n{counts.query}"
    return Answer("logs/page.html", "Logs", _command(asked, limit), told, shown)


def _row(record: LogRecord, *, with_release: bool) -> Row:
    error = error_text.of_exception(record.attributes)
    return Row(
        record,
        sender(record, with_release=with_release),
        error if error and error not in record.body else "",
        " · ".join((*query(record), *ended(record))),
        "\n".join(in_short(record.attributes.get("exception.stacktrace", ""))),
        evidence_of_line(record.body, record.trace_id),
    )


def _query(asked: Asked) -> LogQuery:
    return LogQuery(
        service=asked.one("service") or None,
        least_severity=severity(asked.one("severity")),
        body_contains=asked.one("contains") or None,
        trace_id=asked.one("trace") or None,
        where=conditions.read(asked.several("where")),
    )


def _command(asked: Asked, limit: int, *more: str) -> str:
    times = asked.times.options
    return command("logs", *_conditions(asked), *times, *more, "--limit", str(limit))


def _conditions(asked: Asked) -> list[str]:
    names = ("service", "severity", "contains", "trace")
    options = [word for name in names for word in option(name, asked.one(name))]
    return [*options, *(word for pair in asked.several("where") for word in ("--where", pair))]
