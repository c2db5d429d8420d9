"""Leases on a real server: one instance has one at a time, whatever becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from kit.db import Database
from kit.errors import DatabaseUnavailable
from kit.lease import Lease, take
from kit.tasks import background
from services.order.census import count_orders
from services.order.ledger import Ledger
from services.order.telemetry import Telemetry
from services.token.keys import KeyRing
from services.token.settings import Settings
from services.token.tables import leases
from tests.databases import DatabaseUrl, opened
from tests.stack.postgresql import Cluster

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]

LONG_S = 600.0
WITHIN_S = 30.0
NAMES = {"a": 1, "b": 2}
"""Instances by the port that they would listen on."""


@pytest.fixture
def url(postgresql: Cluster) -> Iterator[DatabaseUrl]:
    """Empty databases."""
    with postgresql.databases() as create:
        yield create


class Clock:
    """Stands still unless moved."""

    now = 1.0

    def __call__(self) -> float:
        return self.now


class Instances:
    """Leases of instances of token on one database, whose own clock goes on."""

    def __init__(self, url: str, database: Database) -> None:
        self.clock = Clock()
        self._url = url
        self._database = database
        self._open = AsyncExitStack()

    def lease(self, instance: str, lasts_s: float = LONG_S) -> Lease:
        """A lease as that instance asks for it."""
        settings = Settings(database_url=self._url, port=NAMES[instance])
        lease = Lease("token", settings, "work", lasts_s=lasts_s, clock=self.clock)
        self._open.push_async_callback(lease.close)
        return lease

    async def let_it_end(self) -> None:
        """As if it were an hour later."""
        self.clock.now += 3600
        async with self._database.transaction() as connection:
            await connection.execute(update(leases).values(until=leases.c.until - timedelta(hours=1)))

    async def until(self) -> datetime:
        """The moment of the database's clock."""
        async with self._database.read() as connection:
            moment: datetime = (await connection.execute(select(leases.c.until))).scalar_one()
            return moment

    async def close(self) -> None:
        """End all."""
        await self._open.aclose()


@pytest.fixture
async def instances(url: DatabaseUrl) -> AsyncIterator[Instances]:
    """Instances of token."""
    async with opened("token", url("token")) as database:
        instances = Instances(url("token"), database)
        yield instances
        await instances.close()


async def test_one_has_it_and_the_other_does_not(instances: Instances) -> None:
    first, second = instances.lease("a"), instances.lease("b")
    assert [await each.is_ours() for each in (first, second, first)] == [True, False, True]
    assert (first.is_current, second.is_current) == (True, False)


async def test_of_many_that_ask_at_once_one_gets_it(instances: Instances) -> None:
    asking = [instances.lease(name) for name in NAMES for _ in range(3)]
    got = await asyncio.gather(*(lease.is_ours() for lease in asking))
    assert sorted([got[:3], got[3:]]) == [[False] * 3, [True] * 3]


async def test_one_that_stands_still_for_too_long_loses_it_and_knows_so(instances: Instances) -> None:
    still, other = instances.lease("a"), instances.lease("b")
    assert await still.is_ours()
    await instances.let_it_end()
    assert not still.is_current
    assert await other.is_ours()
    assert not await still.is_ours()


async def test_one_that_asks_in_time_goes_on_having_it(instances: Instances) -> None:
    lease = instances.lease("a")
    assert await lease.is_ours()
    first = await instances.until()
    instances.clock.now += LONG_S / 3 - 1
    assert await lease.is_ours()
    assert await instances.until() == first, "it is not asked for anew so soon"
    instances.clock.now += 1
    assert await lease.is_ours()
    assert await instances.until() > first
    instances.clock.now += LONG_S - 1
    assert lease.is_current


async def test_a_lease_that_is_kept_is_renewed(instances: Instances) -> None:
    lease = instances.lease("a", lasts_s=0.3)
    assert await lease.is_ours()
    first, instances.clock.now = await instances.until(), 2.0

    async def renewed() -> bool:
        return await instances.until() > first

    async with background(lease.keep()):
        await until(renewed)


async def test_a_holder_goes_on_while_its_role_has_no_connection_left_and_nobody_else_begins(
    postgresql: Cluster,
) -> None:
    url = postgresql.url("token")
    async with opened("token", url) as database:
        instances = Instances(url, database)
        holder, other = instances.lease("a"), instances.lease("b")
        assert await holder.is_ours()
        postgresql.sql("ALTER ROLE token CONNECTION LIMIT 0")
        try:
            instances.clock.now += LONG_S
            assert await holder.is_ours()
            with pytest.raises(DatabaseUnavailable):
                await other.is_ours()
        finally:
            postgresql.sql("ALTER ROLE token CONNECTION LIMIT 6")
        await instances.let_it_end()
        assert await other.is_ours()
        assert not await holder.is_ours(), "it is told as soon as it can ask"
        await instances.close()


async def test_one_that_ends_in_order_gives_it_back(instances: Instances) -> None:
    first = instances.lease("a")
    assert await first.is_ours()
    await first.close()
    assert not first.is_current
    assert await instances.lease("b").is_ours()


async def test_one_that_was_killed_has_it_again_once_it_is_back(instances: Instances) -> None:
    assert await instances.lease("a").is_ours()
    assert await instances.lease("a").is_ours()


async def test_a_lease_is_taken_together_with_what_is_written(url: DatabaseUrl) -> None:
    async with opened("token", url("token")) as db:
        with pytest.raises(ZeroDivisionError):
            async with db.transaction() as connection:
                assert await take(connection, "work", "a", LONG_S)
                raise ZeroDivisionError
        async with db.transaction() as connection:
            assert await take(connection, "work", "b", LONG_S), "the first has taken back what it wrote"


async def test_a_key_that_two_instances_are_told_to_replace_is_replaced_once(url: DatabaseUrl) -> None:
    async with opened("token", url("token")) as db:
        rings = [KeyRing(db, name, key_lifetime_s=1000, token_lifetime_s=100) for name in NAMES]
        before = {(await ring.signing()).kid for ring in rings}
        await asyncio.gather(*(ring.retire() for ring in rings))
        after = {(await ring.signing()).kid for ring in rings}
        await rings[1].retire()  # told a second later
        assert {(await ring.signing()).kid for ring in rings} == after
    assert len(before) == len(after) == 1
    assert before != after


async def test_orders_in_processing_are_told_by_one_instance(url: DatabaseUrl) -> None:
    async with opened("order", url("order")) as db:
        told = [Telemetry() for _ in NAMES]
        counting = (count_orders(Ledger(db), each, holds(db, name)) for each, name in zip(told, NAMES, strict=True))

        async def one_tells() -> bool:
            return sorted(each.tells for each in told) == [False, True]

        async with background(*counting):
            await until(one_tells)


def holds(db: Database, name: str) -> Callable[[], Awaitable[bool]]:
    async def is_ours() -> bool:
        async with db.transaction() as connection:
            return await take(connection, "care", name, LONG_S)

    return is_ours


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)
