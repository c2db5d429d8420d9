"""A release that gives inventory little time and asks it again, and ways to ask it less."""

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

from services.order.peers import Inventory, PeerError
from services.order.schemas import Order
from services.order.telemetry import Telemetry

PATIENCE_S = 2.0
MOST_RETRIES = 4
FIRST_WAIT_S = 0.1
CALLS_PER_RETRY = 10
MOST_SAVED = 10


class Retries(Protocol):
    """Decides whether inventory is asked once more; one for all orders."""

    def begin(self) -> None:
        """An order asks for the first time."""
        ...

    async def again(self, number: int) -> bool:
        """Wait before the retry of this number, from 0; False when there is to be none."""
        ...


class AtOnce:
    """Again, without any wait."""

    def begin(self) -> None:
        """Nobody counts."""

    async def again(self, _: int) -> bool:
        """At once."""
        return True


class Backoff:
    """Waits up to twice as long before each retry, by chance, so that callers do not come together."""

    def begin(self) -> None:
        """Nobody counts."""

    async def again(self, number: int) -> bool:
        """Again after a while."""
        await asyncio.sleep(random.uniform(0, FIRST_WAIT_S * 2**number))
        return True


class RetryBudget:
    """Retries are a tenth of the orders at most; those that nobody needed are saved, ten of them."""

    def __init__(self) -> None:
        self._calls = 0

    def begin(self) -> None:
        """Earn a tenth of a retry."""
        self._calls = min(self._calls + 1, MOST_SAVED * CALLS_PER_RETRY)

    async def again(self, _: int) -> bool:
        """Again, if one is left."""
        if self._calls < CALLS_PER_RETRY:
            return False
        self._calls -= CALLS_PER_RETRY
        return True


class InsistentInventory:
    """Asks again when there was no usable answer, although inventory may still be at work for the call before."""

    def __init__(self, inventory: Inventory, retries: Callable[[], Retries], telemetry: Telemetry) -> None:
        self._inventory = inventory
        self._retries = retries
        self._telemetry = telemetry
        self.commit, self.release = inventory.commit, inventory.release

    async def reserve(self, order: Order) -> bool:
        """Put an order's goods aside; False when there are not enough."""
        retries = self._retries()
        retries.begin()
        for number in range(MOST_RETRIES):
            try:
                return await self._inventory.reserve(order)
            except PeerError:
                if not await retries.again(number):
                    raise
                self._telemetry.inventory_asked_again()
        return await self._inventory.reserve(order)
