"""Names as the OTLP receiver of Prometheus makes them."""

import pytest

from whodunit.telemetry.prometheus_names import Kind, label_name, metric_name


@pytest.mark.parametrize(
    ("name", "unit", "kind", "translated"),
    [
        ("http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds"),
        ("shop.order.results", "{order}", "counter", "shop_order_results_total"),
        ("shop.order.stuck", "{order}", "gauge", "shop_order_stuck"),
        ("db.client.connection.count", "{connection}", "updowncounter", "db_client_connection_count"),
        ("process.memory.usage", "By", "updowncounter", "process_memory_usage_bytes"),
        ("process.cpu.time", "s", "counter", "process_cpu_time_seconds_total"),
        ("process.cpu.utilization", "1", "gauge", "process_cpu_utilization_ratio"),
        ("asked.total", "1", "counter", "asked_total"),
        ("traces.span.metrics.duration", "s", "histogram", "traces_span_metrics_duration_seconds"),
        ("otelcol_exporter_send_failed_spans", "{spans}", "counter", "otelcol_exporter_send_failed_spans_total"),
        ("system.disk.io", "By/s", "gauge", "system_disk_io_bytes_per_second"),
        ("wait.seconds", "s", "histogram", "wait_seconds"),
        ("5xx", "", "counter", "_5xx_total"),
    ],
)
def test_a_metric(name: str, unit: str, kind: Kind, translated: str) -> None:
    assert metric_name(name, unit, kind) == translated


@pytest.mark.parametrize(
    ("attribute", "translated"),
    [
        ("service.name", "service_name"),
        ("http.response.status_code", "http_response_status_code"),
        ("service.peer.name", "service_peer_name"),
        ("4xx", "key_4xx"),
    ],
)
def test_a_label(attribute: str, translated: str) -> None:
    assert label_name(attribute) == translated
