"""Orders in the database."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, RowMapping, bindparam, case, func, insert, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.statements import Insertion
from services.order.schemas import Item, Order, OrderRequest, Status
from services.order.tables import order_items, orders

PROCESSING = orders.c.status == "processing"

_enter = Insertion(
    orders,
    lambda insert: insert.on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"]).returning(
        orders.c.number
    ),
)
_list_items = insert(order_items)
_end = update(orders).where(orders.c.number == bindparam("ended"), PROCESSING)
_end = _end.values({name: bindparam(f"new_{name}") for name in ("status", "reason", "updated_at_ms")})
_stuck = case((orders.c.created_at_ms < bindparam("stuck_before_ms"), 1))
_count = select(func.count(), func.count(_stuck)).select_from(orders).where(PROCESSING)


class Ledger:
    """Orders by id, by user and by number."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def enter(self, key: str, request: OrderRequest) -> tuple[Order, bool]:
        """A new order in processing, or the one that `key` stands for already; says whether it is new."""
        async with self._db.transaction() as connection:
            entered = await _insert(connection, key, request)
        if entered is not None:
            return entered, True
        mine = (orders.c.user_id == request.user_id) & (orders.c.idempotency_key == key)
        return (await self._select(mine, limit=1))[0], False

    async def enter_again(self, lost: Order) -> None:
        """Enter an order that the database has lost, in processing and under its own id, with the next number."""
        stamps = {"created_at_ms": _ms(lost.created_at), "updated_at_ms": _ms(lost.updated_at)}
        order = lost.model_dump(include={"id", "user_id", "total_cents"}) | {"status": "processing"} | stamps
        async with self._db.transaction() as connection:
            await _enter_rows(connection, order | {"idempotency_key": lost.id}, lost.items)

    async def end(self, order: Order, status: Status, reason: str | None) -> Order:
        """Move an order out of processing, once; answers the order as it then stands."""
        now = datetime.now(UTC)
        new = {"new_status": status, "new_reason": reason, "new_updated_at_ms": _ms(now)}
        async with self._db.statement() as connection:
            await connection.execute(_end, new | {"ended": order.number})
        return order.model_copy(update={"status": status, "reason": reason, "updated_at": now})

    async def find(self, order_id: str) -> Order | None:
        """The order with this id."""
        found = await self._select(orders.c.id == order_id, limit=1)
        return found[0] if found else None

    async def of_user(self, user_id: int, limit: int) -> list[Order]:
        """A user's orders, newest first."""
        return await self._select(orders.c.user_id == user_id, limit, newest_first=True)

    async def newest(self, limit: int) -> list[Order]:
        """The newest orders of all, newest first."""
        return await self._select(true(), limit, newest_first=True)

    @asynccontextmanager
    async def locked(self, limit: int) -> AsyncIterator[list[Order]]:
        """The newest orders; nobody else writes orders before the end. SQLite has one writer anyway."""
        async with self._db.transaction() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE"))
            yield await _found(connection, true(), limit, newest_first=True)

    async def after(self, number: int, limit: int) -> list[Order]:
        """All orders that follow a number, oldest first."""
        return await self._select(orders.c.number > number, limit)

    async def processing_for(self, seconds: float, limit: int) -> list[Order]:
        """Orders in processing for longer than that, oldest first."""
        return await self._select(PROCESSING & (orders.c.created_at_ms < _ago_ms(seconds)), limit)

    async def count_processing(self, stuck_after_s: float) -> tuple[int, int]:
        """Number of orders in processing, and of those that have been so for longer than that."""
        async with self._db.read() as connection:
            row = (await connection.execute(_count, {"stuck_before_ms": _ago_ms(stuck_after_s)})).one()
        return row[0], row[1]

    async def _select(self, where: ColumnElement[bool], limit: int, *, newest_first: bool = False) -> list[Order]:
        async with self._db.read() as connection:
            return await _found(connection, where, limit, newest_first=newest_first)


async def _found(
    connection: AsyncConnection, where: ColumnElement[bool], limit: int, *, newest_first: bool
) -> list[Order]:
    by = orders.c.number.desc() if newest_first else orders.c.number
    query = select(orders).where(where).order_by(by).limit(limit)
    rows = (await connection.execute(query)).mappings().all()
    items = await _items(connection, [row["number"] for row in rows])
    return [_order(row, items[row["number"]]) for row in rows]


async def _insert(connection: AsyncConnection, key: str, request: OrderRequest) -> Order | None:
    now = datetime.now(UTC)
    order = {"id": str(uuid4()), "user_id": request.user_id, "status": "processing", "total_cents": request.total_cents}
    stamps = {"idempotency_key": key, "created_at_ms": _ms(now), "updated_at_ms": _ms(now)}
    number = await _enter_rows(connection, order | stamps, request.items)
    if number is None:
        return None
    return Order.model_validate(
        order | {"number": number, "items": request.items, "created_at": now, "updated_at": now}
    )


async def _enter_rows(connection: AsyncConnection, order: Mapping[str, Any], items: Sequence[Item]) -> int | None:
    number: int | None = (await connection.execute(_enter.on(connection), order)).scalar_one_or_none()
    if number is not None and items:
        rows = [item.model_dump() | {"order_number": number} for item in items]
        await connection.execute(_list_items, rows)
    return number


async def _items(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, list[Item]]:
    items: dict[int, list[Item]] = defaultdict(list)
    if numbers:
        query = select(order_items).where(order_items.c.order_number.in_(numbers))
        for row in (await connection.execute(query.order_by(order_items.c.product_id))).mappings():
            items[row["order_number"]].append(Item.model_validate(dict(row)))
    return items


def _order(row: RowMapping, items: list[Item]) -> Order:
    stamps = {each: _moment(row[f"{each}_ms"]) for each in ("created_at", "updated_at")}
    return Order.model_validate(dict(row) | stamps | {"items": items})


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _ago_ms(seconds: float) -> int:
    return _ms(datetime.now(UTC) - timedelta(seconds=seconds))
