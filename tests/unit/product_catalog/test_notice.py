"""A look-up that a failure flag decides is counted."""

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from kit.errors import InternalError
from services.product_catalog.lookup_variants import NoticedLookup
from services.product_catalog.schemas import Product

pytestmark = pytest.mark.anyio


class Failing:
    async def find(self, product_id: int) -> Product:
        raise InternalError(f"{product_id}")


def counted(reader: InMemoryMetricReader) -> dict[str, float]:
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
    assert metric.name == "shop.feature_flag.failure_uses"
    return {str((point.attributes or {})["feature_flag.key"]): point.value for point in metric.data.data_points}  # type: ignore[union-attr]


async def test_every_use_is_counted_by_flag() -> None:
    reader = InMemoryMetricReader()
    meter = MeterProvider([reader], shutdown_on_exit=False).get_meter("test")
    lookup = NoticedLookup(Failing(), "productCatalogFailure", meter)
    assert counted(reader) == {"productCatalogFailure": 0}
    with pytest.raises(InternalError):
        await lookup.find(4)
    assert counted(reader) == {"productCatalogFailure": 1}
