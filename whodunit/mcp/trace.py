"""Tool 3: one trace from inside."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope
from whodunit.mcp.parameters import Cursor
from whodunit.mcp.source import Asked
from whodunit.mcp.trace_shape import SHORT, Node, Shape, bounds, failure
from whodunit.telemetry.answers import LogRecord, Span, Spans
from whodunit.telemetry.citation import evidence_of_span
from whodunit.telemetry.questions import LogQuery, Window

_TOLD = ("http.response.status_code", "http.route", "service.peer.name", "error.type", "db.query.text")
"""Attributes that every row has; the others are for `span_ids`."""

_LATE_LINES = timedelta(minutes=1)
_MOST_LINES = 60
_MOST_SPANS = 20


class TraceTool:
    """Answers with the spans of a trace."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def get_trace(
        self,
        trace_id: Annotated[str, Field(description="6 digits or more")],
        span_ids: Annotated[
            list[str] | None, Field(max_length=_MOST_SPANS, description="Only these, with all attributes and events")
        ] = None,
        depth: Annotated[int | None, Field(ge=1, description="Leave deeper spans out")] = None,
        logs: Annotated[bool, Field(description="Log lines of the trace, too")] = False,
        cursor: Cursor = None,
    ) -> str:
        """One trace as a flat list, depth first: path, self time, critical path, errors; runs of alike spans are one
        row.
        """
        with self._ask() as source:
            found = source.telemetry.trace(trace_id)
            if not found.sample:
                raise WrongUseError(f"There is no trace {trace_id!r}.", "search_traces and search_logs give trace ids.")
            first, last = bounds(found.sample)
            window = Window(first, last + _LATE_LINES)
            at = page({"trace": trace_id, "ids": span_ids, "depth": depth}, cursor, source.now)
            nodes = _chosen(found, span_ids, depth)
            lines = source.telemetry.logs(LogQuery(trace_id=trace_id), window, _MOST_LINES).sample if logs else ()
            rows = [_row(node, first, whole=bool(span_ids)) for node in nodes]
            more: dict[str, Any] = {"trace_id": found.sample[0].trace_id, "duration_s": (last - first).total_seconds()}
            if logs:
                more["logs"] = [_line(each.time - first, each) for each in lines]
            slowest = max((node.span for node in nodes), key=lambda span: span.duration_s, default=found.sample[0])
            return Envelope(
                window,
                found.query,
                rows[at.skip :],
                len(rows),
                at,
                evidence_of_span(_telling(nodes) or slowest),
                "evidence: span TRACE_ID and a row's id",
                found.is_lower_bound,
                more,
            ).text()


def _chosen(found: Spans, span_ids: Sequence[str] | None, depth: int | None) -> list[Node]:
    shape = Shape(found.sample)
    if not span_ids:
        return [node for node in shape.nodes() if depth is None or node.depth <= depth]
    nodes = [node for node in shape.nodes(fold=False) if node.span.span_id.startswith(tuple(span_ids))]
    if not nodes:
        raise WrongUseError(
            "None of these spans is in the trace.", "Its rows give their ids: get_trace without span_ids"
        )
    return nodes


def _telling(nodes: Sequence[Node]) -> Span | None:
    """The deepest span that failed."""
    failed = [node for node in nodes if node.span.status == "error"]
    return max(failed, key=lambda node: node.depth).span if failed else None


def _row(node: Node, first: datetime, *, whole: bool) -> dict[str, Any]:
    span = node.span
    row: dict[str, Any] = {
        "path": node.path,
        "id": span.span_id,
        "service": span.service,
        "name": span.name,
        "kind": span.kind,
        "after_s": (span.start - first).total_seconds(),
        "duration_s": span.duration_s,
        "self_s": node.self_s,
    }
    if node.is_critical:
        row["critical"] = True
    if node.alike:
        row["times"] = len(node.alike)
    row |= failure(span)
    if whole:
        process = {"release": span.release, "instance": span.instance}
        return row | process | {"attributes": span.attributes, "events": span.events}
    return row | dict(_told(span))


def _told(span: Span) -> Iterator[tuple[str, str]]:
    for key in _TOLD:
        if value := span.attributes.get(key):
            yield key, value if len(value) <= SHORT else f"{value[:SHORT]}…"


def _line(after: timedelta, record: LogRecord) -> dict[str, Any]:
    return {
        "after_s": after.total_seconds(),
        "span_id": record.span_id,
        "service": record.service,
        "severity": record.severity,
        "body": record.body[: 2 * SHORT],
    }
