"""Sales of limited editions, and an archive of those that earlier editions have had."""

from time import time

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.inventory.editions import Reading
from services.inventory.schemas import Item, ReservationRequest
from services.inventory.tables import sales

_enter = insert(sales)


async def enter(connection: AsyncConnection, request: ReservationRequest, item: Item) -> None:
    """Write down who has had a piece; once more when the same order asks again."""
    sale = {"order_id": request.order_id, "product_id": item.product_id, "user_id": request.user_id}
    await connection.execute(_enter, sale | {"sold_at_ms": now_ms()})


class RememberedSales:
    """Who has had a piece in the last moments, in memory."""

    def __init__(self, keep_ms: int) -> None:
        self._keep_ms = keep_ms
        self._newest: dict[tuple[int, int], tuple[int, str]] = {}

    def remember(self, request: ReservationRequest, item: Item) -> None:
        """A customer has had a piece; forgets whose is too long ago to matter."""
        since_ms = now_ms() - self._keep_ms
        self._newest = {key: each for key, each in self._newest.items() if each[0] > since_ms}
        self._newest[item.product_id, request.user_id] = now_ms(), request.order_id

    async def had_since(self, _: Reading, request: ReservationRequest, item: Item, since_ms: int) -> bool:
        """True if the customer has had a piece since then, by another order."""
        sold_at_ms, order_id = self._newest.get((item.product_id, request.user_id), (0, request.order_id))
        return sold_at_ms > since_ms and order_id != request.order_id


def now_ms() -> int:
    """The time of a sale."""
    return int(time() * 1000)


def apply_archive(connection: Connection, size: int) -> bool:
    """Have so many sales of earlier editions in the table; with 0 it is emptied of all others, too.

    A piece of them at each call; true while some are missing. They are numbered by their time: a piece begins after the
    newest that is there, whoever wrote it.
    """
    newest = connection.execute(_newest).scalar()
    there = 0 if newest is None else newest - _BEFORE_MS
    if size:
        wanted = min(size, there + PIECE)
        connection.execute(text(_ARCHIVE), {"after": there, "until": wanted, "before_ms": _BEFORE_MS})
        return wanted < size
    if there:
        connection.execute(delete(sales))
    return False


PIECE = 20_000
"""SQLite, where nobody else can write meanwhile, writes them in 13 ms."""

_ARCHIVED = ""
_BEFORE_MS = 1_600_000_000_000

_newest = select(sales.c.sold_at_ms).where(sales.c.order_id == _ARCHIVED).order_by(sales.c.id.desc()).limit(1)

# The database makes them itself. Customers of another shop: none of them is one of ours.
_ARCHIVE = """
WITH RECURSIVE numbers(n) AS (SELECT :after + 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :until)
INSERT INTO sales (order_id, product_id, user_id, sold_at_ms)
SELECT '', 120, 1000 + n % 400000 * 1009 % 400000, CAST(:before_ms AS BIGINT) + n FROM numbers WHERE n <= :until
"""
