"""Log records that Loki keeps: its query API, and its lines as it returns them."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.log_volume import Counts, level
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack import logql, names
from whodunit.telemetry.stack.http import Parameters, Program
from whodunit.telemetry.stack.links import Links

MOST_LINES = 5_000
"""Loki's own limit for one query (`max_entries_limit_per_query`)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CATEGORIZED = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
"""Asks for structured metadata apart from index labels."""

_NOT_ATTRIBUTES = names.RESOURCE_LABELS | {
    "detected_level", "flags", "observed_timestamp", "scope_name", "scope_version", "severity_number",
    "severity_text", "span_id", "trace_id",
}  # fmt: skip


class Loki:
    """Implements `LogStore`."""

    def __init__(self, program: Program, links: Links) -> None:
        self._program = program
        self._links = links

    def newest(self, query: LogQuery, window: Window, limit: int) -> list[LogRecord]:
        """The newest records that match, `MOST_LINES` at most."""
        if window.end <= window.start:  # which Loki refuses
            return []
        parameters: Parameters = {
            "query": logql.pipeline(query),
            "start": _nanoseconds(window.start),
            "end": _nanoseconds(window.end),
            "limit": min(limit, MOST_LINES),
            "direction": "backward",
        }
        data = self._program.data("/loki/api/v1/query_range", parameters, _CATEGORIZED)
        found = [_record(stream["stream"], line) for stream in data["result"] for line in stream["values"]]
        return sorted(found, key=lambda record: record.time, reverse=True)

    def count(self, query: LogQuery, window: Window) -> int:
        expression = logql.counted(logql.pipeline(query), window.seconds)
        # Loki counts after a range's start and up to its end; the port from the start on and before the end.
        parameters: Parameters = {"query": expression, "time": _nanoseconds(window.end) - 1}
        data = self._program.data("/loki/api/v1/query", parameters)
        return sum(int(float(each["value"][1])) for each in data["result"])

    def volume(self, query: LogQuery, window: Window, step_s: float) -> tuple[Counts, str]:
        expression = logql.counted_by_severity(logql.pipeline(query), step_s)
        steps = ceil(window.seconds / step_s)
        ends = [window.start + timedelta(seconds=step_s * (step + 1)) for step in range(steps)]
        parameters: Parameters = {
            "query": expression,
            "start": _nanoseconds(ends[0]) - 1,  # as for `count`
            "end": _nanoseconds(ends[-1]) - 1,
            "step": f"{step_s:.3f}s",
        }
        counts: dict[str, Counter[int]] = {}
        for each in self._program.data("/loki/api/v1/query_range", parameters)["result"]:
            of_level = counts.setdefault(level(int(each["metric"].get("severity_number", 0))), Counter())
            for time, number in each["values"]:
                of_level[round((float(time) - ends[0].timestamp()) / step_s)] += int(float(number))
        return counts, expression

    def question(self, query: LogQuery, window: Window, *notes: str) -> str:
        start, end = (each.astimezone(UTC).isoformat(timespec="milliseconds") for each in (window.start, window.end))
        comments = [f"# {note}" for note in (f"from {start} to {end}", *notes)]
        return "\n".join([*comments, logql.pipeline(query)])

    def page(self, query: LogQuery, window: Window) -> str:
        """The address in Grafana Explore."""
        return self._links.logs(logql.pipeline(query), window)

    def close(self) -> None:
        self._program.close()


def _record(labels: dict[str, str], line: list[Any]) -> LogRecord:
    """A line is its time, its text, and what else belongs to it."""
    time, body, *more = line
    metadata: dict[str, str] = dict(more[0].get("structuredMetadata", {})) if more else dict(labels)
    return LogRecord(
        time=_EPOCH + int(time) // 1000 * _MICROSECOND,
        service=labels.get("service_name", ""),
        severity=_severity(metadata),
        body=body,
        trace_id=metadata.get("trace_id") or None,
        span_id=metadata.get("span_id") or None,
        attributes=names.attributes({key: value for key, value in metadata.items() if key not in _NOT_ATTRIBUTES}),
        release=(labels | metadata).get("service_version", ""),
    )


def _severity(metadata: Mapping[str, str]) -> str:
    """By its number, as the store has it: programs spell their levels as they like."""
    number = int(metadata.get("severity_number", "0"))
    return level(number) if number else metadata.get("severity_text", level(number)).upper()


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND * 1000
