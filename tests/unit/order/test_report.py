"""The report of the day's revenue: who may write orders meanwhile."""

import asyncio

import pytest

from kit.variants import Choice, FixedVariants, Option
from services.order.peers import Unsettled
from services.order.report import LockingReport, PromptReport, report_when_due
from services.order.schemas import Order
from tests.unit.order.conftest import Shop
from tests.unit.order.test_filed_receipts import REQUEST

pytestmark = pytest.mark.anyio


class SlowCharges:
    """Answers once it is `open`."""

    def __init__(self) -> None:
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.orders: list[str] = []

    async def charged(self, order: Order) -> None:
        self.asked.set()
        await self.open.wait()
        self.orders.append(order.id)


@pytest.mark.parametrize(("way", "waits"), [(LockingReport, True), (PromptReport, False)])
async def test_the_one_that_locks_orders_lets_nobody_write(shop: Shop, way: type[PromptReport], waits: bool) -> None:
    early, charges = await shop.orders.place("early", REQUEST), SlowCharges()
    job = asyncio.create_task(way(shop.ledger, charges).make(lambda: True))
    await asyncio.wait_for(charges.asked.wait(), 5)
    writing = asyncio.create_task(shop.orders.place("late", REQUEST))
    _, waiting = await asyncio.wait({writing}, timeout=0.3 if waits else 5)
    assert bool(waiting) is waits
    charges.open.set()
    await asyncio.wait_for(asyncio.gather(job, writing), 5)
    assert charges.orders == [early.id]


async def test_it_ends_when_it_is_not_due_any_more(shop: Shop) -> None:
    for key in ("a", "b", "c"):
        await shop.orders.place(key, REQUEST)
    charges, variants = SlowCharges(), FixedVariants(order_report="on")
    way = LockingReport(shop.ledger, charges)
    due = Choice(variants, False, Option("order-report", "on", True))
    job = asyncio.create_task(report_when_due(due, lambda: way))
    await asyncio.wait_for(charges.asked.wait(), 5)
    variants.values.clear()
    charges.open.set()
    late = await asyncio.wait_for(shop.orders.place("late", REQUEST), 5)
    job.cancel()
    assert late.status in {"processing", "completed"}
    assert len(charges.orders) == 1


class NoCharges:
    """Payment is away."""

    def __init__(self) -> None:
        self.asked = 0

    async def charged(self, order: Order) -> None:
        self.asked += 1
        raise Unsettled("payment gave no usable answer")


async def test_a_charge_that_cannot_be_had_is_left_out(shop: Shop) -> None:
    for key in ("a", "b"):
        await shop.orders.place(key, REQUEST)
    charges = NoCharges()
    await PromptReport(shop.ledger, charges).make(lambda: True)
    assert charges.asked == 2
