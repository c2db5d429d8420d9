"""The metered pool and the transactions, on a real SQLite file."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from kit.db import Database, PoolTimeout

pytestmark = pytest.mark.anyio


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Database]:
    """A pool of one, with a table of one row."""
    db = Database("small", f"sqlite+aiosqlite:///{tmp_path}/small.db", pool_size=1, pool_timeout_s=0.1)
    async with db.transaction() as connection:
        await connection.execute(text("CREATE TABLE counters (n INTEGER)"))
        await connection.execute(text("INSERT INTO counters VALUES (0)"))
    yield db
    await db.close()


async def test_a_dry_pool_times_out_and_recovers(small: Database) -> None:
    async with small.read():
        with pytest.raises(PoolTimeout):
            async with small.read():
                pass
    async with small.read() as connection:
        assert (await connection.execute(text("SELECT n FROM counters"))).scalar() == 0


async def test_a_pool_grows_while_it_runs(tmp_path: Path) -> None:
    extra: dict[str, int] = {"connections": 0}
    grows: Callable[[], int] = lambda: extra["connections"]  # noqa: E731
    db = Database(
        "grows", f"sqlite+aiosqlite:///{tmp_path}/g.db", pool_size=1, pool_timeout_s=0.1, extra_connections=grows
    )
    async with db.read():
        extra["connections"] = 1
        async with db.read() as second:
            assert (await second.execute(text("SELECT 1"))).scalar() == 1
    await db.close()


async def test_a_failed_transaction_leaves_nothing(small: Database) -> None:
    with pytest.raises(RuntimeError):
        async with small.transaction() as connection:
            await connection.execute(text("UPDATE counters SET n = 7"))
            raise RuntimeError
    async with small.read() as connection:
        assert (await connection.execute(text("SELECT n FROM counters"))).scalar() == 0


async def test_concurrent_writers_wait_for_each_other(tmp_path: Path) -> None:
    db = Database("writers", f"sqlite+aiosqlite:///{tmp_path}/w.db", pool_size=4)
    async with db.transaction() as connection:
        await connection.execute(text("CREATE TABLE counters (n INTEGER)"))
        await connection.execute(text("INSERT INTO counters VALUES (0)"))

    async def add_one() -> None:
        async with db.transaction() as connection:
            n = (await connection.execute(text("SELECT n FROM counters"))).scalar_one()
            await connection.execute(text("UPDATE counters SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with db.read() as connection:
        assert (await connection.execute(text("SELECT n FROM counters"))).scalar() == 20
    await db.close()


async def test_a_reader_sees_one_moment(tmp_path: Path) -> None:
    db = Database("snapshot", f"sqlite+aiosqlite:///{tmp_path}/s.db", pool_size=2)
    async with db.transaction() as connection:
        await connection.execute(text("CREATE TABLE counters (n INTEGER)"))
        await connection.execute(text("INSERT INTO counters VALUES (0)"))
    async with db.read() as reader:
        before = (await reader.execute(text("SELECT n FROM counters"))).scalar()
        async with db.transaction() as writer:
            await writer.execute(text("UPDATE counters SET n = 1"))
        assert (await reader.execute(text("SELECT n FROM counters"))).scalar() == before
    await db.close()
