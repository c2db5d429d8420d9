"""OTLP over gRPC from a program of greenlets, offered as persistently as over HTTP."""

from typing import Any

from grpc.experimental.gevent import init_gevent
from opentelemetry.exporter.otlp.proto.grpc import exporter
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

from kit.exporters import LogExporter, SpanExporter

CHANNEL: Any = (  # declared as pairs of texts; gRPC takes numbers
    ("grpc.enable_http_proxy", 0),
    # A channel shares its connection's back-off (up to two minutes) with every other to the same address, unless told.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_reconnect_backoff_ms", 5000),
)


def over_grpc() -> tuple[SpanExporter, LogExporter]:
    """Spans and log records; call it after gevent has patched the standard library, before any other use of gRPC."""
    init_gevent()
    # The module's filter lets no template pass twice in a row, whatever the signal: traces would silence logs.
    exporter.logger.filters.clear()
    spans, logs = OTLPSpanExporter(channel_options=CHANNEL), OTLPLogExporter(channel_options=CHANNEL)
    return SpanExporter(spans), LogExporter(logs)


def metrics_over_grpc() -> OTLPMetricExporter:
    """Metrics, after `over_grpc`; while one export waits, the SDK goes on adding up."""
    return OTLPMetricExporter(channel_options=CHANNEL)
