"""The feature that makes look-ups fail, and what helps against it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.product_catalog.app import create_app
from services.product_catalog.catalogue import products
from services.product_catalog.lookup_variants import DEPARTMENTS, FAILURE
from services.product_catalog.settings import Settings

pytestmark = pytest.mark.anyio

PAPER, PAN = 4, 1
"""A product of a failing department, and one of another."""


@pytest.fixture
def features() -> FixedVariants:
    return FixedVariants(productCatalogFailure="on")


@pytest.fixture
async def client(
    settings: Settings, variants: FixedVariants, features: FixedVariants
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, Platform(variants, product_flags=features))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


async def status(client: httpx.AsyncClient, product_id: int) -> int:
    return (await client.get(f"/products/{product_id}")).status_code


def test_a_quarter_of_the_catalogue_fails() -> None:
    assert sum(product.category in DEPARTMENTS for product in products()) == 60


async def test_products_of_two_departments_fail(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/products/{PAPER}")
    assert answer.status_code == 500
    assert answer.json()["detail"] == FAILURE == "Error: Product Catalog Fail Feature Flag Enabled"
    assert (await client.get(f"/products/{PAPER}/picture")).status_code == 500
    assert await status(client, PAN) == 200
    assert await status(client, 241) == 404


async def test_lists_do_not_fail(client: httpx.AsyncClient) -> None:
    answer = await client.get("/products", params={"category": "stationery"})
    assert (answer.status_code, answer.json()["total"]) == (200, 30)


async def test_switched_off_all_is_well(client: httpx.AsyncClient, features: FixedVariants) -> None:
    assert await status(client, PAPER) == 500
    features.values.clear()
    assert await status(client, PAPER) == 200


async def test_hot_reads_come_from_memory(client: httpx.AsyncClient, variants: FixedVariants) -> None:
    before = (await client.get(f"/products/{PAN}")).json()
    variants.values["product-catalog-hot-reads"] = "on"
    assert (await client.get(f"/products/{PAN}")).json() == before
    assert await status(client, PAPER) == 200
    assert await status(client, 241) == 404


async def test_a_notice_does_not_change_the_answer(client: httpx.AsyncClient, variants: FixedVariants) -> None:
    variants.values["product-catalog-flag-notice"] = "on"
    assert await status(client, PAPER) == 500
    assert await status(client, PAN) == 200
