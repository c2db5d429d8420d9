"""Orders that a restored database has lost: entered again from the books of the gateway and of inventory.

`python -m services.order.recovery` does it, beside the running service, whose reconciler then settles them. No book but
order's own knows the customer, the checkout's key, or the prices of several products in one order.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import Field

from kit.db import Database
from kit.settings import BaseUrl, load
from services.order.ledger import Ledger
from services.order.schemas import Item, Order
from services.order.settings import Settings

NOBODY = 0
"""The user of an order whose customer no book names."""

PAGE = 500
TIMEOUT_S = 10.0

Json = dict[str, Any]


class RecoverySettings(Settings):
    """Order's settings, and where the gateway's books are."""

    gateway_url: BaseUrl = Field("http://127.0.0.1:8083", description="The payment gateway")


@dataclass
class Recovered:
    """Orders entered again; of these `averaged` have prices that are averages, `refunded` were paid without goods."""

    entered: int = 0
    averaged: int = 0
    refunded: int = 0


class Recovery:
    """Compares the gateway's charges with order's ledger; may be repeated, and run while orders are taken."""

    def __init__(self, ledger: Ledger, http: httpx.AsyncClient, settings: RecoverySettings) -> None:
        self._ledger = ledger
        self._http = http
        self._settings = settings

    async def recover(self) -> Recovered:
        """Enter every order that was charged and is not known; raises httpx.HTTPError."""
        done = Recovered()
        # The charges first: an order stands in the ledger before its charge stands in the gateway's books.
        charges = [charge async for charge in self._charges()]
        known = {order_id async for order_id in self._known()}
        for charge in charges:
            if charge["idempotency_key"] not in known:
                await self._enter(charge, done)
        return done

    async def _enter(self, charge: Json, done: Recovered) -> None:
        order_id, cents = charge["idempotency_key"], charge["amount_cents"]
        goods = await self._goods(order_id)
        if charge["state"] == "captured" and not goods:
            if not await self._refund(order_id):
                return
            done.refunded += 1
        items = priced(goods, cents)
        created = datetime.fromtimestamp(charge["created_at_ms"] / 1000, UTC)
        about = {"id": order_id, "number": 0, "user_id": NOBODY, "status": "processing", "total_cents": cents}
        lost = about | {"items": items, "created_at": created, "updated_at": created}
        await self._ledger.enter_again(Order.model_validate(lost))
        done.entered += 1
        done.averaged += len(items) > 1

    async def _charges(self) -> AsyncIterator[Json]:
        after: int | None = 0
        while after is not None:
            page = (await self._get(f"{self._settings.gateway_url}/audit?after={after}")).json()
            for charge in page["charges"]:
                yield charge
            after = page["next"]

    async def _known(self) -> AsyncIterator[str]:
        after = 0
        while page := await self._ledger.after(after, PAGE):
            for order in page:
                yield order.id
            after = page[-1].number

    async def _goods(self, order_id: str) -> list[Json]:
        answer = await self._http.get(f"{self._settings.inventory_url}/reservations/{order_id}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        items: list[Json] = answer.raise_for_status().json()["items"]
        return items

    async def _refund(self, order_id: str) -> bool:
        """Give the money back; False while the payment is under way, which is for the next time."""
        answer = await self._http.post(f"{self._settings.payment_url}/payments/{order_id}/refund")
        if answer.status_code == httpx.codes.CONFLICT:
            return False
        answer.raise_for_status()
        return True

    async def _get(self, url: str) -> httpx.Response:
        return (await self._http.get(url)).raise_for_status()


def priced(goods: Sequence[Json], total_cents: int) -> list[Item]:
    """The goods at the average price of a piece: exact for one product, a guess for several."""
    pieces = sum(each["quantity"] for each in goods)
    return [Item(**each, unit_price_cents=max(1, total_cents // pieces)) for each in goods]


async def recover(settings: RecoverySettings) -> Recovered:
    """Enter what the database of order has lost."""
    db = Database("order", settings.database_url)
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as http:
            return await Recovery(Ledger(db), http, settings).recover()
    finally:
        await db.close()


def main() -> None:
    """Print what was entered, as JSON."""
    sys.stdout.write(json.dumps(asdict(asyncio.run(recover(load(RecoverySettings))))) + "\n")


if __name__ == "__main__":
    main()
