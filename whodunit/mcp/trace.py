"""Tool 3: one trace from inside."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope, cut, fitting
from whodunit.mcp.parameters import Cursor
from whodunit.mcp.source import Asked
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import LogRecord, Logs, Span
from whodunit.telemetry.citation import evidence_of_span
from whodunit.telemetry.critical_path import critical_path
from whodunit.telemetry.own_time import own_s
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.trace_tree import Alike, Branch, Missing, extent, tree, unique

_TOLD = ("http.response.status_code", "http.route", "service.peer.name", "error.type", "db.query.text")
"""Attributes that every row has; the others are for `span_ids`."""

_LATE_LINES = timedelta(minutes=1)
_MOST_LINES = 60
_LINES_ROOM = 4_000
"""Characters of an answer that log lines may take from its spans."""

_MOST_SPANS = 20
_SHORT = 160
"""Characters of an error or a statement that a row shows."""


@dataclass(frozen=True)
class Node:
    """A span at its `path`, such as `1.2.1`, or several that are alike, of which `span` is the longest.

    `self_s` is the time in none of its children, of several all their time.
    """

    path: str
    depth: int
    span: Span
    self_s: float
    times: int
    is_critical: bool


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
        """One trace as a flat list, depth first: path, self time, critical path, errors; alike spans are one row."""
        with self._ask() as source:
            found = source.telemetry.trace(trace_id)
            if not found.sample:
                raise WrongUseError(f"There is no trace {trace_id!r}.", "search_traces and search_logs give trace ids.")
            spans = unique(found.sample)
            time = extent(spans)
            window = Window(time.start, time.end + _LATE_LINES)
            at = page({"trace": trace_id, "ids": span_ids, "depth": depth}, cursor, source.now)
            branches = list(tree(spans, fold=not span_ids))
            nodes = _chosen(list(_nodes(branches, critical_path(spans))), span_ids, depth)
            rows = [_row(node, time.start, whole=bool(span_ids)) for node in nodes]
            more: dict[str, Any] = {"trace_id": spans[0].trace_id, "duration_s": time.seconds} | _gaps(branches)
            if logs:
                asked = LogQuery(trace_id=spans[0].trace_id)
                more |= _lines(source.telemetry.logs(asked, window, _MOST_LINES), time.start)
            slowest = max((node.span for node in nodes), key=lambda span: span.duration_s, default=spans[0])
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


def failure(span: Span) -> dict[str, str]:
    """The status of a span that failed, and why; empty for others."""
    return {"status": "error", "error": cut(error_text.of_span(span), _SHORT)} if span.status == "error" else {}


def _gaps(branches: Sequence[Branch]) -> dict[str, str]:
    """The words for parents that are missing, if any are."""
    return next(({"incomplete": str(each.item)} for each in branches if isinstance(each.item, Missing)), {})


def _nodes(branches: Sequence[Branch], waited_for: Collection[str]) -> Iterator[Node]:
    numbers: list[str] = []
    for branch in branches:
        numbers[branch.depth :] = [str(branch.number)]
        path = ".".join(numbers)
        match branch.item:
            case Span() as span:
                is_critical = span.span_id in waited_for
                yield Node(path, len(numbers), span, own_s(span, branch.children), 1, is_critical)
            case Alike(spans) as alike:
                is_critical = any(span.span_id in waited_for for span in spans)
                yield Node(path, len(numbers), alike.longest, alike.together_s, len(spans), is_critical)


def _chosen(nodes: Sequence[Node], span_ids: Sequence[str] | None, depth: int | None) -> Sequence[Node]:
    if not span_ids:
        return [node for node in nodes if depth is None or node.depth <= depth]
    chosen = [node for node in nodes if node.span.span_id.startswith(tuple(span_ids))]
    if not chosen:
        raise WrongUseError(
            "None of these spans is in the trace.", "Its rows give their ids: get_trace without span_ids"
        )
    return chosen


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
    if node.times > 1:
        row["times"] = node.times
    row |= failure(span)
    if whole:
        process = {"release": span.release, "instance": span.instance}
        return row | process | {"attributes": span.attributes, "events": span.events}
    return row | dict(_told(span))


def _told(span: Span) -> Iterator[tuple[str, str]]:
    for key in _TOLD:
        if value := span.attributes.get(key):
            yield key, cut(value, _SHORT)


def _lines(found: Logs, start: datetime) -> dict[str, Any]:
    """The newest lines for which there is room, oldest first, and how many older ones there are."""
    newest = fitting([_line(each.time - start, each) for each in reversed(found.sample)], _LINES_ROOM)
    told: dict[str, Any] = {"logs": newest[::-1]}
    if found.is_lower_bound or found.count > len(newest):
        told["older_logs_left_out"] = found.count - len(newest)
    return told | ({"left_out_is_at_least": True} if found.is_lower_bound else {})


def _line(after: timedelta, record: LogRecord) -> dict[str, Any]:
    return {
        "after_s": after.total_seconds(),
        "span_id": record.span_id,
        "service": record.service,
        "severity": record.severity,
        "body": cut(record.body, 2 * _SHORT),
    }
