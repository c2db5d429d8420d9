"""Keeps what the database holds as it is declared: the indexes of the reviews, the prices of the products."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Connection, Index, bindparam, update
from sqlalchemy.pool import NullPool

from kit.engine import connected, open_engine, writer
from services.product_catalog import tables

logger = logging.getLogger("shop.product_catalog")

TRY_AGAIN_S = 0.5

Indexes = tuple[Index, ...]


Prices = tuple[tuple[int, int], ...]
"""Products by id, and what they cost in cents."""

T = TypeVar("T")


class Upkeep(Generic[T]):
    """Asks `declared` for what there should be, and has `apply` make it so.

    As the migrations do, on a connection of its own that is not traced and may take its time.
    """

    def __init__(self, url: str, declared: Callable[[], T], apply: Callable[[Connection, T], None]) -> None:
        self._engine = open_engine(url, "product-catalog", patient=True, poolclass=NullPool)
        self._declared = declared
        self._apply = apply
        self._in_force: T | None = None
        self.close = self._engine.dispose

    async def begin(self, prepare: Callable[[Connection], None] = lambda _: None) -> None:
        """Have the database prepared, and made as declared, whatever state the last process left it in."""
        await self._write(prepare)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Change what is not as declared."""
        declared = self._declared()
        if declared != self._in_force:
            await self._write(lambda connection: self._apply(connection, declared))
            self._in_force = declared

    async def go_on(self, turn: Callable[[], Awaitable[None]]) -> None:
        """Catch up, again after each `turn`, until cancelled, whatever fails."""
        while True:
            try:
                await self.catch_up()
                await turn()
            except Exception:
                logger.exception("Upkeep of the database failed; it will be tried again.")
                await asyncio.sleep(TRY_AGAIN_S)

    async def _write(self, change: Callable[[Connection], None]) -> None:
        with suppress_instrumentation():
            async with connected(writer(self._engine)) as connection, connection.begin():
                await connection.run_sync(change)


def apply_indexes(connection: Connection, declared: Indexes) -> None:
    """Create and drop what is not as declared."""
    for index in tables.REVIEW_INDEXES:
        if index in declared:
            index.create(connection, checkfirst=True)
        else:
            index.drop(connection, checkfirst=True)


def apply_prices(connection: Connection, declared: Prices) -> None:
    """Have each product cost what is declared."""
    product = tables.products.c
    change = update(tables.products).where(product.id == bindparam("product_id")).values(price_cents=bindparam("price"))
    connection.execute(change, [{"product_id": product_id, "price": price} for product_id, price in declared])
