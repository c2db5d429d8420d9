"""Statements on stock and reservations; each moves goods from one column to another and never makes any."""

from collections.abc import Sequence
from time import time

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.statements import insert
from services.inventory.schemas import Item, State
from services.inventory.tables import reservation_items, reservations, stock


async def state_of(connection: AsyncConnection, order_id: str) -> State | None:
    """The state of an order's reservation, which nobody else changes until we are done; None when there is none."""
    query = select(reservations.c.state).where(reservations.c.order_id == order_id).with_for_update()
    state: State | None = await connection.scalar(query)
    return state


async def enter(connection: AsyncConnection, order_id: str, state: State) -> bool:
    """Write down a reservation for an order that has none; says whether it had none."""
    row = {"order_id": order_id, "state": state, "updated_at_ms": _now_ms()}
    entering = insert(connection, reservations).values(row).on_conflict_do_nothing()
    return (await connection.execute(entering)).rowcount == 1


async def change_state(connection: AsyncConnection, order_id: str, before: State, after: State) -> bool:
    """Change the state of an order's reservation; says whether it was in the state `before`."""
    mine = (reservations.c.order_id == order_id) & (reservations.c.state == before)
    changed = await connection.execute(update(reservations).where(mine).values(state=after, updated_at_ms=_now_ms()))
    return changed.rowcount == 1


async def take(connection: AsyncConnection, item: Item) -> bool:
    """Put goods aside if there are enough; says whether there were."""
    enough = (stock.c.product_id == item.product_id) & (stock.c.available >= item.quantity)
    taken = await connection.execute(
        update(stock)
        .where(enough)
        .values(available=stock.c.available - item.quantity, reserved=stock.c.reserved + item.quantity)
    )
    return taken.rowcount == 1


async def list_items(connection: AsyncConnection, order_id: str, items: Sequence[Item]) -> None:
    """Write down what was put aside for an order."""
    rows = [{"order_id": order_id, "product_id": item.product_id, "quantity": item.quantity} for item in items]
    await connection.execute(insert(connection, reservation_items), rows)


async def move(connection: AsyncConnection, order_id: str, to: ColumnElement[int]) -> None:
    """Move what was put aside for an order to another column of the stock, in one statement: others wait for us.

    The rows are locked by product, as `take` does: two orders never wait for each other's rows.
    """
    mine = (
        select(reservation_items.c.product_id, reservation_items.c.quantity)
        .join(stock, stock.c.product_id == reservation_items.c.product_id)
        .where(reservation_items.c.order_id == order_id)
        .order_by(stock.c.product_id)
        .with_for_update(of=stock)
        .cte("mine")
    )
    change = update(stock).where(stock.c.product_id == mine.c.product_id)
    moved = {stock.c.reserved: stock.c.reserved - mine.c.quantity, to: to + mine.c.quantity}
    await connection.execute(change.values(moved))


def _now_ms() -> int:
    return int(time() * 1000)
