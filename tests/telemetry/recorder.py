"""Records what services in this process emit, and renders a trace as a tree that one comparison can hold."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_trace_id

SERVICE = "test.service"

serving: ContextVar[str] = ContextVar("serving", default="test")
"""The service whose code runs: a process of its own has that in its resource."""


class StampService(SpanProcessor):
    """Writes on each span which service began it."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        span.set_attribute(SERVICE, serving.get())


class Recorder:
    """The spans that ended since the last `clear`."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.processors: tuple[SpanProcessor, ...] = (StampService(), SimpleSpanProcessor(self._exporter))

    def clear(self) -> None:
        """Forget what was recorded."""
        self._exporter.clear()

    def spans(self) -> list[ReadableSpan]:
        """Ended spans in the order they began."""
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def tree(self, root: str, *, attributes: Iterable[str] = (), database: bool = False) -> str:
        """The trace whose first span is named `root`, a line a span: service, kind, name, status, attributes.

        Statements and connections of a database are left out unless asked for.
        """
        spans = self.spans()
        first = next(span for span in spans if span.name == root and span.parent is None)
        trace = [span for span in spans if span.context.trace_id == first.context.trace_id]
        if not database:
            trace = [span for span in trace if "db.system.name" not in (span.attributes or {})]
        return "\n".join(_lines(first, trace, tuple(attributes), depth=0))


def _lines(span: ReadableSpan, trace: list[ReadableSpan], attributes: tuple[str, ...], depth: int) -> Iterator[str]:
    yield "  " * depth + _line(span, attributes)
    for child in trace:
        if child.parent is not None and child.parent.span_id == span.context.span_id:
            yield from _lines(child, trace, attributes, depth + 1)


def _line(span: ReadableSpan, wanted: tuple[str, ...]) -> str:
    has = span.attributes or {}
    shown = [f"{name.rsplit('.', 1)[-1]}={has[name]!s}" for name in wanted if name in has]
    words = [str(has[SERVICE]), span.kind.name.lower(), span.name]
    words += ["ERROR"] if span.status.status_code.name == "ERROR" else []
    return " ".join([*words, *shown])


@contextmanager
def served_by(service: str) -> Iterator[None]:
    """Spans that begin inside belong to `service`."""
    token = serving.set(service)
    try:
        yield
    finally:
        serving.reset(token)


def trace_id(span: ReadableSpan) -> str:
    """As 32 hexadecimal digits."""
    return format_trace_id(span.context.trace_id)
