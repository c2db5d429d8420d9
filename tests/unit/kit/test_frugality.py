"""What nobody asks for is not measured; everything else is."""

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData

from kit.frugality import UNWANTED, FrugalMeterProvider


def test_only_what_is_unwanted_is_left_out() -> None:
    reader = InMemoryMetricReader()
    meter = FrugalMeterProvider(MeterProvider([reader], shutdown_on_exit=False)).get_meter("instrumentation")
    for name in (*UNWANTED, "http.server.request.duration"):
        meter.create_histogram(name, "s", explicit_bucket_boundaries_advisory=[1.0]).record(0.5)
    meter.create_up_down_counter("db.client.connections.usage").add(1)
    meter.create_up_down_counter("kept").add(1)
    data = reader.get_metrics_data()
    assert isinstance(data, MetricsData)
    scope = data.resource_metrics[0].scope_metrics[0]
    assert {metric.name for metric in scope.metrics} == {"http.server.request.duration", "kept"}
