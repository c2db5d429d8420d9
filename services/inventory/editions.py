"""Limited editions: products that a supplier makes in small numbers, and that may have rules of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from weakref import WeakValueDictionary

from opentelemetry import trace
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.engine import is_sqlite
from services.inventory.schemas import Item, ReservationRequest
from services.inventory.tables import editions

EDITIONS = frozenset({120})

_lock = select(editions.c.product_id).where(editions.c.product_id == bindparam("edition")).with_for_update()

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""A connection to read with."""

Rule = Callable[[Reading, ReservationRequest, Item], Awaitable[None]]
"""Has to be kept before an item of an edition is reserved; raises what the caller is to be told."""


def edition_in(request: ReservationRequest) -> Item | None:
    """The first item of a limited edition."""
    return next((item for item in request.items if item.product_id in EDITIONS), None)


class LockedEditions:
    """Transactions in which an edition is reserved, one at a time, each after `rule` was kept.

    PostgreSQL locks the edition's row. SQLite has no locks of rows, only one for all writers, which nobody may keep for
    long: there a lock of the process stands for the row's.
    """

    def __init__(self, db: Database, rule: Rule) -> None:
        self._db = db
        self._rule = rule
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tracer = trace.get_tracer("shop.inventory")

    def transaction(self, request: ReservationRequest) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction to reserve in."""
        item = edition_in(request)
        if item is None:
            return self._db.transaction()
        return (self._locked_here if is_sqlite(self._db.engine) else self._locked_there)(request, item)

    @asynccontextmanager
    async def _locked_here(self, request: ReservationRequest, item: Item) -> AsyncIterator[AsyncConnection]:
        lock = self._locks.setdefault(item.product_id, asyncio.Lock())
        with self._tracer.start_as_current_span("lock edition", attributes={"shop.product.id": item.product_id}):
            await lock.acquire()
        try:
            await self._rule(self._db.read, request, item)
            async with self._db.transaction() as connection:
                yield connection
        finally:
            lock.release()

    @asynccontextmanager
    async def _locked_there(self, request: ReservationRequest, item: Item) -> AsyncIterator[AsyncConnection]:
        async with self._db.transaction() as connection:
            with self._tracer.start_as_current_span("lock edition", attributes={"shop.product.id": item.product_id}):
                await connection.execute(_lock, {"edition": item.product_id})
            await self._rule(lambda: nullcontext(connection), request, item)
            yield connection
