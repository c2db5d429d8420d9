"""One drill: customers buy, the database is lost, what was kept comes back, the rest is rebuilt and audited."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from whodunit.audit.audit import audit
from whodunit.audit.books import Library
from whodunit.audit.findings import Findings
from whodunit.drill.customers import Customers, Taken
from whodunit.drill.keeping import Cost, Keeping
from whodunit.drill.measured import Loss, Measured, Times
from whodunit.drill.shop import AGAIN, SmallShop
from whodunit.errors import LabError

BEFORE_THE_DAY = 0.2
"""Customers come for this share of a day before the first copy, so that there is something to copy."""

ROUNDS = 5
"""Payments under way at the loss reach the gateway's books a little later: one look at them may be too early."""

SETTLE_S, SETTLE_AN_ORDER_S = 30.0, 0.3
READ_TIMEOUT_S = 30.0
ENOUGH = 10
"""Fewer orders tell no pace."""

NOBODY = 0
"""The user of an order whose customer no book names."""

POLL_S = 0.1

Json = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """Length of the drill's day, and orders a second."""

    day_s: float
    rate: float


class Drill:
    """Measures one way of keeping the database of a small shop; `tell` hears what is being done."""

    def __init__(self, shop: SmallShop, keeping: Keeping, wanted: Wanted, tell: Tell) -> None:
        self._shop = shop
        self._keeping = keeping
        self._wanted = wanted
        self._tell = tell
        self._customers = Customers(shop.urls["order"])

    async def run(self) -> Measured:
        """Raises LabError when it cannot be measured."""
        self._tell("opening a small shop")
        await self._shop.open(await self._keeping.open())
        cost, lost_at = await self._trade_and_lose()
        self._tell("restoring what was kept")
        database = await self._keeping.restore()
        restored_s = time.monotonic() - lost_at
        await self._shop.open_order(database)
        taken, held = dict(self._customers.taken), await self._orders()
        await self._until_taken()
        open_s = time.monotonic() - lost_at
        self._tell("rebuilding the rest from the books of gateway and inventory")
        entered, books = await self._rebuild(database)
        times = Times(restored_s, open_s, time.monotonic() - lost_at)
        loss = loss_of(taken, held, await self._orders(), entered)
        day_s = self._wanted.day_s if self._keeping.is_daily else None
        return Measured(
            self._keeping.name, self._keeping.keeps, self._wanted.rate, day_s, loss, times, books=books, cost=cost
        )

    async def _trade_and_lose(self) -> tuple[Cost, float]:
        """A day of customers, to the moment of the loss; they are still buying then."""
        self._tell("letting customers buy for a day")
        coming = asyncio.create_task(self._customers.come(self._wanted.rate))
        try:
            await asyncio.sleep(BEFORE_THE_DAY * self._wanted.day_s)
            await self._keeping.copy()
            await asyncio.sleep(self._wanted.day_s)
            cost = await self._keeping.cost()
            await self._shop.kill_order()
            await self._keeping.lose()
            lost_at = time.monotonic()
        finally:
            coming.cancel()
            await asyncio.wait({coming})
        return cost, lost_at

    async def _until_taken(self) -> None:
        deadline = time.monotonic() + SETTLE_S
        while not await self._customers.buy():
            if time.monotonic() > deadline:
                raise LabError("Order takes no orders on the restored database.", AGAIN)
            await asyncio.sleep(POLL_S)

    async def _rebuild(self, database: str) -> tuple[Counter[str], Findings]:
        entered: Counter[str] = Counter()
        for _ in range(ROUNDS):
            entered.update(json.loads(await self._shop.recover_orders(database)))
            settle_s = SETTLE_S + SETTLE_AN_ORDER_S * entered["entered"]
            findings = await asyncio.to_thread(self._audit, settle_s)
            if findings.held:
                break
        return entered, findings

    def _audit(self, settle_s: float) -> Findings:
        with httpx.Client(timeout=READ_TIMEOUT_S, trust_env=False) as http:
            return audit(Library(http, self._shop.urls), settle_s=settle_s)

    async def _orders(self) -> dict[str, Json]:
        return await asyncio.to_thread(self._read_orders)

    def _read_orders(self) -> dict[str, Json]:
        with httpx.Client(timeout=READ_TIMEOUT_S, trust_env=False) as http:
            return {each["id"]: each for each in Library(http, self._shop.urls).pages("order", "orders")}


def loss_of(
    taken: Mapping[str, Taken], held: Mapping[str, Json], now: Mapping[str, Json], entered: Mapping[str, int]
) -> Loss:
    """What became of the orders `taken`: those `held` by the database that came back, and those there `now`."""
    lost = taken.keys() - held.keys()
    rebuilt = lost & now.keys()
    newest_held = max((datetime.fromisoformat(each["created_at"]) for each in held.values()), default=None)
    oldest, newest = (edge((each.created_at for each in taken.values()), default=None) for edge in (min, max))
    since = newest_held or oldest
    return Loss(
        taken=len(taken),
        lost=len(lost),
        seconds=max((newest - since).total_seconds(), 0.0) if lost and newest and since else 0.0,
        rebuilt=len(rebuilt),
        nameless=sum(1 for each in rebuilt if now[each]["user_id"] == NOBODY),
        guessed=entered["averaged"],
        renumbered=sum(1 for each in rebuilt if now[each]["number"] != taken[each].number),
        refunded=entered["refunded"],
        gone=len(lost - rebuilt),
        pace=pace_of([datetime.fromisoformat(now[each]["updated_at"]) for each in rebuilt]),
    )


def pace_of(settled: Sequence[datetime]) -> float | None:
    """Orders settled in a second, over the first half of them: the youngest have to grow old enough first."""
    first = sorted(settled)[: len(settled) // 2]
    if len(first) < ENOUGH or first[0] == first[-1]:
        return None
    return (len(first) - 1) / (first[-1] - first[0]).total_seconds()
