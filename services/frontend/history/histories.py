"""A customer's history, put together from the nodes that keep it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from math import inf
from time import monotonic, perf_counter
from typing import Protocol

from opentelemetry import trace

from kit.regions import COMPANIES
from kit.tasks import end
from services.frontend.history.outlines import Outline, Part
from services.frontend.history.telemetry import Customer, Telemetry
from services.frontend.history.visitors import Visitor
from services.frontend.schemas import History, HistoryPart

AT_HAND_S = 30.0
"""For so long after a page was shown the next is likely to be: nodes end half a minute after their last visitor."""


class Nodes(Protocol):
    """Whoever answers for histories."""

    async def read(self, visitor: Visitor, customer_id: int, part: Part) -> HistoryPart:
        """One part of a customer's history, for a visitor; raises ProblemError."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class Histories:
    """Pages of customers' histories."""

    def __init__(
        self,
        nodes: Nodes,
        outline: Callable[[], Outline],
        telemetry: Telemetry,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._nodes = nodes
        self._outline = outline
        self._telemetry = telemetry
        self._clock = clock
        self._shown_at = -inf
        self.close = nodes.close

    @property
    def at_hand(self) -> bool:
        """True while pages can be shown: nodes do not always run, and to ask them would be a question more."""
        return self._clock() - self._shown_at < AT_HAND_S

    async def of(self, visitor: Visitor, customer_id: int) -> History:
        """Everything that a customer has bought; raises ProblemError when a part of it cannot be read."""
        customer: Customer = "company" if customer_id in COMPANIES else "person"
        seen = {"shop.region": visitor.region, "shop.client.block": visitor.block, "shop.customer.kind": customer}
        trace.get_current_span().set_attributes(seen)
        start, ok = perf_counter(), False
        try:
            history = History(parts=await self._parts(visitor, customer_id))
            ok, self._shown_at = True, self._clock()
        finally:
            self._telemetry.shown(visitor.region, customer, ok=ok, took_s=perf_counter() - start)
        return history

    async def _parts(self, visitor: Visitor, customer_id: int) -> list[HistoryPart]:
        outline = self._outline()
        parts = outline.parts(customer_id)
        if outline.together:
            return await _together(self._nodes.read(visitor, customer_id, part) for part in parts)
        return [await self._nodes.read(visitor, customer_id, part) for part in parts]


async def _together(reads: Iterable[Coroutine[None, None, HistoryPart]]) -> list[HistoryPart]:
    """All of them; raises the failure of the first that fails, when no other goes on."""
    tasks = [asyncio.create_task(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        await end(tasks)
