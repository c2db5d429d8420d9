"""Customers of the drill: they buy at even intervals, and remember what they were told."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from whodunit.launcher.readiness import PLAIN_HTTP

CARD, DECLINED = "4242424242424242", "4000000000000002"
SHARE_DECLINED = 0.05
PRODUCTS = range(1, 201)
TIMEOUT_S = 20.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """An order that a customer was told of."""

    number: int
    created_at: datetime


@dataclass
class Customers:
    """Customers of the order service at `url`; `taken` are the orders that it acknowledged, by id."""

    url: str
    taken: dict[str, Taken] = field(default_factory=dict)
    unanswered: int = 0

    async def come(self, rate: float) -> None:
        """Buy `rate` times a second until cancelled; those who are at it then are waited for."""
        clock = asyncio.get_running_loop()
        async with self._client() as http, asyncio.TaskGroup() as group:
            due = clock.time()
            while True:
                try:
                    await asyncio.sleep(due - clock.time())
                except asyncio.CancelledError:
                    return
                group.create_task(self._buy(http))
                due += 1 / rate

    async def buy(self) -> bool:
        """Buy once; says whether the order was taken."""
        before = len(self.taken)
        async with self._client() as http:
            await self._buy(http)
        return len(self.taken) > before

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=TIMEOUT_S, trust_env=False, verify=PLAIN_HTTP)

    async def _buy(self, http: httpx.AsyncClient) -> None:
        try:
            answer = await http.post("/orders", json=_checkout(), headers={"Idempotency-Key": str(uuid4())})
            order = answer.raise_for_status().json()
        except httpx.HTTPError:
            self.unanswered += 1
            return
        created = datetime.fromisoformat(order["created_at"])
        self.taken[order["id"]] = Taken(order["number"], created)


def _checkout() -> Json:
    products = random.sample(PRODUCTS, random.choice((1, 1, 2, 3)))
    items = [
        {"product_id": each, "quantity": random.randint(1, 2), "unit_price_cents": random.randint(500, 9999)}
        for each in products
    ]
    card = DECLINED if random.random() < SHARE_DECLINED else CARD
    return {"user_id": random.randint(1, 500), "items": items, "card_number": card}
