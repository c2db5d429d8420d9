"""Log records in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from whodunit.telemetry.log_volume import Counts
from whodunit.telemetry.questions import RELEASE, SEVERITIES, LogQuery, Window
from whodunit.telemetry.store.sql import Sql, all_of, compose, matching, of_resource, step_of, within


def counted(query: LogQuery, window: Window) -> Sql:
    """The number of records that match."""
    return compose("SELECT count(*) AS n FROM logs\nWHERE {matches}", matches=_matches(query, window))


def listed(query: LogQuery, window: Window, limit: int) -> Sql:
    """The newest records that match, newest first."""
    return compose(
        """
        SELECT time, service, severity, body, trace_id, span_id, attributes, {release} AS release
        FROM logs
        WHERE {matches}
        ORDER BY time DESC LIMIT {limit}
        """,
        release=of_resource(RELEASE, "logs"),
        matches=_matches(query, window),
        limit=limit,
    )


def volume(query: LogQuery, window: Window, step_s: float) -> Sql:
    """The number of records by severity and step."""
    return compose(
        """
        SELECT severity, {step} AS step, count(*) AS n
        FROM logs
        WHERE {matches}
        GROUP BY ALL ORDER BY ALL
        """,
        step=step_of(window, step_s),
        matches=_matches(query, window),
    )


def counts(rows: Sequence[Mapping[str, Any]]) -> Counts:
    """The rows of `volume`."""
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["severity"], {})[row["step"]] = row["n"]
    return found


def _matches(query: LogQuery, window: Window) -> Sql:
    exact = {"service": query.service, "severity": query.severity, "body": query.body}
    conditions = [compose(f"{column} = {{value}}", value=value) for column, value in exact.items() if value is not None]
    if query.least_severity is not None:
        conditions.append(compose("severity_number >= {n}", n=SEVERITIES[query.least_severity]))
    if query.body_contains is not None:
        conditions.append(compose("contains(lower(body), lower({text}))", text=query.body_contains))
    if query.trace_id is not None:
        conditions.append(compose("starts_with(trace_id, {prefix})", prefix=query.trace_id.lower()))
    if query.joined_to_trace:
        conditions.append(Sql("trace_id IN (SELECT trace_id FROM spans)"))
    return all_of([within("time", window), *conditions, *matching(query.where)])
