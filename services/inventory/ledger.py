"""Statements on stock and reservations; each moves goods from one column to another and never makes any."""

from collections.abc import Sequence
from time import time

from sqlalchemy import ColumnElement, Integer, Update, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.statements import Insertion
from services.inventory.schemas import Item, State
from services.inventory.tables import reservation_items, reservations, stock

_mine = reservations.c.order_id == bindparam("mine")
_state = select(reservations.c.state).where(_mine).with_for_update()
_enter = Insertion(reservations, lambda insert: insert.on_conflict_do_nothing())
_list_items = insert(reservation_items)
_items = select(reservation_items.c.product_id, reservation_items.c.quantity)
_items = _items.where(reservation_items.c.order_id == bindparam("mine")).order_by(reservation_items.c.product_id)
_change_state = update(reservations).where(_mine, reservations.c.state == bindparam("before"))
_change_state = _change_state.values(state=bindparam("after"), updated_at_ms=bindparam("now_ms"))
_count = bindparam("count", type_=Integer)
_take = update(stock).where(stock.c.product_id == bindparam("product"), stock.c.available >= _count)
_take = _take.values(available=stock.c.available - _count, reserved=stock.c.reserved + _count)


def _moving(to: ColumnElement[int]) -> Update:
    """Moves what was put aside for an order to another column of the stock, in one statement: others wait for us.

    The rows are locked by product, as `take` does: two orders never wait for each other's rows.
    """
    mine = (
        select(reservation_items.c.product_id, reservation_items.c.quantity)
        .join(stock, stock.c.product_id == reservation_items.c.product_id)
        .where(reservation_items.c.order_id == bindparam("mine"))
        .order_by(stock.c.product_id)
        .with_for_update(of=stock)
        .cte("mine")
    )
    change = update(stock).where(stock.c.product_id == mine.c.product_id)
    return change.values({stock.c.reserved: stock.c.reserved - mine.c.quantity, to: to + mine.c.quantity})


_sell, _put_back = _moving(stock.c.sold), _moving(stock.c.available)


async def state_of(connection: AsyncConnection, order_id: str) -> State | None:
    """The state of an order's reservation, which nobody else changes until we are done; None when there is none."""
    state: State | None = await connection.scalar(_state, {"mine": order_id})
    return state


async def enter(connection: AsyncConnection, order_id: str, state: State) -> bool:
    """Write down a reservation for an order that has none; says whether it had none."""
    row = {"order_id": order_id, "state": state, "updated_at_ms": _now_ms()}
    return (await connection.execute(_enter.on(connection), row)).rowcount == 1


async def change_state(connection: AsyncConnection, order_id: str, before: State, after: State) -> bool:
    """Change the state of an order's reservation; says whether it was in the state `before`."""
    change = {"mine": order_id, "before": before, "after": after, "now_ms": _now_ms()}
    return (await connection.execute(_change_state, change)).rowcount == 1


async def take(connection: AsyncConnection, item: Item) -> bool:
    """Put goods aside if there are enough; says whether there were."""
    taken = await connection.execute(_take, {"product": item.product_id, "count": item.quantity})
    return taken.rowcount == 1


async def list_items(connection: AsyncConnection, order_id: str, items: Sequence[Item]) -> None:
    """Write down what was put aside for an order."""
    rows = [{"order_id": order_id, "product_id": item.product_id, "quantity": item.quantity} for item in items]
    await connection.execute(_list_items, rows)


async def items_of(connection: AsyncConnection, order_id: str) -> list[Item]:
    """What was put aside for an order."""
    return [Item.model_validate(dict(row)) for row in (await connection.execute(_items, {"mine": order_id})).mappings()]


async def sell(connection: AsyncConnection, order_id: str) -> None:
    """Sell the goods that were put aside for an order."""
    await connection.execute(_sell, {"mine": order_id})


async def put_back(connection: AsyncConnection, order_id: str) -> None:
    """Make the goods that were put aside for an order available again."""
    await connection.execute(_put_back, {"mine": order_id})


def _now_ms() -> int:
    return int(time() * 1000)
