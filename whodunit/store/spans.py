"""OTLP spans as rows."""

import json
from collections import Counter
from collections.abc import Iterable

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK as HAS_IS_REMOTE
from opentelemetry.proto.trace.v1.trace_pb2 import SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK as IS_REMOTE
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from whodunit.store.attributes import Resources, columns, plain
from whodunit.store.rows import Batch, Rejected, ResourceRow, SpanRow
from whodunit.store.times import iso, microseconds

TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8
KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
STATUSES = {0: "unset", 1: "ok", 2: "error"}


def decode(request: ExportTraceServiceRequest, resources: Resources) -> Batch:
    """Every span of the request that has its ids."""
    rows: list[SpanRow] = []
    seen: dict[int, ResourceRow] = {}
    rejected: Counter[str] = Counter()
    for group in request.resource_spans:
        resource = resources.row(group.resource)
        seen[resource.resource_id] = resource
        for scoped in group.scope_spans:
            for span in scoped.spans:
                try:
                    rows.append(_row(span, resource, scoped.scope.name))
                except Rejected as reason:
                    rejected[str(reason)] += 1
    return Batch("spans", rows, seen, rejected)


def _row(span: Span, resource: ResourceRow, scope: str) -> SpanRow:
    start = span.start_time_unix_nano
    return SpanRow(
        _id("trace_id", span.trace_id, TRACE_ID_BYTES),
        _id("span_id", span.span_id, SPAN_ID_BYTES),
        _id("parent_span_id", span.parent_span_id, SPAN_ID_BYTES) if any(span.parent_span_id) else None,
        resource.service,
        span.name,
        KINDS.get(span.kind, "internal"),  # OTLP: unspecified counts as internal
        microseconds(start),
        max(0, span.end_time_unix_nano - start) / 1e9,
        STATUSES.get(span.status.code, "unset"),
        span.status.message,
        *columns(span.attributes),
        _events(span.events) if span.events else "[]",
        _links(span.links) if span.links else "[]",
        scope,
        resource.resource_id,
    )


def _id(name: str, value: bytes, size: int) -> str:
    if len(value) != size or not any(value):
        raise Rejected(f"{name} is not {size} bytes, or all of them are zero")
    return value.hex()


def _events(events: Iterable[Span.Event]) -> str:
    return json.dumps(
        [
            {"name": each.name, "time": iso(each.time_unix_nano), "attributes": plain(each.attributes)}
            for each in events
        ],
        ensure_ascii=False,
    )


def _links(links: Iterable[Span.Link]) -> str:
    return json.dumps(
        [
            {"trace_id": each.trace_id.hex(), "span_id": each.span_id.hex(), "attributes": plain(each.attributes)}
            | ({"is_remote": bool(each.flags & IS_REMOTE)} if each.flags & HAS_IS_REMOTE else {})
            for each in links
        ],
        ensure_ascii=False,
    )
