"""The one set-up of OpenTelemetry: three signals over OTLP/HTTP, configured by the standard `OTEL_*` variables."""

import logging
from dataclasses import dataclass
from importlib.metadata import version

from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.logging import LoggingInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import DropAggregation, ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kit import telemetry_settings
from kit.buckets import SECONDS
from kit.exporters import LogExporter, MetricExporter, SpanExporter

FLUSH_TIMEOUT_MS = 5_000

PROCESS_METRICS: dict[str, list[str] | None] = {
    "process.cpu.time": ["user", "system"],
    "process.cpu.utilization": None,
    "process.memory.usage": None,
    "process.thread.count": None,
    "cpython.gc.collections": None,
}

VIEWS = (
    View(
        instrument_name="http.server.request.duration",
        aggregation=ExplicitBucketHistogramAggregation(SECONDS),
    ),
    View(
        instrument_name="http.client.request.duration",
        aggregation=ExplicitBucketHistogramAggregation(SECONDS),
    ),
    # Nobody asks for these, and each costs as much per request as the duration does.
    View(instrument_name="http.server.active_requests", aggregation=DropAggregation()),
    View(instrument_name="http.server.response.body.size", aggregation=DropAggregation()),
    View(instrument_name="http.server.request.body.size", aggregation=DropAggregation()),
    # Superseded by db.client.connection.count (kit.pool).
    View(instrument_name="db.client.connections.usage", aggregation=DropAggregation()),
)


@dataclass
class Telemetry:
    """The running set-up; `stop` sends what is left."""

    spans: BatchSpanProcessor
    logs: BatchLogRecordProcessor
    meters: MeterProvider
    exporters: tuple[SpanExporter, LogExporter, MetricExporter]

    def stop(self) -> None:
        """Offer what is queued once more to the receiver, then end; takes at most a few seconds."""
        for exporter in self.exporters:
            exporter.persistence.stop()
        self.meters.shutdown(timeout_millis=FLUSH_TIMEOUT_MS)
        self.spans.shutdown()  # type: ignore[no-untyped-call]
        self.logs.shutdown()  # type: ignore[no-untyped-call]


def start(service: str) -> Telemetry | None:
    """Set up all three signals for `service`; None when `OTEL_SDK_DISABLED` says so."""
    telemetry_settings.apply_defaults()
    if telemetry_settings.disabled():
        return None
    exporters = SpanExporter(), LogExporter(), MetricExporter()
    resource = Resource.create({"service.name": service, "service.version": version("whodunit")})
    spans = BatchSpanProcessor(exporters[0])
    logs = BatchLogRecordProcessor(exporters[1])
    meters = MeterProvider([PeriodicExportingMetricReader(exporters[2])], resource=resource, views=VIEWS)
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(spans)
    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(logs)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    _logs.set_logger_provider(loggers)
    instrument_libraries()
    return Telemetry(spans, logs, meters, exporters)


def instrument_libraries() -> None:
    """Instrument what a process has once; applications and clients are instrumented where they are made."""
    SQLAlchemyInstrumentor().instrument()
    LoggingInstrumentor().instrument()
    SystemMetricsInstrumentor(config=PROCESS_METRICS).instrument()
    logging.getLogger("opentelemetry.attributes").setLevel(logging.ERROR)
