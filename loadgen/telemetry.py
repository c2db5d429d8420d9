"""What the load generator tells of itself: its traces, a few log lines, and its exporters' own troubles.

Configured by the standard `OTEL_*` variables; `OTEL_EXPORTER_OTLP_PROTOCOL` chooses between OTLP over HTTP and gRPC.
"""

import logging
from dataclasses import dataclass

from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kit import beside
from kit.exporters import LogExporter, SpanExporter, over_http
from loadgen.settings import Wire

SERVICE = "load-generator"
LOGGER = f"shop.{SERVICE}"
"""Its records go out from INFO on; of everybody else's, what is a warning or worse."""


@dataclass(frozen=True)
class Telemetry:
    """The running set-up."""

    tracers: TracerProvider
    loggers: LoggerProvider
    exporters: tuple[SpanExporter, LogExporter] | tuple[()] = ()

    def close(self) -> None:
        """Send what is left, without waiting for a receiver that is away."""
        for exporter in self.exporters:
            exporter.persistence.stop()
        self.tracers.shutdown()
        self.loggers.shutdown()


def start(wire: Wire | None) -> Telemetry:
    """Set up traces and logs; without `wire` they go nowhere."""
    resource = Resource.create({"service.name": SERVICE}).merge(OTELResourceDetector().detect())
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
    if wire is None:
        return Telemetry(tracers, loggers)
    exporters = _exporters(wire)
    tracers.add_span_processor(BatchSpanProcessor(exporters[0]))
    loggers.add_log_record_processor(BatchLogRecordProcessor(exporters[1]))
    guest = beside.exporters()
    if guest.spans:
        tracers.add_span_processor(BatchSpanProcessor(guest.spans))
    if guest.logs:
        loggers.add_log_record_processor(BatchLogRecordProcessor(guest.logs))
    logging.getLogger().addHandler(LoggingHandler(logger_provider=loggers))
    logging.getLogger(LOGGER).setLevel(logging.INFO)
    return Telemetry(tracers, loggers, exporters)


def _exporters(wire: Wire) -> tuple[SpanExporter, LogExporter]:
    if wire == "http/protobuf":
        return over_http()
    # gRPC costs 20 MB, which lite mode does without.
    from loadgen.grpc_exporters import over_grpc  # noqa: PLC0415

    return over_grpc()
