"""A service's own database: SQLite in a file or PostgreSQL by URL, the same code."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Self

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kit.engine import connected, is_sqlite, open_engine, reader, single_writer, writer
from kit.pool import MeteredPool, PoolMeter
from kit.settings import DatabaseSettings
from kit.variants import Choice, FixedVariants

__all__ = ["Database", "PoolTimeout"]


class Database:
    """An engine with a metered pool.

    `pool_timeout_s` is how long a request waits for a connection before `PoolTimeout`; `extra_connections`
    is asked at each check-out how many connections may be open beyond `pool_size` and `max_overflow`.
    """

    def __init__(
        self,
        service: str,
        url: str,
        *,
        pool_size: int = 5,
        max_overflow: int = 0,
        pool_timeout_s: float = 5.0,
        extra_connections: Choice[int] | None = None,
    ) -> None:
        self.engine: AsyncEngine = open_engine(
            url, service, poolclass=MeteredPool, pool_size=pool_size, max_overflow=0, pool_timeout=pool_timeout_s
        )
        pool = self.engine.sync_engine.pool
        assert isinstance(pool, MeteredPool)  # noqa: S101  asked for above
        pool.meter = PoolMeter(service)
        extra = extra_connections or Choice(FixedVariants(), 0)
        pool.extra_connections = lambda: max_overflow + extra()
        pool.most = lambda: pool_size + max_overflow + extra.look()
        pool.meter.watch(pool)
        # SQLite's busy handler polls, and starved one writer in a hundred for half a second; a lock is fair.
        self._turn: AbstractAsyncContextManager[None] = asyncio.Lock() if is_sqlite(self.engine) else nullcontext()
        self._reader, self._writer, self._single = reader(self.engine), writer(self.engine), single_writer(self.engine)

    @classmethod
    def of(cls, service: str, settings: DatabaseSettings, extra_connections: Choice[int] | None = None) -> Self:
        """The database that a service's settings describe."""
        return cls(
            service,
            settings.database_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_timeout_s=settings.database_pool_timeout_s,
            extra_connections=extra_connections,
        )

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to read with, in a transaction that sees one moment and is rolled back at the end.

        Raises PoolTimeout and DatabaseUnavailable, as `transaction` does.
        """
        return connected(self._reader)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to write with: committed at the end, rolled back on an exception.

        What is read in order to decide what to write must be locked (`with_for_update`, or `kit.statements`).
        """
        return self._writing(self._writer)

    def statement(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for one statement that writes, which is committed with it: nothing is rolled back afterwards."""
        return self._writing(self._single)

    @asynccontextmanager
    async def _writing(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with connected(engine) as connection, self._turn:
            # It begins by itself with its first statement: said explicitly, that is another switch of greenlets.
            try:
                yield connection
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise

    @property
    def is_exhausted(self) -> bool:
        """True if every connection that the pool may open is in use: who asks now has to wait."""
        pool = self.engine.pool
        assert isinstance(pool, MeteredPool)  # noqa: S101  see __init__
        return pool.checkedout() >= pool.most()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
