"""Other ways to find the ratings of a list."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.product_catalog.queries import rows_of
from services.product_catalog.ratings import AVERAGE, NUMBER, Ratings, rating, review
from services.product_catalog.schemas import Rating


class RatingPerProduct:
    """Asks for each product's rating by itself."""

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        found = {product_id: await self._one(connection, product_id) for product_id in product_ids}
        return {product_id: rating for product_id, rating in found.items() if rating}

    async def _one(self, connection: AsyncConnection, product_id: int) -> Rating | None:
        query = select(AVERAGE, NUMBER).where(review.product_id == product_id)
        [row] = await rows_of(connection, "reviews", query, product=product_id)
        return rating(row) if row.number else None


class RememberedRatings:
    """Asks `ratings` for those it has not seen within the last `kept_s` seconds."""

    def __init__(self, ratings: Ratings, kept_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._ratings = ratings
        self._kept_s = kept_s
        self._clock = clock
        self._seen: dict[int, tuple[float, Rating]] = {}

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        now = self._clock()
        self._seen = {product_id: kept for product_id, kept in self._seen.items() if kept[0] > now}
        unseen = [product_id for product_id in product_ids if product_id not in self._seen]
        found = await self._ratings.of(connection, unseen) if unseen else {}
        self._seen |= {product_id: (now + self._kept_s, rating) for product_id, rating in found.items()}
        return {product_id: self._seen[product_id][1] for product_id in product_ids if product_id in self._seen}
