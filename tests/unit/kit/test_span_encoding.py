"""Our encoder of spans makes what the SDK's makes."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans as reference
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    TraceState,
)

from kit.span_encoding import encode_spans

REMOTE = SpanContext(7, 8, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
WITH_STATE = SpanContext(9, 8, True, TraceFlags(TraceFlags.SAMPLED), TraceState([("vendor", "x")]))


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> Iterator[TracerProvider]:
    provider = TracerProvider(resource=Resource({"service.name": "x"}), span_limits=SpanLimits(max_span_attributes=9))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider
    provider.shutdown()


@pytest.fixture
def tracer(provider: TracerProvider) -> Tracer:
    return provider.get_tracer("one", "1", "https://schema")


def test_spans_of_a_request(provider: TracerProvider, tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    other = provider.get_tracer("another")
    for path in ("/a", "/a", "/b"):
        below = trace.set_span_in_context(NonRecordingSpan(REMOTE))
        attributes = {"url.path": path, "server.port": 1, "shop.ok": True, "shop.took": 0.5}
        with tracer.start_as_current_span("GET", below, SpanKind.SERVER, attributes):
            with other.start_as_current_span("SELECT", kind=SpanKind.CLIENT):
                pass
            with other.start_as_current_span("fail") as failed:
                failed.set_status(Status(StatusCode.ERROR, "why"))
    assert len(exporter.get_finished_spans()) == 9
    _same(exporter)


@pytest.mark.parametrize("value", [1, True, 1.0, "1", b"1", [1, 2], ["a"], {"a": 1}, 2**80, "\ud800"], ids=repr)
def test_values(tracer: Tracer, exporter: InMemorySpanExporter, value: object) -> None:
    for each in (1, True, value, value):
        tracer.start_span("x", attributes={"first": each, "second": each}).end()  # type: ignore[dict-item]
    _same(exporter)


def test_unusual_spans(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    tracer.start_span("first of its scope").end()
    tracer.start_span("with a link", links=[Link(REMOTE, {"a": 1})]).end()
    tracer.start_span("with state", trace.set_span_in_context(NonRecordingSpan(WITH_STATE))).end()
    tracer.start_span("with too much", attributes={str(number): number for number in range(12)}).end()
    with pytest.raises(ZeroDivisionError), tracer.start_as_current_span("with an event"):
        raise ZeroDivisionError
    _same(exporter)


def test_of_several_resources(exporter: InMemorySpanExporter) -> None:
    for name in ("a", "b", "a"):
        provider = TracerProvider(resource=Resource({"service.name": name}))
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        provider.get_tracer("one").start_span("x").end()
        provider.get_tracer("two").start_span("x").end()
    _same(exporter)


def test_nothing() -> None:
    assert encode_spans([]) == reference([])


def _same(exporter: InMemorySpanExporter) -> None:
    spans: tuple[ReadableSpan, ...] = exporter.get_finished_spans()
    assert encode_spans(spans) == reference(spans)
