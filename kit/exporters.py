"""The three signals' exporters, each with `Persistence`, or another `Offering`.

Spans and log records go by any transport, metrics by HTTP.
"""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter as SpanTransport
from opentelemetry.sdk.trace.export import SpanExportResult

from kit.exporting import LastAnswer, Offering, Persistence
from kit.span_encoding import encode_spans


class SpansOverHttp(OTLPSpanExporter):
    """OTLP/HTTP with our own encoder, which the SDK's exporter has no parameter for: `_client` is its internal."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Encode and send."""
        sent = self._client.export(encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS if sent.success else SpanExportResult.FAILURE


class SpanExporter(SpanTransport):
    """Spans by `transport`; `session`, where the transport has one, tells a refusal."""

    def __init__(
        self, transport: SpanTransport, session: LastAnswer | None = None, offering: Offering | None = None
    ) -> None:
        self._transport = transport
        self.persistence = Persistence("traces", session)
        self._offering = offering or self.persistence

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send until taken or given up."""
        taken = self._offering.offer(lambda: self._transport.export(spans) is SpanExportResult.SUCCESS, len(spans))
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the transport."""
        self._transport.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what the transport keeps back."""
        return self._transport.force_flush(timeout_millis)


class LogExporter(LogRecordExporter):
    """Log records by `transport`; `session`, where the transport has one, tells a refusal."""

    def __init__(
        self, transport: LogRecordExporter, session: LastAnswer | None = None, offering: Offering | None = None
    ) -> None:
        self._transport = transport
        self.persistence = Persistence("logs", session)
        self._offering = offering or self.persistence

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Send until taken or given up."""
        taken = self._offering.offer(lambda: self._transport.export(batch) is LogRecordExportResult.SUCCESS, len(batch))
        return LogRecordExportResult.SUCCESS if taken else LogRecordExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the transport."""
        self._transport.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what the transport keeps back."""
        return self._transport.force_flush(timeout_millis)


class MetricExporter(OTLPMetricExporter):
    """Metrics over OTLP/HTTP; while one export waits, the SDK goes on adding up."""

    def __init__(self, offering: Offering | None = None) -> None:
        session = LastAnswer()
        super().__init__(session=None if offering else session)
        self.persistence = Persistence("metrics", session)
        self._offering = offering or self.persistence

    def export(
        self, metrics_data: MetricsData, timeout_millis: float | None = 10_000, **options: object
    ) -> MetricExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self._offering.offer(
            lambda: send(metrics_data, timeout_millis, **options) is MetricExportResult.SUCCESS,
            sum(len(scope.metrics) for resource in metrics_data.resource_metrics for scope in resource.scope_metrics),
        )
        return MetricExportResult.SUCCESS if taken else MetricExportResult.FAILURE


def over_http() -> tuple[SpanExporter, LogExporter]:
    """Spans and log records over OTLP/HTTP."""
    of_spans, of_logs = LastAnswer(), LastAnswer()
    return (
        SpanExporter(SpansOverHttp(session=of_spans), of_spans),
        LogExporter(OTLPLogExporter(session=of_logs), of_logs),
    )
