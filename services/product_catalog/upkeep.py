"""Keeps the reviews' table as the release in force wants it: its first rows, and its indexes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Connection, Index
from sqlalchemy.pool import NullPool

from kit.engine import connected, open_engine, writer
from services.product_catalog import tables
from services.product_catalog.seed import seed_reviews

logger = logging.getLogger("shop.product_catalog")

TRY_AGAIN_S = 0.5

Indexes = tuple[Index, ...]


class Upkeep:
    """Asks `declared` for the indexes there should be, and makes them so.

    As the migrations do, on a connection of its own that is not traced and may take its time.
    """

    def __init__(self, url: str, declared: Callable[[], Indexes]) -> None:
        self._engine = open_engine(url, "product-catalog", patient=True, poolclass=NullPool)
        self._declared = declared
        self._in_force: Indexes | None = None
        self.close = self._engine.dispose

    async def begin(self, reviews: int) -> None:
        """See to it that there are reviews, and the indexes, whatever state the last process left them in."""
        await self._write(lambda connection: seed_reviews(connection, reviews))
        await self.catch_up()

    async def catch_up(self) -> None:
        """Create and drop what is not as declared."""
        declared = self._declared()
        if declared != self._in_force:
            await self._write(lambda connection: _apply(connection, declared))
            self._in_force = declared

    async def go_on(self, turn: Callable[[], Awaitable[None]]) -> None:
        """Catch up, again after each `turn`, until cancelled, whatever fails."""
        while True:
            try:
                await self.catch_up()
                await turn()
            except Exception:
                logger.exception("Upkeep of the reviews failed; it will be tried again.")
                await asyncio.sleep(TRY_AGAIN_S)

    async def _write(self, change: Callable[[Connection], None]) -> None:
        with suppress_instrumentation():
            async with connected(writer(self._engine)) as connection, connection.begin():
                await connection.run_sync(change)


def _apply(connection: Connection, declared: Indexes) -> None:
    for index in tables.REVIEW_INDEXES:
        if index in declared:
            index.create(connection, checkfirst=True)
        else:
            index.drop(connection, checkfirst=True)
