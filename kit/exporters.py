"""The three signals' OTLP/HTTP exporters, each with `Persistence`."""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExportResult
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from kit.exporting import LastAnswer, Persistence


class SpanExporter(OTLPSpanExporter):
    """Spans over OTLP/HTTP."""

    def __init__(self) -> None:
        session = LastAnswer()
        super().__init__(session=session)
        self.persistence = Persistence("traces", session)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self.persistence.offer(lambda: send(spans) is SpanExportResult.SUCCESS, len(spans))
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE


class LogExporter(OTLPLogExporter):
    """Log records over OTLP/HTTP."""

    def __init__(self) -> None:
        session = LastAnswer()
        super().__init__(session=session)
        self.persistence = Persistence("logs", session)

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self.persistence.offer(lambda: send(batch) is LogRecordExportResult.SUCCESS, len(batch))
        return LogRecordExportResult.SUCCESS if taken else LogRecordExportResult.FAILURE


class MetricExporter(OTLPMetricExporter):
    """Metrics over OTLP/HTTP; while one export waits, the SDK goes on adding up."""

    def __init__(self) -> None:
        session = LastAnswer()
        super().__init__(session=session)
        self.persistence = Persistence("metrics", session)

    def export(
        self, metrics_data: MetricsData, timeout_millis: float | None = 10_000, **options: object
    ) -> MetricExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self.persistence.offer(
            lambda: send(metrics_data, timeout_millis, **options) is MetricExportResult.SUCCESS,
            sum(len(scope.metrics) for resource in metrics_data.resource_metrics for scope in resource.scope_metrics),
        )
        return MetricExportResult.SUCCESS if taken else MetricExportResult.FAILURE
