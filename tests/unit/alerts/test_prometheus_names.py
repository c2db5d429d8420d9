"""Names as the OTLP receiver of Prometheus makes them."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


OF_METRICS = st.from_regex(r"[A-Za-z][A-Za-z0-9_.\-/]{0,62}", fullmatch=True)
"""https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax"""


@given(OF_METRICS, st.text(max_size=63), st.sampled_from(get_args(Kind)))
def test_a_metric_gets_a_name_that_prometheus_takes_and_that_stays(name: str, unit: str, kind: Kind) -> None:
    translated = metric_name(name, unit, kind)
    assert re.fullmatch("[a-zA-Z_:][a-zA-Z0-9_:]*", translated)
    assert translated.endswith("_total") or kind != "counter"


@given(st.text(min_size=1))
def test_a_label_gets_a_name_that_prometheus_takes_and_that_stays(attribute: str) -> None:
    translated = label_name(attribute)
    assert re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", translated)
    assert label_name(translated) == translated
