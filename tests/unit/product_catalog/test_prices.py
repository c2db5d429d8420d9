"""Products that an import left without a price, and a release that calls the price by another name."""

import anyio
import httpx
import pytest

from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio

PRICED, UNPRICED = 180, 181
IMPORT = "product-prices-import"


async def becomes(client: httpx.AsyncClient, product_id: int, status: int) -> httpx.Response:
    with anyio.fail_after(5.0):
        while True:
            answer = await client.get(f"/products/{product_id}")
            if answer.status_code == status:
                return answer
            await anyio.sleep(0.05)


async def test_what_an_import_left_without_a_price_is_listed_and_cannot_be_shown(
    client: httpx.AsyncClient, variants: FixedVariants, caplog: pytest.LogCaptureFixture
) -> None:
    healthy = (await client.get(f"/products/{UNPRICED}")).json()
    variants.values[IMPORT] = "on"
    await becomes(client, UNPRICED, 500)
    assert (await client.get(f"/products/{PRICED}")).status_code == 200
    listed = (await client.get("/products", params={"page_size": 60, "page": 4})).json()["products"]
    assert {product["price_cents"] for product in listed} == {0}
    error = next(record for record in caplog.records if record.levelname == "ERROR")
    assert (error.getMessage(), vars(error)["shop.product.id"]) == ("Product cannot be shown.", UNPRICED)
    assert vars(error)["shop.product.problem"] == "price_cents: Input should be greater than 0"
    variants.values["product-prices-repair"] = "on"
    assert (await becomes(client, UNPRICED, 200)).json() == healthy


async def test_after_the_import_each_product_has_its_price_again(
    client: httpx.AsyncClient, variants: FixedVariants
) -> None:
    healthy = (await client.get("/products", params={"page_size": 60, "page": 4})).json()
    variants.values[IMPORT] = "on"
    await becomes(client, UNPRICED, 500)
    variants.values.clear()
    await becomes(client, UNPRICED, 200)
    assert (await client.get("/products", params={"page_size": 60, "page": 4})).json() == healthy


async def test_a_release_calls_the_price_of_what_is_dear_by_another_name(
    client: httpx.AsyncClient, variants: FixedVariants
) -> None:
    dear = next(each for each in await listed(client) if each["price_cents"] >= 4_500)
    variants.values["product-catalog-deployment"] = "renamed-field"
    shown = (await client.get(f"/products/{dear['id']}")).json()
    assert (shown["total_cents"], "price_cents" in shown) == (dear["price_cents"], False)
    cheap = next(each for each in await listed(client) if each["price_cents"] < 4_500)
    assert (await client.get(f"/products/{cheap['id']}")).json()["price_cents"] == cheap["price_cents"]


async def listed(client: httpx.AsyncClient) -> list[dict[str, int]]:
    products: list[dict[str, int]] = (await client.get("/products")).json()["products"]
    return products
