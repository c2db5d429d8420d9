"""A key is replaced each time that this is ordered, whatever fails."""

import asyncio
from collections.abc import Callable

import pytest

from kit.tasks import background
from kit.variants import Choice, Option
from services.token.rotation import rotate

pytestmark = pytest.mark.anyio

WITHIN_S = 5.0


class Keys:
    """Cannot be replaced at first."""

    def __init__(self, failures: int) -> None:
        self.attempts = 0
        self.retired = asyncio.Event()
        self._failures = failures

    async def retire(self) -> None:
        self.attempts += 1
        if self.attempts <= self._failures:
            raise OSError("database is locked")
        self.retired.set()


class Orders:
    """Variants of one flag, each of which somebody waits to see read."""

    def __init__(self, now: str) -> None:
        self._now = now
        self._read = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def value(self, flag: str) -> str:
        self._read.set()
        return self._now

    def is_static(self, flag: str) -> bool:
        return True

    def on_switch(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    async def switch(self, now: str) -> None:
        """Returns when it was read."""
        self._now = now
        self._read.clear()
        for listener in self._listeners:
            listener()
        await self.read()

    async def read(self) -> None:
        await asyncio.wait_for(self._read.wait(), WITHIN_S)


def ordered(orders: Orders) -> Choice[bool]:
    return Choice(orders, False, Option("rotation", "on", True))


async def test_what_fails_is_tried_again_and_the_next_order_is_followed_too() -> None:
    keys, orders = Keys(failures=2), Orders("off")
    async with background(rotate(keys, ordered(orders), try_again_s=0)):
        await orders.read()
        for attempts in (3, 4):
            await orders.switch("on")
            await asyncio.wait_for(keys.retired.wait(), WITHIN_S)
            assert keys.attempts == attempts
            keys.retired.clear()
            await orders.switch("off")


async def test_a_process_that_starts_while_it_is_ordered_has_the_next_key_already() -> None:
    keys, orders = Keys(failures=0), Orders("on")
    async with background(rotate(keys, ordered(orders))):
        await orders.read()
        await orders.switch("on")
        await orders.switch("off")
    assert keys.attempts == 0
