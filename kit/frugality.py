"""Leaves out instruments that nobody asks for, before they cost anything.

A view that drops a metric still has each of its measurements made and carried to the view: five of them a request.
"""

from typing import Any

from opentelemetry.metrics import Histogram, Meter, MeterProvider, NoOpMeter, UpDownCounter
from opentelemetry.util.types import Attributes

UNWANTED = frozenset(
    {
        "http.server.active_requests",
        "http.server.request.body.size",
        "http.server.response.body.size",
        "db.client.connections.usage",  # superseded by db.client.connection.count (kit.pool)
    }
)

_NOTHING = NoOpMeter("nothing")


class FrugalMeterProvider(MeterProvider):
    """Stands before another provider, for instrumentations that make histograms and up-down counters."""

    def __init__(self, provider: MeterProvider) -> None:
        self._provider = provider

    def get_meter(
        self,
        name: str,
        version: str | None = None,
        schema_url: str | None = None,
        attributes: Attributes | None = None,
    ) -> Meter:
        """The other provider's meter, without the `UNWANTED`."""
        return _FrugalMeter(self._provider.get_meter(name, version, schema_url, attributes))


class _FrugalMeter(NoOpMeter):
    def __init__(self, meter: Meter) -> None:
        super().__init__(meter.name, meter.version, meter.schema_url)
        self._meter = meter

    def _maker(self, name: str) -> Meter:
        return _NOTHING if name in UNWANTED else self._meter

    def create_histogram(self, name: str, *arguments: Any, **options: Any) -> Histogram:
        return self._maker(name).create_histogram(name, *arguments, **options)

    def create_up_down_counter(self, name: str, *arguments: Any, **options: Any) -> UpDownCounter:
        return self._maker(name).create_up_down_counter(name, *arguments, **options)
