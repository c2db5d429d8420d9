"""The metered pool and the transactions, on both engines."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from kit.db import Database, PoolTimeout
from kit.statements import take_turn
from kit.variants import Choice, FixedVariants, Option, Usage
from tests.databases import DatabaseUrl

pytestmark = pytest.mark.anyio


counters = Table("counters", MetaData(), Column("n", Integer))


async def with_counter(db: Database) -> Database:
    """A table of one row."""
    async with db.transaction() as connection:
        await connection.run_sync(counters.create)
        await connection.execute(insert(counters).values(n=0))
    return db


async def read_counter(db: Database) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(counters.c.n))).scalar_one())


@pytest.fixture
async def small(empty_database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """A pool of one, with a table of one row."""
    db = await with_counter(Database("small", empty_database_url("small"), pool_size=1, pool_timeout_s=0.1))
    yield db
    await db.close()


@pytest.fixture
async def wide(empty_database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """A pool of four, with a table of one row."""
    db = await with_counter(Database("wide", empty_database_url("wide"), pool_size=4))
    yield db
    await db.close()


async def test_a_dry_pool_times_out_and_recovers(small: Database) -> None:
    async with small.read():
        with pytest.raises(PoolTimeout):
            async with small.read():
                pass
    assert await read_counter(small) == 0


async def test_a_pool_grows_while_it_runs(empty_database_url: DatabaseUrl) -> None:
    variants, usage = FixedVariants(), Usage()
    extra = Choice(variants, 0, Option("larger-pool", "on", 1), usage=usage)
    url = empty_database_url("grows")
    db = Database("grows", url, pool_size=1, pool_timeout_s=0.1, extra_connections=extra)
    async with db.read():
        assert db.is_exhausted
        variants.values["larger-pool"] = "on"
        assert not db.is_exhausted
        async with db.read() as second:
            assert (await second.execute(select(1))).scalar() == 1
    await db.close()
    assert usage.take() == {("larger-pool", "on"): 1}, "who only looks has not been affected"


async def test_a_pool_that_was_larger_lends_no_more_than_it_may(empty_database_url: DatabaseUrl) -> None:
    variants = FixedVariants()
    variants.values["larger-pool"] = "on"
    extra = Choice(variants, 0, Option("larger-pool", "on", 1))
    db = Database("shrinks", empty_database_url("shrinks"), pool_size=1, pool_timeout_s=0.1, extra_connections=extra)
    async with db.read():
        async with db.read():
            variants.values.clear()
        with pytest.raises(PoolTimeout):
            async with db.read():
                pass
    async with db.read() as connection:
        assert (await connection.execute(select(1))).scalar() == 1
    await db.close()


async def test_a_failed_transaction_leaves_nothing(small: Database) -> None:
    with pytest.raises(RuntimeError):
        async with small.transaction() as connection:
            await connection.execute(update(counters).values(n=7))
            raise RuntimeError
    assert await read_counter(small) == 0


async def test_writers_that_lock_what_they_read_wait_for_each_other(wide: Database) -> None:
    async def add_one() -> None:
        async with wide.transaction() as connection:
            n = (await connection.execute(select(counters.c.n).with_for_update())).scalar_one()
            await connection.execute(update(counters).values(n=n + 1))

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await read_counter(wide) == 20


async def test_those_who_take_turns_see_what_the_one_before_wrote(wide: Database) -> None:
    async def add_row_unless_there_are_two() -> None:
        async with wide.transaction() as connection:
            await connection.run_sync(take_turn, "rows")
            if len((await connection.execute(select(counters))).all()) < 2:
                await connection.execute(insert(counters).values(n=1))

    await asyncio.gather(*(add_row_unless_there_are_two() for _ in range(12)))
    async with wide.read() as connection:
        assert len((await connection.execute(select(counters))).all()) == 2


async def test_a_reader_sees_one_moment(wide: Database) -> None:
    async with wide.read() as reader:
        before = (await reader.execute(select(counters.c.n))).scalar()
        async with wide.transaction() as writer:
            await writer.execute(update(counters).values(n=1))
        assert (await reader.execute(select(counters.c.n))).scalar() == before
    assert await read_counter(wide) == 1
