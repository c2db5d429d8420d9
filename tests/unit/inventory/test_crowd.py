"""One product that everybody wants leaves the connections to the others."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from services.inventory.crowd import AT_ONCE, Crowd, CrowdedError

pytestmark = pytest.mark.anyio

WANTED, OTHER = 120, 7
NEVER_S = 60.0


async def test_so_many_have_a_place_and_who_waits_in_vain_is_told_which_product() -> None:
    crowd = Crowd(0.01)
    async with AsyncExitStack() as places:
        for _ in range(AT_ONCE):
            await places.enter_async_context(crowd.place([WANTED]))
        with pytest.raises(CrowdedError) as refused:
            await places.enter_async_context(crowd.place([OTHER, WANTED]))
        assert refused.value.product_id == WANTED
        for _ in range(AT_ONCE):  # what was refused has left no place taken behind it
            await places.enter_async_context(crowd.place([OTHER]))
    async with crowd.place([OTHER, WANTED]):
        pass


async def test_who_leaves_makes_room_for_who_waits() -> None:
    crowd, entered = Crowd(NEVER_S, at_once=1), asyncio.Event()

    async def wait() -> None:
        async with crowd.place([WANTED]):
            entered.set()

    async with asyncio.TaskGroup() as group:
        async with crowd.place([WANTED]):
            group.create_task(wait())
            await asyncio.sleep(0)
            assert not entered.is_set()
        async with asyncio.timeout(5):
            await entered.wait()


async def test_orders_of_the_same_two_products_never_wait_for_each_other_in_a_circle() -> None:
    crowd = Crowd(NEVER_S, at_once=1)

    async def order(*product_ids: int) -> None:
        async with crowd.place(product_ids):
            await asyncio.sleep(0)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(order(WANTED, OTHER))
            group.create_task(order(OTHER, WANTED))
