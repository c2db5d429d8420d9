"""Keeps what everybody wants from using up what all other products need, too."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from opentelemetry import trace
from opentelemetry.trace import StatusCode

AT_ONCE = 4
"""Reservations of one product: of five connections to the database one is left for everything else."""


class CrowdedError(Exception):
    """Too many want the same product; no place came free in time."""

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id)
        self.product_id = product_id


class Crowd:
    """Lets `at_once` pieces of work on one product be under way; others wait for their turn, for `wait_s` at most."""

    def __init__(self, wait_s: float, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._wait_s = wait_s
        self._places: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()
        self._tracer = trace.get_tracer("shop.inventory")

    @asynccontextmanager
    async def place(self, product_ids: Iterable[int]) -> AsyncIterator[None]:
        """A place for work on all of these products; raises CrowdedError."""
        async with AsyncExitStack() as taken:
            # In one order, so that two never wait for each other's places.
            for product_id in sorted(product_ids):
                place = self._places.setdefault(product_id, asyncio.Semaphore(self._at_once))
                await self._take(place, product_id)
                taken.callback(place.release)
            yield

    async def _take(self, place: asyncio.Semaphore, product_id: int) -> None:
        if not place.locked():
            await place.acquire()
            return
        attributes = {"shop.product.id": product_id}
        with self._tracer.start_as_current_span("wait for a place", attributes=attributes) as span:
            try:
                async with asyncio.timeout(self._wait_s):
                    await place.acquire()
            except TimeoutError:
                span.set_status(StatusCode.ERROR, "Too many want the same product.")
                raise CrowdedError(product_id) from None
