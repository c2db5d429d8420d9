"""A row that makes no sense is refused, and counted for each of its fields at fault."""

import pytest
from sqlalchemy import update

from kit.db import Database
from kit.errors import InternalError, NotFound
from services.product_catalog import tables
from services.product_catalog.lookup import DatabaseLookup
from services.product_catalog.schemas import Product
from tests.recorded_metrics import RecordedMetrics

pytestmark = pytest.mark.anyio

NONE = dict.fromkeys(Product.model_fields, 0.0)


async def test_a_product_without_a_price_is_counted(db: Database) -> None:
    recorded = RecordedMetrics()
    lookup = DatabaseLookup(db, recorded.meter)
    async with db.engine.begin() as connection:
        await connection.execute(update(tables.products).where(tables.products.c.id == 1).values(price_cents=0))
    with pytest.raises(InternalError):
        await lookup.find(1)
    assert recorded.read() == {"shop.product.refused": NONE | {"price_cents": 1}}


async def test_what_is_for_sale_or_unknown_is_not(db: Database) -> None:
    recorded = RecordedMetrics()
    lookup = DatabaseLookup(db, recorded.meter)
    await lookup.find(2)
    with pytest.raises(NotFound):
        await lookup.find(9_999)
    assert recorded.read() == {"shop.product.refused": NONE}
