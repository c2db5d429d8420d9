"""A connection that goes to its thread as seldom as it can."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from kit.db import Database
from kit.sqlite import FrugalConnection, connect

pytestmark = pytest.mark.anyio

SLOW = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT max(i) FROM n")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A pool of one, with a table of three rows."""
    db = Database("db", f"sqlite+aiosqlite:///{tmp_path}/db", pool_size=1)
    async with db.transaction() as connection:
        await connection.execute(text("CREATE TABLE things (n INTEGER)"))
        await connection.execute(text("INSERT INTO things VALUES (1), (2), (3)"))
    yield db
    await db.close()


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is sent to the thread from now on."""
    sent: list[Any] = []
    run = FrugalConnection.run

    async def noted(connection: FrugalConnection, work: Callable[[], Any]) -> Any:
        sent.append(work)
        return await run(connection, work)

    monkeypatch.setattr(FrugalConnection, "run", noted)
    return sent


async def numbers(db: Database) -> list[int]:
    async with db.read() as connection:
        return list((await connection.execute(text("SELECT n FROM things ORDER BY n"))).scalars())


async def test_what_cannot_be_committed_is_rolled_back(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.execute(text("CREATE TABLE owners (n INTEGER PRIMARY KEY)"))
        owned = "CREATE TABLE owned (n INTEGER REFERENCES owners DEFERRABLE INITIALLY DEFERRED)"
        await connection.execute(text(owned))
    with pytest.raises(IntegrityError):
        async with db.transaction() as connection:
            await connection.execute(text("DELETE FROM things"))
            await connection.execute(text("INSERT INTO owned VALUES (1)"))
    assert await numbers(db) == [1, 2, 3]
    async with db.transaction() as connection:
        await connection.execute(text("DELETE FROM things WHERE n = 1"))
    assert await numbers(db) == [2, 3]


async def test_reading_takes_one_errand(db: Database, errands: list[Any]) -> None:
    assert await numbers(db) == [1, 2, 3]
    assert len(errands) == 1


async def test_writing_takes_one_for_each_statement_and_one_to_commit(db: Database, errands: list[Any]) -> None:
    async with db.transaction() as connection:
        await connection.execute(text("DELETE FROM things WHERE n = 1"))
        changed = await connection.execute(text("UPDATE things SET n = n + 1"))
    assert changed.rowcount == 2
    assert len(errands) == 3
    assert await numbers(db) == [3, 4]


async def test_a_statement_is_written_and_committed_by_one_errand(db: Database, errands: list[Any]) -> None:
    async with db.statement() as connection:
        await connection.execute(text("DELETE FROM things WHERE n = 1"))
    assert len(errands) == 1
    with pytest.raises(RuntimeError):
        async with db.statement() as connection:
            await connection.execute(text("DELETE FROM things WHERE n = 2"))
            raise RuntimeError
    assert await numbers(db) == [3]


async def test_a_transaction_without_statements_takes_none(db: Database, errands: list[Any]) -> None:
    async with db.transaction():
        pass
    assert not errands


async def test_a_reader_leaves_no_transaction_open(db: Database) -> None:
    await numbers(db)
    async with db.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        assert not driver.in_transaction


async def test_who_is_cancelled_during_a_statement_leaves_nothing(db: Database) -> None:
    asked = asyncio.Event()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == SLOW.text:
            asked.set()

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)

    async def write_and_wait() -> None:
        async with db.transaction() as connection:
            await connection.execute(text("DELETE FROM things"))
            await connection.execute(SLOW)

    writing = asyncio.create_task(write_and_wait())
    await asked.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await numbers(db) == [1, 2, 3]


async def test_who_closes_a_connection_that_somebody_else_has_stopped_is_not_left_waiting(tmp_path: Path) -> None:
    connection = await connect(tmp_path / "db")
    asking = asyncio.create_task((await connection.cursor()).execute(SLOW.text))
    await asyncio.sleep(0)
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    async with asyncio.timeout(20):
        await asyncio.gather(asking, closing)
