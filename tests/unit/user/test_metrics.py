"""Logins are counted and timed by how they end."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from kit.errors import InternalError, Unauthorized
from services.user.telemetry import Logins


def read(reader: InMemoryMetricReader) -> dict[str, dict[str, float]]:
    data = reader.get_metrics_data()
    assert data is not None
    recorded = data.resource_metrics[0].scope_metrics[0].metrics
    return {metric.name: {label(point): value(point) for point in metric.data.data_points} for metric in recorded}


def label(point: Any) -> str:
    return "".join(point.attributes.values())


def value(point: Any) -> float:
    return float(point.count if hasattr(point, "count") else point.value)


def test_logins_by_outcome() -> None:
    reader = InMemoryMetricReader()
    logins = Logins(MeterProvider([reader], shutdown_on_exit=False).get_meter("test"))
    assert read(reader) == {"shop.login.results": {"succeeded": 0, "refused": 0, "failed": 0}}
    for _ in range(2):
        with logins.measured():
            pass
    with pytest.raises(Unauthorized), logins.measured():
        raise Unauthorized
    with pytest.raises(InternalError), logins.measured():
        raise InternalError
    ended = {"succeeded": 2, "refused": 1, "failed": 1}
    assert read(reader) == {"shop.login.results": ended, "shop.login.duration": ended}
