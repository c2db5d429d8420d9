"""The way out to third parties."""

import asyncio
from collections.abc import Callable

import pytest

from kit.egress import Egress

pytestmark = pytest.mark.anyio


async def times(egress: Egress, count: int, clock: Callable[[], float]) -> list[float]:
    """When each of so many connections that are wanted now passes, in seconds from now."""
    start = clock()

    async def one() -> float:
        await egress.passed()
        return clock() - start

    return await asyncio.gather(*(one() for _ in range(count)))


async def test_a_crowd_passes_at_once_and_the_others_in_turn() -> None:
    clock = asyncio.get_running_loop().time
    took = await times(Egress(50, 50, clock), 60, clock)
    assert took == sorted(took)
    assert took[59] >= 10 / 50 * 0.95
    assert took[49] < took[59] / 2


async def test_who_leaves_the_line_takes_nothing() -> None:
    clock = asyncio.get_running_loop().time
    egress = Egress(20, 20, clock)
    await times(egress, 20, clock)
    impatient = [asyncio.create_task(egress.passed()) for _ in range(100)]
    await asyncio.sleep(0)
    for each in impatient:
        each.cancel()
    await asyncio.wait(impatient)
    [took] = await times(egress, 1, clock)
    assert took < 1, "a hundred would have taken five seconds"


async def test_a_crowd_may_come_again_after_as_long_as_its_connections_take_on_average() -> None:
    now = 0.0
    egress = Egress(10, 40, lambda: now)
    await times(egress, 40, lambda: now)
    now = 4.0
    async with asyncio.timeout(0.05):
        await times(egress, 40, lambda: now)
