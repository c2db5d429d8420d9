"""Logs: the lines that meet all conditions, how many there were over time, and the way from a line to its trace."""

from dataclasses import dataclass
from functools import partial

from whodunit.desk import conditions
from whodunit.desk.asked import Answer, Asked, command, option
from whodunit.desk.logs import volume
from whodunit.desk.pool import together
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.questions import LogQuery
from whodunit.views.desk import of_several_releases
from whodunit.views.log_lines import ended, query, sender
from whodunit.views.stack_trace import in_short
from whodunit.views.trace_table import SHORT_ID

USUAL, MOST = 200, 1_000


@dataclass(frozen=True)
class Row:
    """A line as it is shown: its text, the error that it carries, what else it says, its stack trace in short."""

    record: LogRecord
    sender: str
    error: str
    more: str
    stack: str


def page(asked: Asked) -> Answer:
    """The log lines; raises WrongUseError."""
    limit = asked.number("limit", USUAL, MOST)
    wanted, window = _query(asked), asked.times.window
    found, counts, services, several = together(
        partial(asked.telemetry.logs, wanted, window, limit),
        partial(asked.telemetry.log_volume, wanted, window, volume.step_s(window)),
        asked.telemetry.service_names,
        partial(of_several_releases, asked.telemetry, window),
    )
    shown = {
        "found": found,
        "rows": [_row(record, with_release=record.service in several) for record in reversed(found.sample)],
        "volume": volume.drawing(counts, window),
        "services": services,
        "severities": conditions.SEVERITY_NAMES,
        "limit": limit,
        "short": SHORT_ID,
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
    )


def _query(asked: Asked) -> LogQuery:
    return LogQuery(
        service=asked.one("service") or None,
        least_severity=conditions.severity(asked.one("severity")),
        body_contains=asked.one("contains") or None,
        trace_id=asked.one("trace") or None,
        where=conditions.read(asked.several("where")),
    )


def _command(asked: Asked, limit: int) -> str:
    names = ("service", "severity", "contains", "trace")
    options = [word for name in names for word in option(name, asked.one(name))]
    where = [word for pair in asked.several("where") for word in ("--where", pair)]
    now = asked.source.now()
    return command("logs", *options, *where, *asked.times.options(now), "--limit", str(limit))
