"""OTLP over gRPC from a program of greenlets, offered as persistently as over HTTP."""

from collections.abc import Sequence
from typing import Any

from grpc.experimental.gevent import init_gevent
from opentelemetry.exporter.otlp.proto.grpc import exporter
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExportResult
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from kit.exporting import Persistence

CHANNEL: Any = (  # declared as pairs of texts; gRPC takes numbers
    ("grpc.enable_http_proxy", 0),
    # A channel shares its connection's back-off (up to two minutes) with every other to the same address, unless told.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_reconnect_backoff_ms", 5000),
)


class SpanExporter(OTLPSpanExporter):
    """Spans over OTLP/gRPC."""

    def __init__(self) -> None:
        super().__init__(channel_options=CHANNEL)
        self.persistence = Persistence("traces")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self.persistence.offer(lambda: send(spans) is SpanExportResult.SUCCESS, len(spans))
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE


class LogExporter(OTLPLogExporter):
    """Log records over OTLP/gRPC."""

    def __init__(self) -> None:
        super().__init__(channel_options=CHANNEL)
        self.persistence = Persistence("logs")

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Send until taken or given up."""
        send = super().export
        taken = self.persistence.offer(lambda: send(batch) is LogRecordExportResult.SUCCESS, len(batch))
        return LogRecordExportResult.SUCCESS if taken else LogRecordExportResult.FAILURE


def create() -> tuple[SpanExporter, LogExporter]:
    """Both exporters; call it after gevent has patched the standard library, before any other use of gRPC."""
    init_gevent()
    # The module's filter lets no template pass twice in a row, whatever the signal: traces would silence logs.
    exporter.logger.filters.clear()
    return SpanExporter(), LogExporter()
