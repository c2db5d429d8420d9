"""From a payment's result to the order's end. Every step may be taken again without harm."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from opentelemetry import trace

from services.order.ledger import Ledger
from services.order.peers import Inventory, Payment, PaymentResult
from services.order.receipts import Receipts
from services.order.schemas import Order
from services.order.telemetry import Outcome, Telemetry

logger = logging.getLogger("shop.order")


class Fulfilment:
    """Goods for money: both, or neither."""

    def __init__(
        self,
        ledger: Ledger,
        payment: Payment,
        inventory: Callable[[], Inventory],
        telemetry: Telemetry,
        receipts: Callable[[], Receipts],
    ) -> None:
        self._ledger = ledger
        self._payment = payment
        self._inventory = inventory
        self._telemetry = telemetry
        self._receipts = receipts
        self._tracer = trace.get_tracer("shop.order")

    async def settle(self, order: Order, paid: PaymentResult) -> Order:
        """Bring a paid or unpaid order to its end; raises PeerError or ReceiptError, and leaves it in processing."""
        if paid.status == "processing":
            return order
        if paid.status != "succeeded":
            return await self._end(order, "failed", paid.reason)
        if await self._deliver(order):
            await self._receipts().issue(order)
            return await self._end(order, "completed", None)
        return await self._compensate(order, "out_of_stock")

    async def _deliver(self, order: Order) -> bool:
        with self._tracer.start_as_current_span("reserve stock"):
            inventory = self._inventory()
            if not await inventory.reserve(order):
                return False
            await inventory.commit(order)
            return True

    async def _compensate(self, order: Order, reason: str) -> Order:
        await self._inventory().release(order)
        await self._payment.refund(order)
        return await self._end(order, "failed", reason)

    async def cancel(self, order: Order) -> Order:
        """End an order that was never paid, and see to it that it never is; raises PeerError."""
        await self._payment.refund(order)
        return await self._end(order, "failed", "payment_cancelled")

    async def _end(self, order: Order, outcome: Outcome, reason: str | None) -> Order:
        ended = await self._ledger.end(order, outcome, reason)
        took_s = (datetime.now(UTC) - order.created_at).total_seconds()
        self._telemetry.ended(outcome, took_s, reason)
        extra = {"shop.order.id": order.id, "shop.order.number": order.number}
        if reason is None:
            logger.info("Order completed.", extra=extra)
        else:
            logger.info("Order failed.", extra=extra | {"shop.order.reason": reason})
        return ended
