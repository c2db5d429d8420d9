"""How often product-catalog is asked."""

import httpx
import pytest

from kit.errors import NotFound
from kit.http import PeerClient
from kit.network import JoinedNetwork
from services.frontend.catalog import SEEN_FOR_S, Catalog
from tests.unit.frontend.peers import Peers

pytestmark = pytest.mark.anyio


async def test_product_is_known_for_a_minute(peers: Peers) -> None:
    now_s = 1000.0
    client = PeerClient("http://catalog:8088", JoinedNetwork(peers), httpx.Timeout(5))
    catalog = Catalog(client, clock=lambda: now_s)
    for _ in range(3):
        assert (await catalog.seen(1)).name == "Tea pot"
    assert len(peers.asked) == 1
    now_s += SEEN_FOR_S
    del peers.products[1]
    with pytest.raises(NotFound):
        await catalog.seen(1)
    await catalog.close()


async def test_price_is_asked_for_each_time(peers: Peers) -> None:
    client = PeerClient("http://catalog:8088", JoinedNetwork(peers), httpx.Timeout(5))
    catalog = Catalog(client)
    assert (await catalog.product(1)).price_cents == 2450
    peers.products[1]["price_cents"] = 1
    assert (await catalog.product(1)).price_cents == 1
    await catalog.close()
