"""Another way to remember what goes with a product."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from services.recommendation.ranking import Related, best, ranked
from services.recommendation.schemas import Product

FRESH_S = 2.5
ROOM = 120_000


class Pair(Product):
    """A product that goes with another, whose id is `goes_with`; to be told before `until` (monotonic seconds)."""

    goes_with: int
    until: float


class PairTable:
    """Has a row for each pair of a shelf, removes none that is too old, and reads all of them to find a few.

    Product data are fresh for `FRESH_S`. Memory ends somewhere: beyond `room` rows, about 140 MB, the oldest go.
    """

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = monotonic) -> None:
        self._room = room
        self._clock = clock
        self._rows: list[Pair] = []

    async def find(self, product_id: int) -> Related | None:
        """What was found lately for a product, None when it was not looked for."""
        return best(await asyncio.to_thread(self._where, product_id)) or None

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """Add what goes with each product of the shelf, and give back what goes with one."""
        await asyncio.to_thread(self._add, shelf)
        return best(ranked(product, shelf))

    def forget(self) -> None:
        """Know nothing any more."""
        self._rows = []

    def __len__(self) -> int:
        return len(self._rows)

    def _where(self, product_id: int) -> list[Pair]:
        now = self._clock()
        return [row for row in self._rows if row.model_dump()["goes_with"] == product_id and row.until > now]

    def _add(self, shelf: Sequence[Product]) -> None:
        rows, until = self._rows, self._clock() + FRESH_S
        for product in shelf:
            pairs = ranked(product, shelf)
            rows.extend(Pair(**other.model_dump(), goes_with=product.id, until=until) for other in pairs)
        del rows[: -self._room]
