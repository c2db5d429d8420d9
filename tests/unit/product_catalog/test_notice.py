"""A look-up that a failure flag decides is counted."""

import pytest

from kit.errors import InternalError
from services.product_catalog.lookup_variants import NoticedLookup
from services.product_catalog.schemas import Product
from tests.recorded_metrics import RecordedMetrics

pytestmark = pytest.mark.anyio


class Failing:
    async def find(self, product_id: int) -> Product:
        raise InternalError(f"{product_id}")


async def test_every_use_is_counted_by_flag() -> None:
    recorded = RecordedMetrics()
    lookup = NoticedLookup(Failing(), "productCatalogFailure", recorded.meter)
    assert recorded.read() == {"shop.feature_flag.failure_uses": {"productCatalogFailure": 0}}
    with pytest.raises(InternalError):
        await lookup.find(4)
    assert recorded.read() == {"shop.feature_flag.failure_uses": {"productCatalogFailure": 1}}
