"""What telemetry's cost for a request is made of: each piece by itself, repeated at once, the best of several rounds.

In a service, where other work comes between and caches are cold, each takes two to three times as long.
"""

import logging
from collections.abc import Callable, Iterator
from timeit import repeat
from typing import Any

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider, ReadableLogRecord
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, InMemoryLogRecordExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from rich.console import Console
from rich.table import Table

from kit import telemetry_settings
from kit.buckets import SECONDS
from kit.frugality import FrugalMeterProvider
from kit.resource import KeptResource
from kit.span_encoding import encode_spans

ROUNDS = 20
TIMES = 300

CONNECTION = {"db.namespace": "things.db", "db.system.name": "sqlite"}
STATEMENT = CONNECTION | {
    "db.query.text": "SELECT things.id, things.name \nFROM things \nWHERE things.id = ?",
    "db.operation.name": "SELECT things.db",
}
REQUEST: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "server": ("127.0.0.1", 8000),
    "client": ("127.0.0.1", 30000),
    "scheme": "http",
    "method": "GET",
    "path": "/things/1",
    "headers": [(b"host", b"127.0.0.1:8000")],
}


class Pieces:
    """The SDK as the kit sets it up, without a receiver."""

    def __init__(self) -> None:
        telemetry_settings.apply_defaults()
        resource = KeptResource(Resource.create({"service.name": "pieces"}))
        self.spans = InMemorySpanExporter()
        self.logs = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]
        self.tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.tracers.add_span_processor(BatchSpanProcessor(self.spans))
        self.loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
        self.loggers.add_log_record_processor(BatchLogRecordProcessor(self.logs))
        self.meters = MeterProvider([InMemoryMetricReader()], resource=resource, shutdown_on_exit=False)
        self.tracer = self.tracers.get_tracer("pieces")
        self.histogram = self.meters.get_meter("pieces").create_histogram(
            "wait", "s", explicit_bucket_boundaries_advisory=SECONDS
        )
        self.logger = logging.Logger("pieces")  # noqa: LOG001  outside of the process's loggers
        self.logger.addHandler(LoggingHandler(logger_provider=self.loggers))
        self.middleware = OpenTelemetryMiddleware(
            _answer,
            default_span_details=lambda _: ("GET /things/{thing_id}", {"http.route": "/things/{thing_id}"}),
            tracer=self.tracer,
            meter=FrugalMeterProvider(self.meters).get_meter("pieces"),
            exclude_spans=["send", "receive"],
        )

    def rows(self) -> Iterator[tuple[str, float]]:
        """Each piece of a request, in microseconds."""
        yield "the request: contrib's middleware, span, metric", _best_us(self.request)
        yield "taking a connection: a span", _best_us(self.connect)
        yield "a statement: a span", _best_us(self.statement)
        yield "the pool's two metrics", 2 * _best_us(self.record)
        yield "a log record", _best_us(self.log)
        spans, records = self.exported()
        yield "encoding of three spans", _best_us(lambda: encode_spans(spans), 1) / TIMES
        yield "encoding of a log record", _best_us(lambda: encode_logs(records), 1) / TIMES

    def exported(self) -> tuple[list[ReadableSpan], list[ReadableLogRecord]]:
        """What `TIMES` requests leave."""
        self.tracers.force_flush()
        self.loggers.force_flush()
        self.spans.clear()
        self.logs.clear()
        for _ in range(TIMES):
            self.request()
            self.connect()
            self.statement()
            self.log()
        self.tracers.force_flush()
        self.loggers.force_flush()
        return list(self.spans.get_finished_spans()), list(self.logs.get_finished_logs())

    def request(self) -> None:
        """Serve one that does nothing; it never waits."""
        try:
            self.middleware(dict(REQUEST), _no_body, _nowhere).send(None)
        except StopIteration:
            return

    def connect(self) -> None:
        """As contrib's instrumentation of SQLAlchemy does."""
        with self.tracer.start_as_current_span("connect", kind=SpanKind.CLIENT) as span:
            span.set_attributes(CONNECTION)

    def statement(self) -> None:
        """As contrib's instrumentation of SQLAlchemy does."""
        span = self.tracer.start_span("SELECT things.db", kind=SpanKind.CLIENT)
        for name, value in STATEMENT.items():
            span.set_attribute(name, value)
        span.end()

    def record(self) -> None:
        """A measurement."""
        self.histogram.record(0.001, {"db.client.connection.pool.name": "pieces"})

    def log(self) -> None:
        """A line."""
        self.logger.info("Thing read.", extra={"shop.thing.id": 1})


async def _answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def _no_body() -> Any:
    return {"type": "http.request"}


async def _nowhere(_message: Any) -> None:
    return


def _best_us(work: Callable[[], object], times: int = TIMES) -> float:
    return min(repeat(work, repeat=ROUNDS, number=times)) / times * 1e6


def main() -> None:
    """Measure and print."""
    rows = list(Pieces().rows())
    whole = sum(us for _, us in rows)
    table = Table("piece", "µs", "share")
    for name, us in rows:
        table.add_row(name, f"{us:.0f}", f"{us / whole:.0%}")
    table.add_row("together", f"{whole:.0f}", "")
    Console(width=80).print(table)


if __name__ == "__main__":
    main()
