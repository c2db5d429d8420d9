"""Recommendation over HTTP, beside the real product-catalog joined in process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.product_catalog.app import create_app as create_catalog
from services.product_catalog.settings import Settings as CatalogSettings
from services.recommendation.app import create_app
from services.recommendation.settings import Settings
from tests.databases import DatabaseUrl

pytestmark = pytest.mark.anyio


class Network(httpx.AsyncBaseTransport):
    """Leads to product-catalog unless `trouble` says otherwise, for so many requests; counts the requests."""

    def __init__(self, catalog: httpx.ASGITransport) -> None:
        self._catalog = catalog
        self.requests = 0
        self.trouble: httpx.Response | type[httpx.TransportError] | None = None
        self.for_requests = 1_000

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.trouble is None or not self.for_requests:
            return await self._catalog.handle_async_request(request)
        self.for_requests -= 1
        if isinstance(self.trouble, httpx.Response):
            return self.trouble
        raise self.trouble("no", request=request)


@pytest.fixture
def features() -> FixedVariants:
    return FixedVariants()


@pytest.fixture
def operations() -> FixedVariants:
    return FixedVariants()


@pytest.fixture
async def shop(
    database_url: DatabaseUrl, features: FixedVariants, operations: FixedVariants
) -> AsyncIterator[tuple[httpx.AsyncClient, Network]]:
    settings = CatalogSettings(database_url=database_url("product-catalog"), reviews=0)
    catalog = create_catalog(settings, Platform(variants=FixedVariants()))
    network = Network(httpx.ASGITransport(catalog))
    app = create_app(Settings(), Platform(variants=operations, transport=network, product_flags=features))
    async with AsyncExitStack() as started:
        for each in (catalog, app):
            await started.enter_async_context(each.router.lifespan_context(each))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t")
        yield await started.enter_async_context(client), network


async def read(client: httpx.AsyncClient, product_id: int, **params: int) -> Any:
    answer = await client.get("/recommendations", params={"product_id": product_id, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["products"]


async def test_four_other_things_of_the_same_category(shop: tuple[httpx.AsyncClient, Network]) -> None:
    products = await read(shop[0], 1)
    assert {product["category"] for product in products} == {"kitchen"}
    lines = [product["name"].partition(",")[0] for product in products]
    assert len(set(lines)) == 4
    assert "Enamel saucepan" not in lines


async def test_similar_prices_come_first(shop: tuple[httpx.AsyncClient, Network]) -> None:
    distances = [abs(product["price_cents"] - 2490) for product in await read(shop[0], 1, limit=12)]
    assert distances == sorted(distances)
    assert len(distances) == 9


async def test_what_was_found_is_remembered(shop: tuple[httpx.AsyncClient, Network]) -> None:
    client, network = shop
    first = await read(client, 1)
    asked = network.requests
    assert await read(client, 1) == first
    assert (await read(client, 1, limit=1)) == first[:1]
    assert network.requests == asked == 2


async def test_the_table_of_pairs_and_the_cache_instead_of_it_answer_the_same(
    shop: tuple[httpx.AsyncClient, Network], features: FixedVariants, operations: FixedVariants
) -> None:
    client, network = shop
    usual = await read(client, 1, limit=12)
    features.values["recommendationCacheFailure"] = "on"
    assert [await read(client, 1, limit=12) for _ in range(2)] == [usual, usual]
    assert network.requests == 2 + 2
    operations.values["recommendation-bounded-cache"] = "on"
    assert await read(client, 1, limit=12) == usual
    assert network.requests == 4 + 2


async def test_who_insists_asks_again_until_the_catalogue_answers(
    shop: tuple[httpx.AsyncClient, Network], operations: FixedVariants
) -> None:
    client, network = shop
    usual = await read(client, 1)
    operations.values["recommendation-insistent"] = "on"
    network.trouble, network.for_requests = httpx.ReadTimeout, 5
    assert [product["id"] for product in await read(client, 2)] != [product["id"] for product in usual]
    assert network.requests == 2 + 5 + 2


async def test_a_release_compares_with_what_was_asked_for_and_remembers_no_answer(
    shop: tuple[httpx.AsyncClient, Network], operations: FixedVariants
) -> None:
    client, network = shop
    usual = {product["id"] for product in await read(client, 1, limit=12)}
    operations.values["recommendation-deployment"] = "loop-work"
    for _ in range(2):
        assert len(await read(client, 1, limit=12)) == len(usual)
    assert network.requests == 2 + 2 * 2


async def test_nothing_goes_with_an_unknown_product(shop: tuple[httpx.AsyncClient, Network]) -> None:
    assert (await shop[0].get("/recommendations?product_id=241")).status_code == 404


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (httpx.Response(500), 502),
        (httpx.Response(200, json={}), 502),
        (httpx.ConnectError, 502),
        (httpx.ReadTimeout, 504),
    ],
)
async def test_a_catalog_in_trouble_is_told_and_not_remembered(
    shop: tuple[httpx.AsyncClient, Network], trouble: Any, status: int
) -> None:
    client, network = shop
    network.trouble = trouble
    assert (await client.get("/recommendations?product_id=1")).status_code == status
    network.trouble = None
    assert len(await read(client, 1)) == 4


@pytest.mark.parametrize("query", ["", "product_id=0", f"product_id={10**30}", "product_id=1&limit=13"])
async def test_what_cannot_be_meant_is_refused(shop: tuple[httpx.AsyncClient, Network], query: str) -> None:
    assert (await shop[0].get(f"/recommendations?{query}")).status_code == 422
