"""Reservations: put aside, then sold or put back; each step at most once for an order."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from opentelemetry import trace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import deadline
from kit.db import Database
from kit.errors import Conflict, GatewayTimeout, NotFound, Unavailable
from services.inventory import ledger
from services.inventory.crowd import Crowd, CrowdedError
from services.inventory.schemas import (
    Audit,
    AuditedStock,
    Reservation,
    ReservationRequest,
    ReservedGoods,
    State,
    Stock,
)
from services.inventory.tables import stock
from services.inventory.telemetry import Telemetry

logger = logging.getLogger("shop.inventory")


class OutOfStock(Conflict):
    """There is not enough of a product."""

    title = "Out of stock"
    type_slug = "out-of-stock"


class TooLate(GatewayTimeout):
    """The caller's deadline passed before the call came."""

    title = "Deadline passed"
    type_slug = "deadline-passed"


class Crowded(Unavailable):
    """Too many want the same product at this moment."""

    title = "Crowded"
    type_slug = "crowded"


class _ShortError(Exception):
    """Ends the transaction of a reservation that cannot be filled."""

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id)
        self.product_id = product_id


class Transactions(Protocol):
    """Begins the transactions of reservations."""

    def transaction(self, request: ReservationRequest) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction to reserve in; raises ProblemError when there is to be no reservation."""
        ...


class PlainTransactions:
    """Begins them at once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def transaction(self, _: ReservationRequest) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction to reserve in."""
        return self._db.transaction()


class Inventory:
    """Stock and reservations."""

    def __init__(self, db: Database, crowd: Crowd, reserving: Callable[[], Transactions], telemetry: Telemetry) -> None:
        self._db = db
        self._crowd = crowd
        self._reserving = reserving
        self._telemetry = telemetry

    async def reserve(self, request: ReservationRequest) -> Reservation:
        """Put goods aside for an order; the same order again changes nothing.

        Raises TooLate after the caller's deadline, Crowded, OutOfStock, and Conflict for an order that was let go.
        """
        product_ids = [item.product_id for item in request.items]
        trace.get_current_span().set_attribute("shop.product.ids", product_ids)
        left_s = deadline.remaining_s()
        if left_s is not None and left_s <= 0:
            await self._refuse_late(request.order_id, -left_s)
        try:
            async with self._crowd.place(product_ids):
                state = await self._reserve(request)
        except CrowdedError as crowded:
            self._refuse_crowded(request.order_id, crowded.product_id)
            raise Crowded("Too many want this product.", product_id=crowded.product_id) from None
        except _ShortError as short:
            self._telemetry.reserved("out_of_stock")
            raise OutOfStock("There is not enough of a product.", product_id=short.product_id) from None
        if state == "released":
            raise Conflict("The order was let go.")
        return Reservation(order_id=request.order_id, state=state)

    async def commit(self, order_id: str) -> Reservation:
        """Sell what was put aside; NotFound without a reservation, Conflict when it was let go."""
        async with self._db.transaction() as connection:
            if await ledger.change_state(connection, order_id, "reserved", "committed"):
                await ledger.sell(connection, order_id)
                return Reservation(order_id=order_id, state="committed")
            state = await ledger.state_of(connection, order_id)
        if state == "released":
            raise Conflict("The order was let go.")
        if state in {None, "too_late"}:
            raise NotFound("Nothing is reserved for this order.")
        return Reservation(order_id=order_id, state="committed")

    async def release(self, order_id: str) -> Reservation:
        """Put back what was put aside, and accept no reservation for this order any more; Conflict once sold."""
        async with self._db.transaction() as connection:
            is_new = await ledger.enter(connection, order_id, "released")
            state = None if is_new else await ledger.state_of(connection, order_id)
            if state in {"reserved", "too_late"}:
                await ledger.put_back(connection, order_id)
                await ledger.change_state(connection, order_id, state, "released")
        if state == "committed":
            raise Conflict("The order's goods are sold.")
        return Reservation(order_id=order_id, state="released")

    async def goods_of(self, order_id: str) -> ReservedGoods:
        """An order's reservation; NotFound without one."""
        async with self._db.transaction() as connection:
            state, items = await ledger.state_of(connection, order_id), await ledger.items_of(connection, order_id)
        if state is None:
            raise NotFound("Nothing is reserved for this order.")
        return ReservedGoods(order_id=order_id, state=state, items=items)

    async def stock_of(self, product_id: int) -> Stock:
        """Quantity that can still be ordered; NotFound for an unknown product."""
        async with self._db.read() as connection:
            available = await connection.scalar(select(stock.c.available).where(stock.c.product_id == product_id))
        if available is None:
            raise NotFound("There is no such product.")
        return Stock(product_id=product_id, available=available)

    async def audit(self) -> Audit:
        """The books of every product, read at one moment."""
        async with self._db.read() as connection:
            rows = (await connection.execute(select(stock).order_by(stock.c.product_id))).mappings()
            return Audit(products=[AuditedStock.model_validate(dict(row)) for row in rows])

    async def _reserve(self, request: ReservationRequest) -> State:
        async with self._reserving().transaction(request) as connection:
            is_new = await ledger.enter(connection, request.order_id, "reserved")
            state = None if is_new else await ledger.state_of(connection, request.order_id)
            if state not in {None, "too_late"}:
                return state or "reserved"
            # In one order, so that two orders never wait for each other's rows.
            for item in sorted(request.items, key=lambda item: item.product_id):
                if not await ledger.take(connection, item):
                    raise _ShortError(item.product_id)
            if state == "too_late":
                await ledger.change_state(connection, request.order_id, "too_late", "reserved")
            await ledger.list_items(connection, request.order_id, request.items)
        self._telemetry.reserved("reserved")
        if state == "too_late":
            logger.info(
                "Inventory reservation made on a later call: an earlier one came after the order's deadline.",
                extra={"shop.order.id": request.order_id},
            )
        return "reserved"

    def _refuse_crowded(self, order_id: str, product_id: int) -> None:
        self._telemetry.reserved("crowded_out")
        logger.warning(
            "Inventory reservation refused: too many wait for the same product.",
            extra={"shop.order.id": order_id, "shop.product.id": product_id},
        )

    async def _refuse_late(self, order_id: str, late_by_s: float) -> None:
        self._telemetry.reserved("too_late")
        logger.warning(
            "Inventory reservation refused: the order's deadline passed while it waited for payment.",
            extra={"shop.order.id": order_id, "shop.inventory.late_by": round(late_by_s, 3)},
        )
        async with self._db.transaction() as connection:
            await ledger.enter(connection, order_id, "too_late")
        raise TooLate("The order's deadline had passed when the call came.")
