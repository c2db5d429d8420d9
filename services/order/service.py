"""Takes orders, answers in time, and keeps working on them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from kit import tasks
from kit.errors import Conflict, NotFound
from services.order.ledger import Ledger
from services.order.processing import Processor
from services.order.processor_time import Allotment
from services.order.schemas import Audit, Order, OrderList, OrderRequest

logger = logging.getLogger("shop.order")


@dataclass(frozen=True)
class InFlight:
    """An order that is worked on, since a moment of the monotonic clock."""

    task: asyncio.Task[Order]
    since_s: float = field(default_factory=monotonic)


class Orders:
    """The service behind the routes; a checkout is answered within `answer_within_s`."""

    def __init__(
        self, ledger: Ledger, processor: Processor, allotment: Callable[[], Allotment], *, answer_within_s: float
    ) -> None:
        self._ledger = ledger
        self._processor = processor
        self._allotment = allotment
        self._answer_within_s = answer_within_s
        self.in_flight: dict[str, InFlight] = {}

    async def place(self, key: str, request: OrderRequest) -> Order:
        """Take an order, once for a user and key; answers it as it stands when it has ended or time is up.

        Raises Conflict when the key stands for other goods.
        """
        order, is_new = await self._ledger.enter(key, request)
        if is_new:
            self._allotment().order_begins()
            self._start(order, request.card_number)
        elif not _same_goods(order, request):
            raise Conflict("The idempotency key was used for another order.")
        return await self._wait(order)

    async def get(self, order_id: str) -> Order:
        """One order; NotFound."""
        order = await self._ledger.find(order_id)
        if order is None:
            raise NotFound("There is no such order.")
        return order

    async def of_user(self, user_id: int, limit: int) -> OrderList:
        """A user's orders, newest first."""
        return OrderList(orders=await self._ledger.of_user(user_id, limit))

    async def audit(self, after: int, limit: int) -> Audit:
        """A page of all orders."""
        page = await self._ledger.after(after, limit)
        return Audit(orders=page, next=page[-1].number if len(page) == limit else None)

    def ages_s(self) -> Sequence[float]:
        """For how long each order in flight has been worked on, in seconds; any thread may ask."""
        now_s = monotonic()
        return [now_s - each.since_s for each in list(self.in_flight.values())]

    async def finish(self, timeout_s: float) -> None:
        """Let what is in flight come to its end; what takes longer is left to the reconciler."""
        if self.in_flight:
            _, late = await asyncio.wait([each.task for each in self.in_flight.values()], timeout=timeout_s)
            await tasks.end(late)

    def _start(self, order: Order, card_number: str) -> None:
        # The task copies the context, so its spans stand in the checkout's trace however long it takes.
        task = asyncio.create_task(self._processor.process(order, card_number), name=f"order {order.number}")
        self.in_flight[order.id] = InFlight(task)
        task.add_done_callback(lambda done: self._forget(order, done))

    async def _wait(self, order: Order) -> Order:
        if order.id not in self.in_flight:
            return order
        task = self.in_flight[order.id].task
        await asyncio.wait({task}, timeout=self._answer_within_s)
        return task.result() if task.done() and not task.cancelled() and not task.exception() else order

    def _forget(self, order: Order, task: asyncio.Task[Order]) -> None:
        del self.in_flight[order.id]
        if not task.cancelled() and task.exception():
            logger.error(
                "Order processing broke off; the order stays in processing.",
                exc_info=task.exception(),
                extra={"shop.order.id": order.id},
            )


def _same_goods(order: Order, request: OrderRequest) -> bool:
    return set(order.items) == set(request.items)
