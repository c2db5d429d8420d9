"""Other ways to find, and to remember, what goes with a product."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from time import monotonic

from services.recommendation.ranking import Related, best, ranked
from services.recommendation.schemas import Product

FRESH_S = 0.5
ROOM = 110_000
AT_ONCE = 1_000


class AlikeAnswers:
    """Compares each product of a shelf with the last `at_most` that anybody asked for, letter by letter.

    All of it is done in the event loop, for each request anew: nothing is remembered, since what is asked decides.
    """

    def __init__(self, at_most: int) -> None:
        self._asked: deque[str] = deque(maxlen=at_most)

    async def find(self, product_id: int) -> Related | None:  # noqa: ARG002  as `Answers` has it
        """Nothing was found lately."""
        return None

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """Products that go with a product: the most alike to what was asked for first."""
        self._asked.append(product.name)
        return best(sorted(ranked(product, shelf), key=self._alike, reverse=True))

    def forget(self) -> None:
        """Know nothing any more."""
        self._asked.clear()

    def __len__(self) -> int:
        return len(self._asked)

    def _alike(self, product: Product) -> float:
        return sum(SequenceMatcher(None, product.name, asked).ratio() for asked in self._asked)


class Pair(Product):
    """A product that goes with another, whose id is `goes_with`; to be told before `until` (monotonic seconds)."""

    goes_with: int
    until: float


class PairTable:
    """Has a row for each pair of a shelf, removes none that is too old, and reads all of them to find a few.

    Product data are fresh for `FRESH_S`. Memory ends somewhere: beyond `room` rows, about 130 MB, the oldest go.
    """

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = monotonic) -> None:
        self._room = room
        self._clock = clock
        self._rows: list[Pair] = []

    async def find(self, product_id: int) -> Related | None:
        """Recommendations found lately for a product, None when nobody looked for them."""
        found: list[Pair] = []
        asked_at = self._clock()
        for first in range(0, len(self._rows), AT_ONCE):
            rows = self._rows[first : first + AT_ONCE]
            found += [row for row in rows if row.model_dump()["goes_with"] == product_id and row.until > asked_at]
            await _let_others_work()
        return best(found) or None

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """Add what goes with each product of the shelf, and give back what goes with one."""
        until = self._clock() + FRESH_S
        for each in shelf:
            pairs = ranked(each, shelf)
            self._rows += [Pair(**other.model_dump(), goes_with=each.id, until=until) for other in pairs]
            await _let_others_work()
        del self._rows[: -self._room]
        return best(ranked(product, shelf))

    def forget(self) -> None:
        """Know nothing any more."""
        self._rows = []

    def __len__(self) -> int:
        return len(self._rows)


async def _let_others_work() -> None:
    """Many rows take a while: the other requests get their turn."""
    await asyncio.sleep(0)
