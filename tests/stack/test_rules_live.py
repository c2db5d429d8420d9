"""The rules in a Prometheus that is fed as the Collector feeds it: names are translated as we think, alerts fire."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from kit.buckets import SECONDS
from tests.stack.harness.stack import native_stack
from whodunit.telemetry.prometheus_names import Kind, label_name, metric_name

pytestmark = pytest.mark.stack("prometheus", "otelcol")

WITHIN_S = 30.0
STUCK = 7

INSTRUMENTS: tuple[tuple[str, str, Kind], ...] = (
    ("http.server.request.duration", "s", "histogram"),
    ("shop.order.results", "{order}", "counter"),
    ("shop.order.stuck", "{order}", "gauge"),
    ("db.client.connection.count", "{connection}", "updowncounter"),
    ("process.memory.usage", "By", "updowncounter"),
    ("process.cpu.time", "s", "counter"),
    ("process.cpu.utilization", "1", "gauge"),
    ("asked.total", "1", "counter"),
    ("system.disk.io", "By/s", "gauge"),
    ("otelcol_exporter_send_failed_spans", "{spans}", "counter"),
)


class Fed:
    """Asks the Prometheus that is fed."""

    def __init__(self, url: str, log_store: str) -> None:
        self.log_store = log_store
        self._http = httpx.Client(base_url=f"{url}/api/v1", trust_env=False)

    def get(self, path: str, **parameters: str) -> Any:
        return self._http.get(path, params=parameters).raise_for_status().json()["data"]

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def fed() -> Iterator[Fed]:
    with native_stack() as stack:
        # Without the other backends: the Collector's queues for them are there, and fill.
        stack.start(["prometheus", "otel-collector"])
        url = stack.url("prometheus", 9090, "/prometheus")
        exporter = OTLPMetricExporter(endpoint=f"{url}/api/v1/otlp/v1/metrics")
        reader = PeriodicExportingMetricReader(exporter, export_interval_millis=2000)
        provider = MeterProvider([reader], resource=Resource.create({"service.name": "order"}), shutdown_on_exit=False)
        for instrument in INSTRUMENTS:
            measure(provider.get_meter("test"), *instrument)
        prometheus = Fed(url, stack.log_store)
        yield prometheus
        prometheus.close()
        provider.shutdown()


def measure(meter: Meter, name: str, unit: str, kind: Kind) -> None:
    """Measure something once; what is observed is observed at each export."""
    match kind:
        case "histogram":
            histogram = meter.create_histogram(name, unit, explicit_bucket_boundaries_advisory=SECONDS)
            histogram.record(0.3, {"http.request.method": "POST"})
        case "counter":
            meter.create_counter(name, unit).add(1)
        case "updowncounter":
            meter.create_up_down_counter(name, unit).add(1)
        case "gauge":
            meter.create_observable_gauge(name, [observe], unit)


def observe(_: CallbackOptions) -> list[Observation]:
    return [Observation(STUCK)]


def until(found: Callable[[], Any], what: str) -> Any:
    give_up_at = monotonic() + WITHIN_S
    while not (answer := found()):
        assert monotonic() < give_up_at, f"{what}: not there within {WITHIN_S:g} s"
        sleep(0.2)
    return answer


@pytest.mark.parametrize(("name", "unit", "kind"), INSTRUMENTS)
def test_a_metric_is_called_what_we_think(fed: Fed, name: str, unit: str, kind: Kind) -> None:
    series = metric_name(name, unit, kind) + ("_count" if kind == "histogram" else "")
    found = until(lambda: fed.get("/query", query=f'{series}{{service_name="order"}}')["result"], series)
    assert found[0]["metric"]["__name__"] == series


def test_a_label_and_a_bucket_are_called_what_we_think(fed: Fed) -> None:
    series = f'http_server_request_duration_seconds_bucket{{{label_name("http.request.method")}="POST", le="0.75"}}'
    assert until(lambda: fed.get("/query", query=series)["result"], series)[0]["value"][1] == "1"
    whole = 'http_server_request_duration_seconds_bucket{le=~"10([.]0)?"}'
    assert len(fed.get("/query", query=whole)["result"]) == 1


def test_every_rule_is_loaded_and_evaluated(fed: Fed) -> None:
    def healthy() -> bool:
        rules = [rule for group in fed.get("/rules")["groups"] for rule in group["rules"]]
        return bool(rules) and all(rule["health"] == "ok" for rule in rules)

    until(healthy, "all rules healthy")


def test_stuck_orders_alert(fed: Fed) -> None:
    def firing() -> list[Any]:
        return [alert for alert in fed.get("/alerts")["alerts"] if alert["state"] == "firing"]

    found = until(firing, "an alert")
    assert [alert["labels"] for alert in found] == [
        {"alertname": "OrdersStuckInProcessing", "service": "order", "severity": "page"}
    ]


@pytest.mark.parametrize("exporter", ["otlp_http/prometheus", "otlp_http/{logs}", "otlp_grpc/jaeger"])
@pytest.mark.parametrize("gauge", ["otelcol_exporter_queue_size", "otelcol_exporter_queue_capacity"])
def test_the_collector_tells_of_its_queues_by_these_names(fed: Fed, gauge: str, exporter: str) -> None:
    exporter = exporter.format(logs=fed.log_store)
    series = f'{metric_name(gauge, "{batch}", "gauge")}{{exporter="{exporter}", service_name="otel-collector"}}'
    until(lambda: fed.get("/query", query=series)["result"], series)
