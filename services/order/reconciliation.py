"""Finishes what was left halfway: orders in processing that nobody works on any more."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import StatusCode

from kit.deadline import expires_in
from services.order.fulfilment import Fulfilment
from services.order.ledger import Ledger
from services.order.peers import Payment, PeerError
from services.order.receipts import ReceiptError
from services.order.schemas import Order

logger = logging.getLogger("shop.order")

AT_ONCE = 8
PACE_S = 0.08
"""Asked all at once, payment would queue them up behind each other and most would give up together."""

MOST = 500
GIVE_UP_AFTER = 12
"""Failures in one round: payment cannot be asked now, and asking on would only add to its trouble."""


@dataclass
class Round:
    """Settings of one round."""

    failures: int = 0


class Reconciler:
    """Asks payment how each left order stands, and settles it, as long as that `is_ours` and no other instance's."""

    def __init__(
        self,
        ledger: Ledger,
        payment: Payment,
        fulfilment: Fulfilment,
        is_ours: Callable[[], Awaitable[bool]],
        *,
        deadline_s: float,
    ) -> None:
        self._ledger = ledger
        self._payment = payment
        self._fulfilment = fulfilment
        self._is_ours = is_ours
        self._deadline_s = deadline_s
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tracer = trace.get_tracer("shop.order")

    async def run(self, in_flight: Collection[str], *, every_s: float, left_after_s: float) -> None:
        """Work until cancelled; orders `in_flight` are somebody's work already."""
        while True:
            try:
                await self.reconcile(in_flight, left_after_s)
            except Exception:
                logger.exception("Reconciliation of orders failed; it will be tried again.")
            await asyncio.sleep(every_s)

    async def reconcile(self, in_flight: Collection[str], left_after_s: float) -> None:
        """One round over the orders left in processing for longer than that."""
        if not await self._is_ours():
            return
        with suppress_instrumentation():
            left = await self._ledger.processing_for(left_after_s, MOST)
        random.shuffle(left)  # so that orders that cannot be settled do not stand in the way of the others
        round_ = Round()
        async with asyncio.TaskGroup() as group:
            for order in left:
                if round_.failures >= GIVE_UP_AFTER or not await self._is_ours():
                    break  # the next round is sooner than the rest of this one
                if order.id not in in_flight:
                    group.create_task(self._settle_in_turn(order, round_))
                    await asyncio.sleep(PACE_S)

    async def _settle_in_turn(self, order: Order, round_: "Round") -> None:
        async with self._slots:
            if round_.failures < GIVE_UP_AFTER and not await self._settle(order):
                round_.failures += 1

    async def _settle(self, order: Order) -> bool:
        with self._tracer.start_as_current_span("reconcile order") as span, expires_in(self._deadline_s):
            span.set_attributes({"shop.order.id": order.id, "shop.order.number": order.number})
            try:
                paid = await self._payment.find(order)
                settle = self._fulfilment.cancel(order) if paid is None else self._fulfilment.settle(order, paid)
                span.set_attribute("shop.order.status", (await settle).status)
            except (PeerError, ReceiptError) as error:
                span.set_status(StatusCode.ERROR, f"Order stays in processing: {error}")
                return False
            return True
