"""A service of one moment that reports by OpenTelemetry's own SDK: a span, in it a measurement and a log line."""

from dataclasses import dataclass
from logging import ERROR, LogRecord

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import format_trace_id

NAME = "sdk-service"
BODY = 'It said "no", twice.'
TOOK_S = 0.3


@dataclass(frozen=True)
class Reporting:
    """Its three providers."""

    traces: TracerProvider
    metrics: MeterProvider
    logs: LoggerProvider

    @classmethod
    def to(cls, url: str, *, cumulative: bool) -> "Reporting":
        """To an OTLP/HTTP receiver."""
        resource = Resource.create({"service.name": NAME})
        kinds: tuple[type, ...] = () if cumulative else (Counter, Histogram)
        delta = dict.fromkeys(kinds, AggregationTemporality.DELTA)
        metric_exporter = OTLPMetricExporter(f"{url}/v1/metrics", preferred_temporality=delta)
        reporting = cls(
            TracerProvider(resource=resource),
            MeterProvider([PeriodicExportingMetricReader(metric_exporter)], resource=resource),
            LoggerProvider(resource=resource),
        )
        reporting.traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{url}/v1/traces")))
        reporting.logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{url}/v1/logs")))
        return reporting

    def work(self) -> str:
        """Do it once and send everything; the trace's id."""
        meter = self.metrics.get_meter("sdk")
        with self.traces.get_tracer("sdk").start_as_current_span("work") as span:
            meter.create_histogram("shop.login.duration", "s").record(TOOK_S, {"shop.outcome": "completed"})
            record = LogRecord("sdk", ERROR, __file__, 1, BODY, None, None)
            record.__dict__["shop.user.id"] = 42
            LoggingHandler(logger_provider=self.logs).emit(record)
        for provider in (self.traces, self.metrics, self.logs):
            provider.shutdown()
        return format_trace_id(span.get_span_context().trace_id)
