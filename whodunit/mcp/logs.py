"""Tools 4 and 5: log lines, and their patterns in two windows."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from whodunit.compare.patterns import PatternChange, changed_patterns
from whodunit.mcp import hints
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope, cut
from whodunit.mcp.parameters import After, Before, Cursor, End, Limit, Service, Start
from whodunit.mcp.source import Asked, interval
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.citation import evidence_of_line
from whodunit.telemetry.questions import LogQuery

_NOT_TOLD = ("code.", "exception.stacktrace", "otelTraceSampled")
"""Attributes of a line that take much room and tell little; `query` has them."""

_LONGEST_LINE = 400
Severity = Literal["DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


class LogTools:
    """Answers from log records."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def search_logs(
        self,
        service: Service = None,
        severity: Annotated[Severity | None, Field(description="This or worse")] = None,
        contains: Annotated[str | None, Field(description="Text, in any case")] = None,
        trace_id: str | None = None,
        start: Start = None,
        end: End = None,
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> str:
        """Log lines, newest first. Deployments and pools tell of themselves as INFO."""
        with self._ask() as source:
            hints.known_service(source, service)
            query = LogQuery(service=service, least_severity=severity, body_contains=contains, trace_id=trace_id)
            at = page({"query": query, "start": start, "end": end}, cursor, source.now)
            window = source.window(start, end, at.now)
            found = source.telemetry.logs(query, window, at.skip + limit)
            newest = list(reversed(found.sample))[at.skip :]
            given = [key for key, value in {"service": service, "severity": severity, "contains": contains,
                     "trace_id": trace_id}.items() if value]  # fmt: skip
            return Envelope(
                window,
                found.query,
                [_row(each) for each in newest],
                found.count,
                at,
                _first(newest),
                "" if newest else hints.empty(source, "such lines", *given),
                found.is_lower_bound,
            ).text()

    def log_patterns(self, before: Before, after: After, service: Service = None, cursor: Cursor = None) -> str:
        """Log lines of two windows grouped by template: which are new, gone, more or fewer; new ones first."""
        with self._ask() as source:
            hints.known_service(source, service)
            at = page({"before": before, "after": after, "service": service}, cursor, source.now)
            was, window = interval(before, at.now), interval(after, at.now)
            found = changed_patterns(source.telemetry, LogQuery(service=service), was, window)
            changed = [each for each in found.changes if each.change != "same"]
            rows = [_changed(each) for each in changed]
            cited = next((row["evidence_id"] for row in rows if row["evidence_id"]), None)
            return Envelope(
                window,
                found.query,
                rows[at.skip :],
                len(rows),
                at,
                cited,
                "" if rows else hints.empty(source, "changed patterns"),
                more={"before": {"start": was.start, "end": was.end}},
            ).text()


def _row(record: LogRecord) -> dict[str, Any]:
    told = {key: value for key, value in record.attributes.items() if not key.startswith(_NOT_TOLD)}
    return {
        "time": record.time,
        "service": record.service,
        "severity": record.severity,
        "body": cut(record.body, _LONGEST_LINE),
        "trace_id": record.trace_id,
        **({"attributes": told} if told else {}),
        "evidence_id": evidence_of_line(record.body, record.trace_id),
    }


def _first(records: Sequence[LogRecord]) -> str | None:
    return next((cited for each in records if (cited := evidence_of_line(each.body, each.trace_id))), None)


def _changed(each: PatternChange) -> dict[str, Any]:
    pattern = each.pattern
    return {
        "change": each.change,
        "service": pattern.service,
        "severity": pattern.severity,
        "template": cut(pattern.template, _LONGEST_LINE),
        "before": len(each.before),
        "after": len(each.after),
        "first_seen": (each.after or each.before)[0],
        "trace_id": pattern.trace_id,
        "evidence_id": pattern.evidence_id or None,
    }
