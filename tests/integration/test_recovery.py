"""A lost order database, rebuilt from the books of the gateway and of inventory."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kit.db import Database
from services.order.ledger import Ledger
from services.order.recovery import NOBODY, Recovered, Recovery, RecoverySettings, priced
from tests.databases import DatabaseUrl
from tests.integration.test_checkout import DECLINED, GOOD, SCARCE, Shop, clean, opened

pytestmark = pytest.mark.anyio


class LosingShop(Shop):
    """A shop whose orders can be lost."""

    async def lose_orders(self, empty: DatabaseUrl) -> None:
        """Go on with an order database in which nothing is."""
        self.kill("order")
        self.of_order = empty("order-restored")
        self.database_url = lambda name: self.of_order  # only order is opened again
        await self.open("order")

    async def recover(self) -> Recovered:
        """As `python -m services.order.recovery`, over the street of the tests."""
        settings = RecoverySettings(
            gateway_url="http://gateway", payment_url="http://payment", inventory_url="http://inventory"
        )
        db = Database("order", self.of_order)
        try:
            async with httpx.AsyncClient(transport=self.street) as http:
                return await Recovery(Ledger(db), http, settings).recover()
        finally:
            await db.close()


@pytest.fixture
async def shop(database_url: DatabaseUrl) -> AsyncIterator[LosingShop]:
    """A shop in health."""
    async with opened(LosingShop(database_url)) as shop:
        yield shop


def without_what_no_book_knows(order: Any) -> Any:
    return {key: order[key] for key in ("id", "status", "total_cents", "items")}


async def test_the_reconciler_settles_what_was_entered_again(shop: LosingShop, empty_database_url: DatabaseUrl) -> None:
    taken = [await shop.check_out(f"key-{n}", quantity=n + 1) for n in range(3)]
    before = [await shop.ended(order["id"]) for order in taken]
    await shop.lose_orders(empty_database_url)
    assert (await shop.audit()).lost == 3
    assert await shop.recover() == Recovered(entered=3)
    after = [await shop.ended(order["id"]) for order in before]
    assert [without_what_no_book_knows(each) for each in after] == [without_what_no_book_knows(each) for each in before]
    assert {order["user_id"] for order in after} == {NOBODY}
    assert await shop.audit() == clean(3)
    assert await shop.recover() == Recovered()


async def test_a_declined_order_and_one_out_of_stock_fail_again(
    shop: LosingShop, empty_database_url: DatabaseUrl
) -> None:
    declined = await shop.check_out("declined", card=DECLINED)
    short = [await shop.check_out(f"short-{n}", product_id=SCARCE, quantity=2) for n in range(2)]
    assert {(await shop.ended(order["id"]))["reason"] for order in short} == {None, "out_of_stock"}
    assert (await shop.ended(declined["id"]))["reason"] == "card_declined"
    await shop.lose_orders(empty_database_url)
    await shop.recover()
    assert (await shop.ended(declined["id"]))["reason"] == "card_declined"
    assert {(await shop.ended(order["id"]))["status"] for order in short} == {"completed", "failed"}
    assert await shop.audit() == clean(3)


async def test_who_paid_for_goods_that_no_book_knows_gets_the_money_back(
    shop: LosingShop, empty_database_url: DatabaseUrl
) -> None:
    body = {"order_id": "lost", "amount_cents": 1999, "card_number": GOOD}
    async with httpx.AsyncClient(transport=shop.street) as http:
        paid = await http.post("http://payment/payments", json=body, headers={"Idempotency-Key": "lost"})
    assert paid.json()["status"] == "succeeded"
    await shop.lose_orders(empty_database_url)
    assert await shop.recover() == Recovered(entered=1, refunded=1)
    assert (await shop.ended("lost"))["status"] == "failed"
    assert await shop.audit() == clean(1)


def test_several_products_are_given_the_average_price_of_a_piece() -> None:
    goods = [{"product_id": 1, "quantity": 2}, {"product_id": 2, "quantity": 1}]
    assert [item.unit_price_cents for item in priced(goods, 900)] == [300, 300]
    assert priced([], 900) == []
