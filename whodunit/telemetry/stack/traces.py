"""Decodes spans from Jaeger's v1 API, and matches them with a query."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from whodunit.telemetry.answers import Span, TraceSummary
from whodunit.telemetry.questions import EventQuery, SpanQuery, Window

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRACE_DIGITS = 32
_STATUSES = {"ERROR": "error", "OK": "ok"}
_NOT_ATTRIBUTES = frozenset(
    {
        "error", "internal.span.format", "otel.library.name", "otel.library.version", "otel.scope.name",
        "otel.scope.version", "otel.status_code", "otel.status_description", "span.kind", "w3c.tracestate",
    }
)  # fmt: skip
"""Tags in which Jaeger keeps what OTLP has fields for."""

Json = Mapping[str, Any]


def spans_of(trace: Json) -> list[Span]:
    """The spans of one trace, by start."""
    processes = trace["processes"]
    return sorted((_span(each, processes[each["processID"]]) for each in trace["spans"]), key=lambda span: span.start)


def matches(span: Span, query: SpanQuery, family: Mapping[str, Span]) -> bool:
    """True if a span meets every condition but the time; `family` is its trace, by span id."""
    return (
        _equal(span, query)
        and (query.longer_than_s is None or span.duration_s > query.longer_than_s)
        and (query.shorter_than_s is None or span.duration_s < query.shorter_than_s)
        and all(span.attributes.get(key) == value for key, value in query.where.items())
        and (query.event is None or any(_is(event, query.event) for event in span.events))
        and (query.under is None or any(matches(above, query.under, family) for above in ancestors(span, family)))
    )


def matching(trace: Sequence[Span], query: SpanQuery, window: Window) -> list[Span]:
    """The spans of one trace that match the query and started within the window."""
    family = {span.span_id: span for span in trace}
    return [span for span in trace if window.start <= span.start < window.end and matches(span, query, family)]


def ancestors(span: Span, family: Mapping[str, Span]) -> Iterator[Span]:
    """Parent, grandparent and so on, as far as they are known."""
    met = {span.span_id}
    above = family.get(span.parent_span_id or "")
    while above is not None and above.span_id not in met:
        yield above
        met.add(above.span_id)
        above = family.get(above.parent_span_id or "")


def summary(trace: Sequence[Span]) -> TraceSummary:
    """A trace in one line, named after its first span."""
    first = trace[0]
    end = max(span.end for span in trace)
    return TraceSummary(
        trace_id=first.trace_id,
        service=first.service,
        name=first.name,
        start=first.start,
        duration_s=(end - first.start).total_seconds(),
        spans=len(trace),
        errors=sum(span.status == "error" for span in trace),
        has_root=any(span.parent_span_id is None for span in trace),
    )


def _equal(span: Span, query: SpanQuery) -> bool:
    pairs = (
        (query.service, span.service),
        (query.name, span.name),
        (query.kind, span.kind),
        (query.status, span.status),
        (query.status_message, span.status_message),
        (query.trace_id, span.trace_id),
    )
    return all(asked is None or asked == found for asked, found in pairs)


def _is(event: Mapping[str, object], query: EventQuery) -> bool:
    has = event["attributes"]
    assert isinstance(has, Mapping)  # noqa: S101  made below
    return event["name"] == query.name and all(has.get(key) == value for key, value in query.where.items())


def _span(span: Json, process: Json) -> Span:
    tags, of_process = (_texts(each.get("tags", ())) for each in (span, process))
    return Span(
        trace_id=span["traceID"].zfill(_TRACE_DIGITS),
        span_id=span["spanID"],
        parent_span_id=_parent(span),
        service=process["serviceName"],
        name=span["operationName"],
        kind=tags.get("span.kind", "internal"),
        start=_moment(span["startTime"]),
        duration_s=span["duration"] / 1e6,
        status=_STATUSES.get(tags.get("otel.status_code", ""), "error" if tags.get("error") == "true" else "unset"),
        status_message=tags.get("otel.status_description", ""),
        attributes={key: value for key, value in tags.items() if key not in _NOT_ATTRIBUTES},
        events=[_event(each) for each in span["logs"]],
        release=of_process.get("service.version", ""),
        instance=of_process.get("service.instance.id", ""),
    )


def _parent(span: Json) -> str | None:
    above = (each for each in span["references"] if each["traceID"] == span["traceID"])
    return next((str(each["spanID"]) for each in above if each["refType"] == "CHILD_OF"), None)


def _event(log: Json) -> Json:
    fields = _texts(log["fields"])
    name = fields.pop("event", "")
    return {"name": name, "time": _moment(log["timestamp"]).isoformat(), "attributes": fields}


def _texts(tags: Sequence[Json]) -> dict[str, str]:
    return {tag["key"]: _text(tag) for tag in tags}


def _text(tag: Json) -> str:
    """Values as text, numbers and booleans as JSON writes them."""
    value = tag["value"]
    if tag["type"] == "float64":
        value = float(value)
    return value if isinstance(value, str) else json.dumps(value)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
