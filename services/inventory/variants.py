"""What a next release of inventory does before it reserves a piece of a limited edition."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.errors import Conflict
from services.inventory import sales
from services.inventory.editions import LockedEditions, Reading, Rule, edition_in
from services.inventory.schemas import Item, ReservationRequest
from services.inventory.service import Transactions
from services.inventory.tables import sales as sold

PAUSE_S = 5.0
"""Programs that buy come back sooner."""

_newest = (
    select(sold.c.user_id)
    .where(sold.c.product_id == bindparam("edition"), sold.c.order_id != bindparam("mine"))
    .group_by(sold.c.user_id)
    .having(func.max(sold.c.sold_at_ms) > bindparam("since_ms"))
)

HadSince = Callable[[Reading, ReservationRequest, Item, int], Awaitable[bool]]
"""True if the customer has had a piece since then, by another order."""


class TooSoon(Conflict):
    """This customer has had a piece a moment ago."""

    title = "Too soon"
    type_slug = "too-soon"


class ChosenTransactions:
    """Those that a choice has in force."""

    def __init__(self, chosen: Callable[[], Transactions]) -> None:
        self._chosen = chosen

    def transaction(self, request: ReservationRequest) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction to reserve in."""
        return self._chosen().transaction(request)


class ConfirmedFirst:
    """Has the supplier confirm pieces before a transaction begins: nobody waits for a database meanwhile."""

    def __init__(self, db: Database, rule: Rule) -> None:
        self._db = db
        self._rule = rule

    @asynccontextmanager
    async def transaction(self, request: ReservationRequest) -> AsyncIterator[AsyncConnection]:
        """A transaction to reserve in."""
        if item := edition_in(request):
            await self._rule(self._db.read, request, item)
        async with self._db.transaction() as connection:
            yield connection


class PausedSales:
    """Sells no customer two pieces within a few seconds; one sale at a time is checked, and written down."""

    def __init__(self, db: Database, remembered: sales.RememberedSales, had_since: Callable[[], HadSince]) -> None:
        self._remembered = remembered
        self._had_since = had_since
        self._locked = LockedEditions(db, self._check)

    @asynccontextmanager
    async def transaction(self, request: ReservationRequest) -> AsyncIterator[AsyncConnection]:
        """A transaction to reserve in."""
        item = edition_in(request)
        async with self._locked.transaction(request) as connection:
            yield connection
            if item:
                await sales.enter(connection, request, item)
        if item:
            self._remembered.remember(request, item)

    async def _check(self, reading: Reading, request: ReservationRequest, item: Item) -> None:
        since_ms = sales.now_ms() - round(PAUSE_S * 1000)
        if await self._had_since()(reading, request, item, since_ms):
            raise TooSoon("This customer has had a piece a moment ago.", product_id=item.product_id)


async def in_the_list(reading: Reading, request: ReservationRequest, item: Item, since_ms: int) -> bool:
    """Lists all who ever had a piece, leaves out whose newest is too old, and looks for the customer there."""
    wanted = {"edition": item.product_id, "mine": request.order_id, "since_ms": since_ms}
    async with reading() as connection:
        return request.user_id in (await connection.execute(_newest, wanted)).scalars().all()
