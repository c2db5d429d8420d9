"""What is kept in memory is read anew after a while."""

import pytest
from sqlalchemy import update

from kit.db import Database
from services.product_catalog import tables
from services.product_catalog.lookup import DatabaseLookup
from services.product_catalog.lookup_variants import HotReads
from tests.recorded_metrics import RecordedMetrics

pytestmark = pytest.mark.anyio


async def test_a_price_is_old_for_a_minute_at_most(db: Database) -> None:
    now_s = 0.0
    lookup = HotReads(db, DatabaseLookup(db, RecordedMetrics().meter), clock=lambda: now_s)
    price_cents = (await lookup.find(1)).price_cents
    async with db.engine.begin() as connection:
        await connection.execute(update(tables.products).where(tables.products.c.id == 1).values(price_cents=1))
    now_s = 59.0
    assert (await lookup.find(1)).price_cents == price_cents
    now_s = 60.0
    assert (await lookup.find(1)).price_cents == 1
