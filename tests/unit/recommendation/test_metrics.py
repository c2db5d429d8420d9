"""The cache tells how full it is and how often it helps, and requests how they ended."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from kit.errors import BadGateway, NotFound
from services.recommendation.telemetry import CacheMeter, RequestMeter


def read(reader: InMemoryMetricReader) -> dict[str, dict[str, float]]:
    data = reader.get_metrics_data()
    assert data is not None
    recorded = data.resource_metrics[0].scope_metrics[0].metrics
    return {metric.name: {label(point): value(point) for point in metric.data.data_points} for metric in recorded}


def label(point: Any) -> str:
    return "".join(point.attributes.values())


def value(point: Any) -> float:
    return float(point.count if hasattr(point, "count") else point.value)


def test_hits_misses_and_size() -> None:
    reader = InMemoryMetricReader()
    kept = ["one", "two"]
    meter = CacheMeter(MeterProvider([reader], shutdown_on_exit=False).get_meter("test"), kept)
    meter.looked_up(found=True)
    assert read(reader) == {
        "shop.recommendation.cache.requests": {"hit": 1, "miss": 0},
        "shop.recommendation.cache.size": {"": 2},
    }


def test_requests_by_outcome() -> None:
    reader = InMemoryMetricReader()
    meter = RequestMeter(MeterProvider([reader], shutdown_on_exit=False).get_meter("test"))
    with meter.counted():
        pass
    with pytest.raises(NotFound), meter.counted():
        raise NotFound
    for _ in range(2):
        with pytest.raises(BadGateway), meter.counted():
            raise BadGateway
    assert read(reader) == {"shop.recommendation.requests": {"answered": 1, "unknown_product": 1, "failed": 2}}
