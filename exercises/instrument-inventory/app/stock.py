"""Stock and reservations. Goods move from one column to another: initial = available + reserved + sold."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

ENTER = text("INSERT INTO reservations (order_id, state) VALUES (:order_id, :state) ON CONFLICT DO NOTHING")
STATE = text("SELECT state FROM reservations WHERE order_id = :order_id")
CHANGE = text("UPDATE reservations SET state = :state WHERE order_id = :order_id AND state = 'reserved'")
TAKE = text(
    "UPDATE stock SET available = available - :quantity, reserved = reserved + :quantity "
    "WHERE product_id = :product_id AND available >= :quantity"
)
LIST = text("INSERT INTO reservation_items VALUES (:order_id, :product_id, :quantity)")
ITEMS = text("SELECT product_id, quantity FROM reservation_items WHERE order_id = :order_id ORDER BY product_id")
SELL = text(
    "UPDATE stock SET reserved = reserved - mine.quantity, sold = sold + mine.quantity "
    "FROM reservation_items AS mine WHERE mine.order_id = :order_id AND mine.product_id = stock.product_id"
)
PUT_BACK = text(
    "UPDATE stock SET reserved = reserved - mine.quantity, available = available + mine.quantity "
    "FROM reservation_items AS mine WHERE mine.order_id = :order_id AND mine.product_id = stock.product_id"
)
AVAILABLE = text("SELECT available FROM stock WHERE product_id = :product_id")
BOOKS = text("SELECT product_id, initial, available, reserved, sold FROM stock ORDER BY product_id")


class Item(BaseModel):
    """So many of one product."""

    product_id: int = Field(ge=1, le=2**31 - 1)
    quantity: int = Field(ge=1, le=1000)


class Refusal(Exception):
    """What is asked for is not done; the caller is told why."""

    def __init__(self, status: HTTPStatus, why: str, **members: Any) -> None:
        super().__init__(why)
        self.status = status
        self.members = members


class Stock:
    """The shelves. Each step of an order is done once, however often it is asked for."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def reserve(self, order_id: str, items: Sequence[Item]) -> str:
        """Put goods aside. Raises Refusal when there are not enough, or the order was let go."""
        async with self._engine.begin() as connection:
            if not await _changes(connection, ENTER, order_id=order_id, state="reserved"):
                state = await _state(connection, order_id)
                if state == "released":
                    raise Refusal(HTTPStatus.CONFLICT, "The order was let go.")
                return state
            for item in sorted(items, key=lambda item: item.product_id):
                if not await _changes(connection, TAKE, **item.model_dump()):
                    told = "There is not enough of a product."
                    raise Refusal(HTTPStatus.CONFLICT, told, product_id=item.product_id)
                await connection.execute(LIST, {"order_id": order_id, **item.model_dump()})
        return "reserved"

    async def commit(self, order_id: str) -> str:
        """Sell what was put aside. Raises Refusal when nothing was."""
        async with self._engine.begin() as connection:
            if await _changes(connection, CHANGE, order_id=order_id, state="committed"):
                await connection.execute(SELL, {"order_id": order_id})
                return "committed"
            state = await _state(connection, order_id)
        if state == "released":
            raise Refusal(HTTPStatus.CONFLICT, "The order was let go.")
        return state

    async def release(self, order_id: str) -> str:
        """Put back what was put aside, and take no reservation of this order any more. Raises Refusal once sold."""
        async with self._engine.begin() as connection:
            if await _changes(connection, ENTER, order_id=order_id, state="released"):
                return "released"
            if await _changes(connection, CHANGE, order_id=order_id, state="released"):
                await connection.execute(PUT_BACK, {"order_id": order_id})
            state = await _state(connection, order_id)
        if state == "committed":
            raise Refusal(HTTPStatus.CONFLICT, "The order's goods are sold.")
        return state

    async def goods_of(self, order_id: str) -> tuple[str, list[dict[str, int]]]:
        """The state of an order's reservation, and its goods."""
        async with self._engine.connect() as connection:
            state = await _state(connection, order_id)
            rows = await connection.execute(ITEMS, {"order_id": order_id})
            return state, [dict(row) for row in rows.mappings()]

    async def available(self, product_id: int) -> int:
        """Quantity of a product that can still be ordered."""
        async with self._engine.connect() as connection:
            found: int | None = await connection.scalar(AVAILABLE, {"product_id": product_id})
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such product.")
        return found

    async def books(self) -> list[dict[str, int]]:
        """Everything there ever was of every product."""
        async with self._engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(BOOKS)).mappings()]


async def _changes(connection: AsyncConnection, statement: Any, **parameters: Any) -> bool:
    """Execute a statement; says whether it changed a row."""
    return (await connection.execute(statement, parameters)).rowcount == 1


async def _state(connection: AsyncConnection, order_id: str) -> str:
    state: str | None = await connection.scalar(STATE, {"order_id": order_id})
    if state is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "Nothing is reserved for this order.")
    return state
