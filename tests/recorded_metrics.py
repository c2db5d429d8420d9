"""A meter, and what was recorded with it, in the shape that tests compare."""

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader


class RecordedMetrics:
    """Give `meter` to what is tested, then `read`."""

    def __init__(self) -> None:
        self._reader = InMemoryMetricReader()
        self.meter = MeterProvider([self._reader], shutdown_on_exit=False).get_meter("test")

    def read(self) -> dict[str, dict[str, float]]:
        """By metric, then by the attributes' values: the number; of a histogram, how many were measured."""
        data = self._reader.get_metrics_data()
        assert data is not None
        recorded = data.resource_metrics[0].scope_metrics[0].metrics
        return {metric.name: {_label(point): _value(point) for point in metric.data.data_points} for metric in recorded}


def _label(point: Any) -> str:
    return "".join(point.attributes.values())


def _value(point: Any) -> float:
    return float(point.count if hasattr(point, "count") else point.value)
