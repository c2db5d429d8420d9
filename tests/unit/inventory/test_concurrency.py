"""Many orders at once, on two instances of the service: what one takes, no other gets."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.inventory.app import create_app
from services.inventory.settings import Settings
from tests.databases import DatabaseUrl

pytestmark = pytest.mark.anyio

SCARCE, PIECES = 240, 3
POPULAR = range(1, 9)


@pytest.fixture
async def instances(database_url: DatabaseUrl) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two of them, beside each other on one database."""
    url = database_url("inventory")
    async with AsyncExitStack() as started:
        clients = []
        for _ in range(2):
            app = create_app(Settings(database_url=url, inventory_crowd_wait_s=60), Platform(FixedVariants()))
            await started.enter_async_context(app.router.lifespan_context(app))
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inventory")
            clients.append(await started.enter_async_context(client))
        yield clients


async def reserve(client: httpx.AsyncClient, order_id: str, *product_ids: int) -> int:
    items = [{"product_id": product_id, "quantity": 1} for product_id in product_ids]
    return (await client.post("/reservations", json={"order_id": order_id, "items": items})).status_code


async def books(client: httpx.AsyncClient) -> dict[int, dict[str, int]]:
    products = (await client.get("/audit")).json()["products"]
    for each in products:
        assert each["initial"] == each["available"] + each["reserved"] + each["sold"]
        assert min(each.values()) >= 0
    return {each["product_id"]: each for each in products}


async def test_the_last_pieces_go_to_three_of_forty(instances: list[httpx.AsyncClient]) -> None:
    asked = (reserve(instances[n % 2], f"order-{n}", SCARCE) for n in range(40))
    assert Counter(await asyncio.gather(*asked)) == {201: PIECES, 409: 40 - PIECES}
    assert (await books(instances[0]))[SCARCE]["available"] == 0


async def test_one_order_asked_for_twenty_times_takes_once(instances: list[httpx.AsyncClient]) -> None:
    assert set(await asyncio.gather(*(reserve(instances[n % 2], "order", 1, SCARCE) for n in range(20)))) == {201}
    assert (await books(instances[0]))[SCARCE]["reserved"] == 1


async def test_letting_go_of_what_is_just_being_taken_leaves_nothing(instances: list[httpx.AsyncClient]) -> None:
    async def let_go(order_id: str) -> int:
        return (await instances[1].delete(f"/reservations/{order_id}")).status_code

    names = [f"order-{n}" for n in range(15)]
    answers = await asyncio.gather(*(call for name in names for call in (reserve(instances[0], name, 1), let_go(name))))
    assert set(answers) <= {200, 201, 409}
    assert (await books(instances[0]))[1]["reserved"] == 0


async def test_orders_with_the_same_goods_never_wait_for_each_other_in_a_circle(
    instances: list[httpx.AsyncClient],
) -> None:
    dice = random.Random(7)

    async def buy(n: int, product_ids: list[int]) -> list[int]:
        client, other = instances[n % 2], instances[1 - n % 2]
        taken = await reserve(client, f"order-{n}", *product_ids)
        end = other.post(f"/reservations/order-{n}/commit") if n % 3 else other.delete(f"/reservations/order-{n}")
        return [taken, (await end).status_code]

    orders = [dice.sample(POPULAR, 5) for _ in range(60)]
    answers = await asyncio.gather(*(buy(n, product_ids) for n, product_ids in enumerate(orders)))
    assert Counter(status for each in answers for status in each) == {201: 60, 200: 60}
    sold = Counter(product_id for n, each in enumerate(orders) if n % 3 for product_id in each)
    assert {product_id: (await books(instances[0]))[product_id]["sold"] for product_id in POPULAR} == sold
