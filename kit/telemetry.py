"""The one set-up of OpenTelemetry: three signals over OTLP/HTTP, configured by the standard `OTEL_*` variables."""

import logging
from dataclasses import dataclass
from threading import Thread
from time import monotonic

from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.logging import LoggingInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kit import beside, telemetry_settings
from kit.buckets import SECONDS
from kit.exporters import LogExporter, MetricExporter, SpanExporter, over_http
from kit.frugality import FrugalMeterProvider
from kit.resource import KeptResource

FLUSH_WITHIN_S = 4.0

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
)


@dataclass(frozen=True)
class Telemetry:
    """The running set-up; `stop` sends what is left."""

    providers: tuple[TracerProvider, LoggerProvider, MeterProvider]
    exporters: tuple[SpanExporter, LogExporter, MetricExporter]

    def stop(self) -> None:
        """Offer what is queued once more to the receiver; a receiver that is away costs `FLUSH_WITHIN_S`, no more."""
        for exporter in self.exporters:
            exporter.persistence.stop()
        flushes = [Thread(target=provider.shutdown, daemon=True) for provider in self.providers]
        for flush in flushes:
            flush.start()
        give_up_at = monotonic() + FLUSH_WITHIN_S
        for flush in flushes:
            flush.join(max(0.0, give_up_at - monotonic()))


def start(service: str, release: str, *, metered: bool = True) -> Telemetry | None:
    """Set up all three signals for a release of `service`, or two; None when `OTEL_SDK_DISABLED` says so."""
    telemetry_settings.apply_defaults()
    if telemetry_settings.disabled():
        return None
    exporters, guest = (*over_http(), MetricExporter()), beside.exporters()
    resource = KeptResource(Resource.create({"service.name": service, "service.version": release}))
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    tracers.add_span_processor(BatchSpanProcessor(exporters[0]))
    if guest.spans:
        tracers.add_span_processor(BatchSpanProcessor(guest.spans))
    loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
    loggers.add_log_record_processor(BatchLogRecordProcessor(exporters[1]))
    if guest.logs:
        loggers.add_log_record_processor(BatchLogRecordProcessor(guest.logs))
    senders = (exporters[2], guest.metrics) if metered else ()
    readers = [PeriodicExportingMetricReader(each) for each in senders if each]
    meters = MeterProvider(readers, resource=resource, views=VIEWS, shutdown_on_exit=False)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    _logs.set_logger_provider(loggers)
    for exporter in exporters:
        exporter.persistence.begin()
    instrument_libraries()
    return Telemetry((tracers, loggers, meters), exporters)


def instrument_libraries() -> None:
    """Instrument what a process has once; applications and clients are instrumented where they are made."""
    SQLAlchemyInstrumentor().instrument(meter_provider=FrugalMeterProvider(metrics.get_meter_provider()))
    LoggingInstrumentor().instrument()
    SystemMetricsInstrumentor(config=PROCESS_METRICS).instrument()
    logging.getLogger("opentelemetry.attributes").setLevel(logging.ERROR)
