"""SQLite as the shop uses it: a file for each service, read by many and written by one at a time."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, event

T = TypeVar("T")

WRITES = {"shop_begins": "BEGIN IMMEDIATE"}
"""Execution options of an engine whose transactions write."""

ALONE = {"shop_begins": ""}
"""Execution options of an engine whose statements are each a transaction, which SQLite begins and commits with it."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON", "cache_size=-128")

Parameters = Sequence[Any] | Iterable[Sequence[Any]]


class Result(NamedTuple):
    """The whole result of a statement."""

    description: Any
    rows: list[Any]
    lastrowid: int | None
    rowcount: int


class FrugalConnection(aiosqlite.Connection):
    """A connection that goes to its thread once for each statement, and once to commit.

    aiosqlite goes there for a cursor, to execute, to fetch and to close, and as often again for each BEGIN: of a
    transaction that reads one row, ten times, which takes more processor time than everything else about it.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True
        self._beginning = ""
        self._is_begun = False
        self._is_busy = False
        self._end: asyncio.Future[None] | None = None

    def stop(self) -> asyncio.Future[None] | None:
        """Have the thread close the connection, and end: once; None if nobody can wait for that any more.

        What it is told after that is never done. SQLAlchemy tells it twice when somebody is cancelled twice while a
        statement runs, and whoever waited for the second would wait for ever.
        """
        if self._running:
            self._end = super().stop()
        return self._end if self._end and not self._end.done() else None

    def begin(self, statement: str) -> None:
        """Begin a transaction together with the next statement."""
        self._beginning = statement

    async def cursor(self) -> "FrugalCursor":  # type: ignore[override]  # a cursor that SQLAlchemy can use
        """A cursor, which does not exist before it executes something."""
        return FrugalCursor(self)

    async def run(self, work: Callable[[], T]) -> T:
        """Do some work in the thread, within the transaction."""
        beginning, self._beginning = self._beginning, ""
        if beginning:
            self._is_begun = True
            work = partial(self._begin_and, beginning, work)
        self._is_busy = True
        result: T = await self._execute(work)  # type: ignore[no-untyped-call]
        self._is_busy = False
        return result

    def _begin_and(self, beginning: str, work: Callable[[], T]) -> T:
        self._conn.execute(beginning)
        return work()

    async def commit(self) -> None:
        """Commit what was begun, if anything was; when that fails, it is still to be rolled back."""
        self._beginning = ""
        if self._is_begun:
            await self.run(self._conn.commit)
            self._is_begun = False

    async def rollback(self) -> None:
        """End what was begun, if anything was."""
        was_begun, self._is_begun, self._beginning = self._is_begun, False, ""
        if not was_begun:
            return
        if self._is_busy:  # somebody was cancelled while a statement ran: it goes on
            await self.run(self._conn.rollback)
        else:
            self._conn.rollback()


class FrugalCursor:
    """A statement and its result, as far as SQLAlchemy asks for it."""

    def __init__(self, connection: FrugalConnection) -> None:
        self._connection = connection
        self._result = Result(None, [], None, -1)

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Execute, and fetch every row."""
        self._result = await self._connection.run(partial(self._run, "execute", statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Execute once for each of the parameters."""
        self._result = await self._connection.run(partial(self._run, "executemany", statement, parameters))

    def _run(self, how: str, statement: str, parameters: Any) -> Result:
        cursor = getattr(self._connection._conn, how)(statement, parameters)  # noqa: SLF001
        rows = cursor.fetchall() if cursor.description else []
        result = Result(cursor.description, rows, cursor.lastrowid, cursor.rowcount)
        cursor.close()
        return result

    async def fetchall(self) -> list[Any]:
        """All rows."""
        return self._result.rows

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def description(self) -> Any:
        """The columns; None without rows."""
        return self._result.description

    @property
    def lastrowid(self) -> int | None:
        """Of the last insert."""
        return self._result.lastrowid

    @property
    def rowcount(self) -> int:
        """Number of rows that were changed."""
        return self._result.rowcount


def connect(database: str | Path, **options: Any) -> FrugalConnection:
    """A connection, opened when it is awaited; takes the options of `sqlite3.connect`."""
    options["check_same_thread"] = False
    return FrugalConnection(partial(sqlite3.connect, database, **options))


CONNECT_ARGS = {"async_creator_fn": connect}


def prepare(engine: Engine) -> None:
    """Give each connection its settings, and each transaction its beginning."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when somebody else wrote meanwhile: writers say so from the start.
    # By the driver, so that it makes no span.
    driver: Any = connection.connection.driver_connection
    driver.begin(connection.get_execution_options().get("shop_begins", "BEGIN"))
