"""Jaeger's query API (v1, which also searches by attributes), and the searches that fit a query."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from whodunit.telemetry.answers import Span
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.traces import Json, spans_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AT_ONCE = 20
_FAILED = {"otel.status_code": "ERROR"}
"""Jaeger 2.13 compares `error=true` as text with a boolean, and finds nothing: the Collector writes this attribute."""

Trace = Sequence[Span]
Parameters = Mapping[str, str | int]


class Jaeger:
    """Each method raises TelemetryError."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._seen: set[str] = set()

    def trace(self, trace_id: str) -> Trace:
        """Every span of one trace; none when Jaeger does not have it."""
        answer = self._program.get(f"/api/traces/{trace_id}", {"raw": "true"}) or {}
        return [span for trace in answer.get("data") or [] for span in spans_of(trace)]

    def search(self, parameters: Parameters) -> list[Json]:
        """Whole traces that hold a span with all the properties, those that came last first, as Jaeger tells them."""
        answer = self._program.get("/api/traces", {**parameters, "raw": "true"}) or {}
        return [trace for trace in answer.get("data") or [] if trace["spans"]]

    def services(self) -> list[str]:
        """Names of all services with spans."""
        answer = self._program.get("/api/services", {}) or {}
        return list(answer.get("data") or [])

    def parents(self, window: Window) -> set[tuple[str, str]]:
        """Pairs of services: a span of the first is the parent of one of the second, in traces of the window."""
        milliseconds = {
            "endTs": _milliseconds(window.end - _EPOCH),
            "lookback": _milliseconds(window.end - window.start),
        }
        answer = self._program.get("/api/dependencies", milliseconds) or {}
        return {(each["parent"], each["child"]) for each in answer.get("data") or []}

    def existing(self, trace_ids: Iterable[str]) -> set[str]:
        """Those of the traces that Jaeger has, or had at an earlier call."""
        wanted = set(trace_ids)
        asked = sorted(wanted - self._seen)
        for first in range(0, len(asked), _AT_ONCE):
            parameters = {"traceID": asked[first : first + _AT_ONCE], "raw": "true"}
            answer = self._program.get("/api/traces", parameters) or {}
            self._seen |= {trace["traceID"].zfill(32) for trace in answer.get("data") or []}
        return wanted & self._seen


def wanted(query: SpanQuery, service: str, window: Window, limit: int) -> Parameters:
    """The search that finds every trace with a span that `query` asks for, and some more.

    Jaeger does not look at ancestors, and its bounds are inclusive.
    """
    tags = dict(query.where) | (_FAILED if query.status == "error" else {})
    parameters: dict[str, str | int] = {
        "service": service,
        "start": (window.start - _EPOCH) // _MICROSECOND,
        "end": (window.end - _EPOCH) // _MICROSECOND,
        "limit": limit,
    }
    if query.name is not None:
        parameters["operation"] = query.name
    if tags:
        parameters["tags"] = json.dumps(tags, ensure_ascii=False)
    if query.longer_than_s is not None:
        parameters["minDuration"] = _microseconds(query.longer_than_s)
    if query.shorter_than_s is not None:
        parameters["maxDuration"] = _microseconds(query.shorter_than_s)
    return parameters


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _microseconds(seconds: float) -> str:
    return f"{round(seconds * 1e6)}us"
