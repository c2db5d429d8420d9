"""Tool 2: traces that hold a span."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from whodunit.mcp import hints
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope
from whodunit.mcp.moments import duration_s
from whodunit.mcp.parameters import Attributes, Cursor, End, Service, Start
from whodunit.mcp.source import Asked, Source
from whodunit.mcp.trace import failure
from whodunit.telemetry.answers import TraceSummary
from whodunit.telemetry.citation import evidence_of_span
from whodunit.telemetry.questions import SpanQuery, Window

_PEER = "service.peer.name"
_MOST_TRACES = 50


class SearchTool:
    """Answers with summaries of traces."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def search_traces(  # noqa: PLR0913, PLR0917 - every parameter of a tool is an argument
        self,
        service: Service = None,
        peer: Annotated[str | None, Field(description="Component called by the span")] = None,
        name: Annotated[str | None, Field(description="Exact span name")] = None,
        min_duration: Annotated[str | None, Field(description="Of the span: 750ms, 2s")] = None,
        status: Literal["ok", "error", "unset"] | None = None,
        attributes: Attributes = None,
        start: Start = None,
        end: End = None,
        limit: Annotated[int, Field(ge=1, le=_MOST_TRACES)] = 10,
        cursor: Cursor = None,
    ) -> str:
        """Traces that hold one span with all given properties, newest first: root, duration, spans, errors, and the
        slowest span that matched.
        """
        with self._ask() as source:
            hints.known_service(source, service)
            where = (attributes or {}) | ({_PEER: peer} if peer else {})
            longer_s = duration_s(min_duration) if min_duration else None
            query = SpanQuery(service, name, status=status, where=where, longer_than_s=longer_s)
            at = page({"query": query, "start": start, "end": end}, cursor, source.now)
            window = source.window(start, end, at.now)
            found = source.telemetry.traces(query, window, at.skip + limit)
            rows = [vars(each) | _matched(source, query, window, each) for each in found.traces[at.skip :]]
            given = [key for key, value in {"service": service, "peer": peer, "name": name, "status": status,
                     "min_duration": min_duration, "attributes": attributes}.items() if value]  # fmt: skip
            return Envelope(
                window,
                found.query,
                rows,
                found.count,
                at,
                next((row["evidence_id"] for row in rows if "evidence_id" in row), None),
                "" if rows else hints.empty(source, "such traces", *given),
                found.is_lower_bound,
            ).text()


def _matched(source: Source, query: SpanQuery, window: Window, trace: TraceSummary) -> dict[str, Any]:
    """The slowest matching span of a trace."""
    found = source.telemetry.spans(replace(query, trace_id=trace.trace_id), window, 1).sample
    if not found:
        return {}
    [span] = found
    told = {"service": span.service, "name": span.name, "duration_s": span.duration_s, **failure(span)}
    return {"matched": told, "evidence_id": evidence_of_span(span)}
