"""A release that asks inventory again and again: how often, and when it keeps inventory down by itself.

The course of minutes is followed in a time of its own, which passes when everybody waits.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest

from services.inventory.crowd import Crowd, CrowdedError
from services.inventory.settings import Settings
from services.order.insistence import (
    MOST_RETRIES,
    PATIENCE_S,
    AtOnce,
    Backoff,
    InsistentInventory,
    Retries,
    RetryBudget,
)
from services.order.peers import PeerError, TimedOut, Unsettled
from services.order.schemas import Item, Order
from tests.unit.order.conftest import CountingTelemetry, FakeInventory

RATE = 3.0
CONFIRMED_S = 0.46
TRIGGER_S = (20.0, 30.0)
"""When the supplier does not answer in time."""
UNTIL_S = 90


class VirtualTime(asyncio.SelectorEventLoop):
    """Nothing is waited for: the clock goes on to the next moment at which something happens."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now_s = 0.0

    def time(self) -> float:
        return self.now_s


class _Jumping(selectors.SelectSelector):
    def __init__(self, loop: VirtualTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self._loop.now_s += timeout
        return ready


def in_virtual_time(work: Coroutine[Any, Any, None]) -> None:
    loop = VirtualTime()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


def order(number: int) -> Order:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    items = [Item(product_id=120, quantity=1, unit_price_cents=500)]
    return Order(
        id=str(number),
        number=number,
        user_id=7,
        status="processing",
        total_cents=500,
        items=items,
        created_at=now,
        updated_at=now,
    )


class CrowdedInventory(FakeInventory):
    """Asks the supplier at each call, in one of the places for the product, and goes on when its caller has left."""

    def __init__(self) -> None:
        super().__init__()
        self._crowd = Crowd(Settings(database_url="sqlite+aiosqlite:///unused").inventory_crowd_wait_s)
        self._at_work: set[asyncio.Task[bool]] = set()

    async def reserve(self, order: Order) -> bool:
        self.calls.append(order.id)
        work = asyncio.create_task(self._reserve())
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        await asyncio.wait({work}, timeout=PATIENCE_S)
        if not work.done():
            raise TimedOut("inventory did not answer in time.")
        if not work.result():
            raise Unsettled("inventory gave no usable answer.")
        return True

    async def finish(self) -> None:
        """Come to the end of what nobody waits for."""
        await asyncio.gather(*self._at_work)

    async def _reserve(self) -> bool:
        try:
            async with self._crowd.place([120]):
                is_slow = TRIGGER_S[0] <= asyncio.get_running_loop().time() < TRIGGER_S[1]
                await asyncio.sleep(5 if is_slow else CONFIRMED_S)
        except CrowdedError:
            return False
        return True


async def _let_in(retries: Callable[[], Retries], served: dict[int, bool]) -> None:
    inventory = CrowdedInventory()
    insistent = InsistentInventory(inventory, retries, CountingTelemetry())

    async def buy(number: int) -> None:
        await asyncio.sleep(number / RATE)
        try:
            served[number] = await insistent.reserve(order(number))
        except PeerError:
            served[number] = False

    async with asyncio.TaskGroup() as group:
        for number in range(int(UNTIL_S * RATE)):
            group.create_task(buy(number))
    await inventory.finish()


def share_served(retries: Callable[[], Retries]) -> tuple[float, float]:
    """The share of orders that is served before the trigger, and from ten seconds after its end on."""
    served: dict[int, bool] = {}
    in_virtual_time(_let_in(retries, served))
    before = [served[n] for n in range(int((TRIGGER_S[0] - 5) * RATE))]
    after = [served[n] for n in range(int((TRIGGER_S[1] + 10) * RATE), int(UNTIL_S * RATE))]
    return sum(before) / len(before), sum(after) / len(after)


@pytest.mark.parametrize("policy", [AtOnce, Backoff])
def test_with_four_retries_inventory_stays_down_when_its_trigger_is_over(policy: type[Retries]) -> None:
    retries = policy()
    before, after = share_served(lambda: retries)
    assert before == 1
    assert after < 0.1


def test_with_a_budget_for_retries_it_recovers() -> None:
    budget = RetryBudget()
    assert share_served(lambda: budget) == (1, 1)


def test_an_order_asks_five_times_and_each_retry_is_counted() -> None:
    async def ask() -> None:
        inventory, telemetry = FakeInventory(), CountingTelemetry()
        inventory.says = [TimedOut("")] * 9
        insistent = InsistentInventory(inventory, AtOnce, telemetry)
        with pytest.raises(TimedOut):
            await insistent.reserve(order(1))
        assert inventory.calls == ["reserve"] * (1 + MOST_RETRIES)
        assert telemetry.retries == MOST_RETRIES
        inventory.says, inventory.calls = [Unsettled(""), False], []
        assert await insistent.reserve(order(2)) is False
        await insistent.commit(order(2))
        await insistent.release(order(2))
        assert inventory.calls == ["reserve", "reserve", "commit", "release"]

    in_virtual_time(ask())


def test_a_budget_is_a_tenth_of_the_orders_and_does_not_grow_for_ever() -> None:
    async def ask() -> None:
        budget = RetryBudget()
        for _ in range(1000):
            budget.begin()
        assert [await budget.again(0) for _ in range(12)] == [True] * 10 + [False] * 2
        for _ in range(10):
            budget.begin()
        assert [await budget.again(0) for _ in range(2)] == [True, False]

    in_virtual_time(ask())
