"""A service's own database: SQLite in a file or PostgreSQL by URL, the same code."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import sqlalchemy.ext.asyncio as sqlalchemy_asyncio
from sqlalchemy import Connection, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kit.pool import MeteredPool, PoolMeter

__all__ = ["Database", "PoolTimeout"]

_WRITES = "shop_writes"


class Database:
    """An engine with a metered pool.

    `pool_timeout_s` is how long a request waits for a connection before `PoolTimeout`; `extra_connections`
    is asked at each check-out how many connections beyond `pool_size` may be open.
    """

    def __init__(
        self,
        service: str,
        url: str,
        *,
        pool_size: int = 5,
        pool_timeout_s: float = 5.0,
        extra_connections: Callable[[], int] = lambda: 0,
    ) -> None:
        # Through the module: the instrumentation replaces the function there.
        self.engine: AsyncEngine = sqlalchemy_asyncio.create_async_engine(
            url,
            poolclass=MeteredPool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout_s,
            hide_parameters=True,  # a statement's values, addresses among them, would be quoted in its failures
        )
        pool = self.engine.sync_engine.pool
        assert isinstance(pool, MeteredPool)  # noqa: S101  asked for above
        pool.meter = PoolMeter(service)
        pool.extra_connections = extra_connections
        pool.meter.watch(pool, lambda: pool_size + extra_connections())
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        # SQLite's busy handler polls, and starved one writer in a hundred for half a second; a lock is fair.
        self._turn: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )
        self._writer = self.engine.execution_options(**{_WRITES: True})

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with, in a transaction that is rolled back at the end."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection to write with: committed at the end, rolled back on an exception."""
        async with self._writer.connect() as connection, self._turn, connection.begin():
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _configure_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "cache_size=-128",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer fails at once when somebody else wrote meanwhile: writers say so from the start.
    # On the driver's cursor, so that it makes no span.
    writes = connection.get_execution_options().get(_WRITES, False)
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    cursor.close()
