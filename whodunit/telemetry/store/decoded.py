"""Converts the store's rows, as JSON, to the port's values."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Any

from whodunit.telemetry.answers import Edge, Exemplar, LogRecord, MetricInfo, Span, TraceSummary
from whodunit.telemetry.questions import Attributes

Row = Mapping[str, Any]


def span(row: Row) -> Span:
    """A row of `spans`."""
    return Span(
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"] or None,
        service=row["service"],
        name=row["name"],
        kind=row["kind"],
        start=moment(row["start_time"]),
        duration_s=row["duration_s"],
        status=row["status"],
        status_message=row["status_message"] or "",
        attributes=_attributes(row["attributes"]),
        events=_list(row["events"]),
        links=_list(row["links"]),
        release=row["release"] or "",
        instance=row["instance"] or "",
    )


def log_record(row: Row) -> LogRecord:
    """A row of `logs`."""
    return LogRecord(
        time=moment(row["time"]),
        service=row["service"],
        severity=row["severity"],
        body=row["body"],
        trace_id=row["trace_id"] or None,
        span_id=row["span_id"] or None,
        attributes=_attributes(row["attributes"]),
        release=row["release"] or "",
    )


def trace_summary(row: Row) -> TraceSummary:
    """One trace."""
    return TraceSummary(
        trace_id=row["trace_id"],
        service=row["service"],
        name=row["name"],
        start=moment(row["start_time"]),
        duration_s=row["duration_s"],
        spans=row["spans"],
        errors=row["errors"],
        has_root=row["has_root"],
    )


def edge(row: Row) -> Edge:
    """One line of the map."""
    return Edge(
        caller=row["caller"],
        callee=row["callee"],
        calls_per_s=row["calls_per_s"],
        error_ratio=row["errors"] / row["calls"],
        p95_s=row["p95_s"],
        kind=row["kind"],
        waiting_ratio=row["waiting_ratio"],
        calls=row["calls"],
    )


def bound(row: Row) -> float:
    """The upper end of a bucket; that of the last one is infinite."""
    return inf if row["upper"] is None else float(row["upper"])


def exemplar(row: Row) -> Exemplar:
    """One measurement with its trace."""
    return Exemplar(moment(row["time"]), row["value"], row["trace_id"])


def metric_info(row: Row) -> MetricInfo:
    """One metric."""
    return MetricInfo(
        name=row["name"],
        kind=row["type"],
        monotonic=bool(row["monotonic"]),
        unit=row["unit"] or "",
        services=tuple(row["services"]),
        attributes=tuple(row["attribute_keys"] or ()),
    )


def moment(value: str | datetime) -> datetime:
    """An instant in UTC."""
    parsed = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _attributes(value: Mapping[str, str] | None) -> Attributes:
    return dict(value or {})


def _list(value: str | None) -> Sequence[Mapping[str, object]]:
    """Events or links; their attributes as text, like all others."""
    return [each | {"attributes": _texts(each["attributes"])} for each in json.loads(value or "[]")]


def _texts(attributes: Mapping[str, object]) -> Attributes:
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in attributes.items()
    }
