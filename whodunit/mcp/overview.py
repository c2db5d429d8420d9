"""Tool 1: the whole shop in a window: services, calls between them, alerts, gaps in the telemetry."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from whodunit.mcp import hints
from whodunit.mcp.envelope import Envelope
from whodunit.mcp.parameters import End, Start
from whodunit.mcp.source import Asked, Source
from whodunit.telemetry.answers import Alert, Edge
from whodunit.telemetry.citation import evidence_of_number
from whodunit.telemetry.port import UnanswerableError
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.views.service_details import ANSWERS, Details, details
from whodunit.views.service_map import SILENT_AFTER_S

_MOST_EDGES = 40
_MOST_ALERTS = 20


class OverviewTool:
    """Answers from the map of calls."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def overview(self, start: Start = None, end: End = None) -> str:
        """The shop in a window: services (calls/s, errors, p95, releases, lag of the event loop), edges as callers
        saw them, alerts, gaps in the telemetry. Begin here.
        """
        with self._ask() as source:
            window = source.window(start, end, source.now)
            found = source.telemetry.service_map(window)
            seen = details(source.telemetry, window) if found.edges else Details()
            rows = [_service(name, edges, seen) for name, edges in _callees(found.edges).items()]
            rows.sort(key=lambda row: (-row["error_ratio"], -row["p95_s"]))
            return Envelope(
                window,
                found.query,
                rows,
                len(rows),
                evidence_id=_evidence(rows, window),
                hint="" if rows else hints.empty(source, "calls"),
                more={
                    "edges": [_edge(each) for each in found.edges[:_MOST_EDGES]],
                    "alerts": list(_alerts(source)),
                    "gaps": list(_gaps(found.heard, found.edges, source.telemetry.service_names(), window.end)),
                },
            ).text()


def _callees(edges: Sequence[Edge]) -> Mapping[str, list[Edge]]:
    called: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.kind != "database":
            called[edge.callee].append(edge)
    return called


def _service(name: str, edges: Sequence[Edge], seen: Details) -> dict[str, Any]:
    calls = sum(edge.calls_per_s for edge in edges)
    releases = seen.releases.get(name, ())
    row: dict[str, Any] = {
        "service": name,
        "calls_per_s": calls,
        "error_ratio": sum(edge.error_ratio * edge.calls_per_s for edge in edges) / calls if calls else 0.0,
        "p95_s": max(edge.p95_s for edge in edges),
        "releases": [each.version for each in releases] if len(releases) < 2 else [vars(each) for each in releases],
    }
    if any(edge.kind == "peer" for edge in edges):
        row["no_telemetry_of_its_own"] = True
    if lag_s := seen.event_loop_lag_s.get(name):
        row["event_loop_lag_p95_s"] = lag_s
    if route := seen.slowest_route.get(name):
        row["slowest_route"] = vars(route)
    return row


def _edge(edge: Edge) -> dict[str, Any]:
    row: dict[str, Any] = {
        "caller": edge.caller,
        "callee": edge.callee,
        "calls_per_s": edge.calls_per_s,
        "error_ratio": edge.error_ratio,
        "p95_s": edge.p95_s,
    }
    return row | ({"waiting_for_connection_ratio": edge.waiting_ratio} if edge.waiting_ratio > 0 else {})


def _alerts(source: Source) -> Iterator[dict[str, Any]]:
    try:
        alerts: Sequence[Alert] = source.telemetry.alerts().alerts
    except UnanswerableError:
        return
    for alert in alerts[:_MOST_ALERTS]:
        yield {"name": alert.name, "state": alert.state, "since": alert.since, "summary": alert.summary,
               "runbook": f"runbook://{alert.name}"}  # fmt: skip


def _gaps(
    heard: Mapping[str, datetime], edges: Sequence[Edge], known: Sequence[str], end: datetime
) -> Iterator[dict[str, Any]]:
    """Services that told of themselves and no longer do; who is called by nobody may end when it likes."""
    called = {edge.callee for edge in edges}
    for service in known:
        last = heard.get(service)
        if last is not None and (end - last).total_seconds() > SILENT_AFTER_S:
            yield {"service": service, "silent_since": last, "is_called": service in called}


def _evidence(rows: Sequence[Mapping[str, Any]], window: Window) -> str | None:
    """What the first service measured of its own answers."""
    first = next((row["service"] for row in rows if not row.get("no_telemetry_of_its_own")), None)
    return (
        evidence_of_number(MetricQuery(ANSWERS, Statistic.PERCENTILE, first, percentile=95), window) if first else None
    )
