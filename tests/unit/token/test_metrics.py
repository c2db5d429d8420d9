"""Tokens asked for are counted by what became of them."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from kit.errors import BadGateway, NotFound
from services.token.telemetry import Results


def read(reader: InMemoryMetricReader) -> dict[str, dict[str, float]]:
    data = reader.get_metrics_data()
    assert data is not None
    recorded = data.resource_metrics[0].scope_metrics[0].metrics
    return {metric.name: {label(point): value(point) for point in metric.data.data_points} for metric in recorded}


def label(point: Any) -> str:
    return "".join(point.attributes.values())


def value(point: Any) -> float:
    return float(point.count if hasattr(point, "count") else point.value)


def test_tokens_by_outcome() -> None:
    reader = InMemoryMetricReader()
    results = Results(MeterProvider([reader], shutdown_on_exit=False).get_meter("test"))
    with results.counted():
        pass
    with pytest.raises(NotFound), results.counted():
        raise NotFound
    for _ in range(2):
        with pytest.raises(BadGateway), results.counted():
            raise BadGateway
    assert read(reader) == {"shop.token.results": {"issued": 1, "refused": 1, "failed": 2}}
