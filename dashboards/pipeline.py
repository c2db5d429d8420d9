"""The telemetry's own way: from the services through the Collector to the backends."""

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.builders.prometheus import Dataquery

from dashboards import promql
from dashboards.page import Section, page
from dashboards.panels import graph, log_lines
from dashboards.queries import series

SIGNALS = {"spans": "spans", "metric_points": "metric points", "log_records": "log records"}


def _by_signal(step: str, label: str) -> list[Dataquery]:
    """Items of each signal that went through `step`, per second and by its receiver or exporter."""
    return [
        series(promql.rate(f"otelcol_{step}_{signal}_total", label), f"{{{{{label}}}}}: {words}")
        for signal, words in SIGNALS.items()
    ]


DROPPED = graph(
    "Lost before it left the services",
    "Spans, log records and metric points that a service gave up: its queue was full, or nobody took them for five "
    "minutes. It says so in its own telemetry later.",
    "cps",
    series(
        promql.rate("shop_telemetry_dropped_total", "service_name", "shop_telemetry_signal"),
        "{{service_name}}: {{shop_telemetry_signal}}",
    ),
)

RECEIVED = graph(
    "Received",
    "What the Collector takes from the services, by signal. A line that ends is a sender that is gone, or cannot "
    "reach it.",
    "cps",
    *_by_signal("receiver_accepted", "receiver"),
)

REFUSED = graph(
    "Refused",
    "What the Collector sent back, because it is short of memory or its queues are full. Senders offer it again; it "
    "is lost only if this lasts.",
    "cps",
    *_by_signal("receiver_refused", "receiver"),
)

SENT = graph(
    "Sent on",
    "What each backend took: Jaeger spans, Prometheus metric points, Loki log records. More metric points are sent "
    "than received, because the Collector makes some from spans.",
    "cps",
    *_by_signal("exporter_sent", "exporter"),
)

FAILED = graph(
    "Not taken by a backend",
    "What a backend refused for good. Attempts that are made again are not here: look at the queues.",
    "cps",
    *_by_signal("exporter_send_failed", "exporter"),
)

NOT_QUEUED = graph(
    "Not even queued",
    "What found a sending queue full. This is lost for the backend, unless its sender offers it again.",
    "cps",
    *_by_signal("exporter_enqueue_failed", "exporter"),
)

QUEUES = graph(
    "Sending queues",
    "What waits for each backend, in items. A queue that grows has a backend that is away or too slow; it survives "
    "a restart, and empties when the backend is back: late data then fill the gap.",
    "short",
    series("max by (exporter) (otelcol_exporter_queue_size)", "{{exporter}}"),
)

FILLING = graph(
    "How full the queues are",
    "The same as a share of what they can hold. At 100 % the Collector refuses what comes.",
    "percentunit",
    series(
        "max by (exporter) (otelcol_exporter_queue_size) / max by (exporter) (otelcol_exporter_queue_capacity)",
        "{{exporter}}",
    ),
)

MEMORY = graph(
    "The Collector's memory",
    "Resident memory. It begins to refuse at 256 MiB of heap, rather than run out.",
    "bytes",
    series("max(otelcol_process_memory_rss_bytes)", "resident"),
    series("max(otelcol_process_runtime_heap_alloc_bytes)", "heap"),
)

CPU = graph(
    "The Collector's processor time",
    "Share of one processor core that it uses.",
    "percentunit",
    series(promql.rate("otelcol_process_cpu_seconds_total"), "Collector"),
)

SPAN_METRICS = graph(
    "Requests counted from spans",
    "How many spans of kind server the Collector counted, by service. Compare it with what services count "
    "themselves (Start here): a difference is spans that were lost on the way.",
    "reqps",
    series(
        promql.rate("traces_span_metrics_calls_total", "service_name", where='span_kind="SPAN_KIND_SERVER"'),
        "{{service_name}}",
    ),
)

LOGS = log_lines(
    "What the Collector says",
    "Its own log lines, sent the same way as everybody's.",
    '{service_name="otel-collector"}',
)


def pipeline() -> Dashboard:
    """Is what the other dashboards show complete?"""
    return page(
        "pipeline",
        "Telemetry pipeline",
        "Can the other dashboards be believed? Telemetry goes from the services through the Collector to "
        "Prometheus, Jaeger and Loki; each step says what came in, what went out, and what it could not keep.",
        Section("From the services", [(RECEIVED, REFUSED, DROPPED)]),
        Section("To the backends", [(SENT, FAILED, NOT_QUEUED), (QUEUES, FILLING)]),
        Section("The Collector itself", [(MEMORY, CPU, SPAN_METRICS), (LOGS,)]),
    )
