"""How often product-catalog is asked."""

import httpx
import pytest

from kit.errors import NotFound
from services.frontend.catalog import SEEN_FOR_S, Catalog
from tests.unit.frontend.neighbours import Neighbours

pytestmark = pytest.mark.anyio


async def test_product_is_known_for_a_minute(neighbours: Neighbours) -> None:
    now_s = 1000.0
    client = httpx.AsyncClient(transport=neighbours, base_url="http://catalog:8088")
    catalog = Catalog(client, clock=lambda: now_s)
    for _ in range(3):
        assert (await catalog.seen(1)).name == "Tea pot"
    assert len(neighbours.asked) == 1
    now_s += SEEN_FOR_S
    del neighbours.products[1]
    with pytest.raises(NotFound):
        await catalog.seen(1)
    await catalog.close()


async def test_price_is_asked_for_each_time(neighbours: Neighbours) -> None:
    client = httpx.AsyncClient(transport=neighbours, base_url="http://catalog:8088")
    catalog = Catalog(client)
    assert (await catalog.product(1)).price_cents == 2450
    neighbours.products[1]["price_cents"] = 1
    assert (await catalog.product(1)).price_cents == 1
    await catalog.close()
