"""The load generator's own telemetry: traces, a few log lines, the errors of its exporters; metrics of a browser.

Configured by the standard `OTEL_*` variables; `OTEL_EXPORTER_OTLP_PROTOCOL` chooses between OTLP over HTTP and gRPC.
"""

import logging
from dataclasses import dataclass

from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter as AnyMetricExporter
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kit import beside
from kit.exporters import LogExporter, MetricExporter, SpanExporter, over_http
from kit.resource import KeptResource
from loadgen.settings import OtlpProtocol

SERVICE = "load-generator"
LOGGER = f"shop.{SERVICE}"
"""Its records are exported from INFO on, those of other loggers from WARNING on."""

MEASURED_EVERY_MS = 5000.0


@dataclass(frozen=True)
class Telemetry:
    """The running providers, and the exporters that do not give up."""

    tracers: TracerProvider
    loggers: LoggerProvider
    meters: MeterProvider
    exporters: tuple[SpanExporter | LogExporter | MetricExporter, ...] = ()

    def close(self) -> None:
        """Send what is left, without waiting for a receiver that is away."""
        for exporter in self.exporters:
            exporter.persistence.stop()
        self.tracers.shutdown()
        self.loggers.shutdown()
        self.meters.shutdown()


def start(protocol: OtlpProtocol | None, *, metered: bool = False) -> Telemetry:
    """Set up traces and logs, and metrics if there is something to measure; without `protocol` nothing is exported."""
    resource = KeptResource(Resource.create({"service.name": SERVICE}).merge(OTELResourceDetector().detect()))
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
    if protocol is None:
        return Telemetry(tracers, loggers, MeterProvider(shutdown_on_exit=False))
    exporters = _exporters(protocol)
    tracers.add_span_processor(BatchSpanProcessor(exporters[0]))
    loggers.add_log_record_processor(BatchLogRecordProcessor(exporters[1]))
    guest = beside.exporters()
    if guest.spans:
        tracers.add_span_processor(BatchSpanProcessor(guest.spans))
    if guest.logs:
        loggers.add_log_record_processor(BatchLogRecordProcessor(guest.logs))
    metrics = _metric_exporter(protocol) if metered else None
    senders = [metrics, guest.metrics] if metered else []
    readers = [PeriodicExportingMetricReader(each, MEASURED_EVERY_MS) for each in senders if each]
    meters = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
    logging.getLogger().addHandler(LoggingHandler(logger_provider=loggers))
    logging.getLogger(LOGGER).setLevel(logging.INFO)
    persistent = (*exporters, metrics) if isinstance(metrics, MetricExporter) else exporters
    return Telemetry(tracers, loggers, meters, persistent)


def _exporters(protocol: OtlpProtocol) -> tuple[SpanExporter, LogExporter]:
    if protocol == "http/protobuf":
        return over_http()
    # gRPC costs 20 MB, which lite mode does without.
    from loadgen.grpc_exporters import over_grpc  # noqa: PLC0415

    return over_grpc()


def _metric_exporter(protocol: OtlpProtocol) -> AnyMetricExporter:
    if protocol == "http/protobuf":
        return MetricExporter()
    from loadgen.grpc_exporters import metrics_over_grpc  # noqa: PLC0415

    return metrics_over_grpc()
