"""Reservations over HTTP. Products 239 and 240 have three pieces each."""

import asyncio
import logging
import random

import httpx
import pytest

pytestmark = pytest.mark.anyio

SCARCE = 240


async def reserve(
    client: httpx.AsyncClient, order_id: str, quantity: int = 1, *, product_id: int = SCARCE, left_ms: int | None = None
) -> int:
    body = {"order_id": order_id, "items": [{"product_id": product_id, "quantity": quantity}]}
    headers = {} if left_ms is None else {"X-Deadline-Ms": str(left_ms)}
    return (await client.post("/reservations", json=body, headers=headers)).status_code


async def commit(client: httpx.AsyncClient, order_id: str) -> int:
    return (await client.post(f"/reservations/{order_id}/commit")).status_code


async def release(client: httpx.AsyncClient, order_id: str) -> int:
    return (await client.delete(f"/reservations/{order_id}")).status_code


async def stock(client: httpx.AsyncClient, product_id: int = SCARCE) -> tuple[int, int, int]:
    """Available, reserved, sold."""
    products = (await client.get("/audit")).json()["products"]
    found = next(each for each in products if each["product_id"] == product_id)
    assert found["initial"] == found["available"] + found["reserved"] + found["sold"]
    return found["available"], found["reserved"], found["sold"]


async def test_goods_are_put_aside_and_sold(client: httpx.AsyncClient) -> None:
    assert await reserve(client, "a", 2) == 201
    assert await stock(client) == (1, 2, 0)
    assert await commit(client, "a") == 200
    assert await stock(client) == (1, 0, 2)
    assert (await client.get(f"/stock/{SCARCE}")).json() == {"product_id": SCARCE, "available": 1}


async def test_a_reservation_tells_what_it_was_made_for(client: httpx.AsyncClient) -> None:
    await reserve(client, "a", 2)
    await commit(client, "a")
    goods = {"order_id": "a", "state": "committed", "items": [{"product_id": SCARCE, "quantity": 2}]}
    assert (await client.get("/reservations/a")).json() == goods
    assert (await client.get("/reservations/b")).status_code == 404


async def test_every_step_may_be_repeated(client: httpx.AsyncClient) -> None:
    assert [await reserve(client, "a") for _ in range(3)] == [201] * 3
    assert [await commit(client, "a") for _ in range(3)] == [200] * 3
    assert await reserve(client, "a") == 201
    assert await stock(client) == (2, 0, 1)


async def test_released_goods_are_back_and_stay_back(client: httpx.AsyncClient) -> None:
    await reserve(client, "a", 3)
    assert [await release(client, "a") for _ in range(2)] == [200] * 2
    assert await stock(client) == (3, 0, 0)
    assert await reserve(client, "a") == 409
    assert await commit(client, "a") == 409


async def test_a_release_that_comes_first_keeps_the_goods_on_the_shelf(client: httpx.AsyncClient) -> None:
    assert await release(client, "a") == 200
    assert await reserve(client, "a") == 409
    assert await stock(client) == (3, 0, 0)


async def test_sold_goods_are_not_released(client: httpx.AsyncClient) -> None:
    await reserve(client, "a")
    await commit(client, "a")
    assert await release(client, "a") == 409
    assert await stock(client) == (2, 0, 1)


async def test_nothing_can_be_sold_that_was_not_put_aside(client: httpx.AsyncClient) -> None:
    assert await commit(client, "a") == 404


async def test_all_of_an_order_or_nothing(client: httpx.AsyncClient) -> None:
    items = [{"product_id": 1, "quantity": 1}, {"product_id": SCARCE, "quantity": 4}]
    answer = await client.post("/reservations", json={"order_id": "a", "items": items})
    assert (answer.status_code, answer.json()["type"], answer.json()["product_id"]) == (409, "out-of-stock", SCARCE)
    assert (await stock(client, 1), await stock(client)) == ((1_000_000, 0, 0), (3, 0, 0))


async def test_no_more_is_put_aside_than_there_is(client: httpx.AsyncClient) -> None:
    statuses = await asyncio.gather(*(reserve(client, f"order-{n}") for n in range(8)))
    assert sorted(statuses) == [201] * 3 + [409] * 5
    assert await stock(client) == (0, 3, 0)


async def test_whatever_happens_no_piece_is_lost_or_made(client: httpx.AsyncClient) -> None:
    chance = random.Random(7)
    steps = [chance.choice((reserve, commit, release)) for _ in range(60)]
    await asyncio.gather(*(step(client, f"order-{chance.randrange(6)}") for step in steps))
    assert sum(await stock(client)) == 3


async def test_a_call_after_the_deadline_is_refused_and_told(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shop.inventory")
    assert await reserve(client, "a", left_ms=-250) == 504
    assert await stock(client) == (3, 0, 0)
    assert await reserve(client, "a", left_ms=5_000) == 201
    assert [(each.levelname, each.message) for each in caplog.records if each.name == "shop.inventory"] == [
        ("WARNING", "Inventory reservation refused: the order's deadline passed while it waited for payment."),
        ("INFO", "Inventory reservation made on a later call: an earlier one came after the order's deadline."),
    ]


async def test_an_unknown_product_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/stock/999")).status_code == 404


async def test_a_product_stands_in_a_reservation_once(client: httpx.AsyncClient) -> None:
    items = [{"product_id": 1, "quantity": 1}] * 2
    assert (await client.post("/reservations", json={"order_id": "a", "items": items})).status_code == 422
