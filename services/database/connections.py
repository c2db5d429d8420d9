"""Connections to the users' table; what the pool does when there are none is told in the log."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database, PoolTimeout
from kit.errors import GatewayTimeout

logger = logging.getLogger("shop.database")

Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Connections:
    """Connections of one database; each method raises `GatewayTimeout` when none becomes free in time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to read with."""
        return self._lent(self._db.read)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to write with."""
        return self._lent(self._db.transaction)

    @asynccontextmanager
    async def _lent(self, connect: Connect) -> AsyncIterator[AsyncConnection]:
        if self._db.is_exhausted:
            logger.info("Database connection pool reached max connections, waiting.")
        try:
            async with connect() as connection:
                yield connection
        except PoolTimeout as error:
            raise _no_connection() from error


def _no_connection() -> GatewayTimeout:
    logger.error("Database connection timeout while querying user credentials.")
    return GatewayTimeout("No database connection became free in time.")
