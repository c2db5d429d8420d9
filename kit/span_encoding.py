"""Spans as OTLP: what the SDK's encoder makes of them, in a third of its processor time.

That one makes two messages for each attribute and copies each of them twice. Most attributes of a request say what they
said of the one before: here the bytes of what was sent are kept. A span that is unusual goes through the SDK's encoder.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans as encode_unusual
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, SpanFlags
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanKind, StatusCode

Groups = defaultdict[Resource, defaultdict[InstrumentationScope | None, list[ReadableSpan]]]

KNOWN, REMOTE = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK, SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK

FIELDS = {str: "string_value", bool: "bool_value", int: "int_value", float: "double_value"}
"""Of a value, by its type; any other type is unusual."""

MOST_KEPT = 512
"""Attributes, some 400 bytes each; most of what is kept says something once only, and leaves again."""


def encode_spans(spans: Sequence[ReadableSpan]) -> ExportTraceServiceRequest:
    """A request that exports `spans`; the SDK's encoder makes the frame, around the first span of each scope."""
    groups: Groups = defaultdict(lambda: defaultdict(list))
    for span in spans:
        groups[span.resource][span.instrumentation_scope].append(span)
    by_scope = [group for scopes in groups.values() for group in scopes.values()]
    request = encode_unusual([first for first, *_ in by_scope])
    frames = (scope for resource in request.resource_spans for scope in resource.scope_spans)
    for frame, (_, *others) in zip(frames, by_scope, strict=True):
        for span in others:
            frame.spans.add().MergeFromString(_encoded(span))
    return request


def _encoded(span: ReadableSpan) -> bytes:
    context = span.context
    if context is None or context.trace_state or span.events or span.links or span.dropped_attributes:
        return _encoded_unusual(span)
    try:
        attributes = [_attribute(name, value) for name, value in (span.attributes or {}).items()]
    except (KeyError, TypeError, ValueError):  # a type without a field, one that cannot be kept, or no such number
        return _encoded_unusual(span)
    parent, status = span.parent, span.status
    is_entry = parent is not None and parent.is_remote
    kind = _kind(span.name, span.kind, status.status_code, status.description, is_entry)
    own = _serialized(
        trace_id=context.trace_id.to_bytes(16, "big"),
        span_id=context.span_id.to_bytes(8, "big"),
        parent_span_id=parent.span_id.to_bytes(8, "big") if parent else None,
        start_time_unix_nano=span.start_time,
        end_time_unix_nano=span.end_time,
    )
    return b"".join((kind, own, *attributes))


def _encoded_unusual(span: ReadableSpan) -> bytes:
    message = encode_unusual([span]).resource_spans[0].scope_spans[0].spans[0]
    return bytes(message.SerializeToString())


@lru_cache(maxsize=MOST_KEPT, typed=True)  # True is another value than 1
def _attribute(name: str, value: Any) -> bytes:
    return _serialized(attributes=[{"key": name, "value": {FIELDS[type(value)]: value}}])


@lru_cache(maxsize=MOST_KEPT)
def _kind(name: str, kind: SpanKind, code: StatusCode, description: str | None, is_entry: bool) -> bytes:
    flags = KNOWN | REMOTE if is_entry else KNOWN
    status = {"code": code.value, "message": description}
    return _serialized(name=name, kind=f"SPAN_KIND_{kind.name}", status=status, flags=flags)


def _serialized(**fields: Any) -> bytes:
    """A part of a span; parts in a row are the span."""
    return bytes(Span(**fields).SerializeToString())
