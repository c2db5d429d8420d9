"""Other ways to find the ratings of a list."""

import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from opentelemetry.metrics import Meter
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.product_catalog import tables
from services.product_catalog.queries import rows_of
from services.product_catalog.ratings import AVERAGE, NUMBER, Ratings, rating, review
from services.product_catalog.schemas import Rating

logger = logging.getLogger("shop.product-catalog")

product = tables.products.c

HIT, MISS = {"shop.outcome": "hit"}, {"shop.outcome": "miss"}


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


class RankedRatings(RatingPerProduct):
    """Asks for each product's rating, and for each one's place among those no dearer, by itself."""

    async def _one(self, connection: AsyncConnection, product_id: int) -> Rating | None:
        found = await super()._one(connection, product_id)
        if found is None:
            return None
        [row] = await rows_of(connection, "places", _better_ones(product_id, found.stars), product=product_id)
        return found.model_copy(update={"place": row.better + 1})


def _better_ones(product_id: int, stars: float) -> Select[tuple[int]]:
    """How many products no dearer have more stars: all of their reviews are looked at."""
    price = select(product.price_cents).where(product.id == product_id).scalar_subquery()
    average = select(func.round(func.avg(review.stars), 1)).where(review.product_id == product.id)
    better = average.correlate(tables.products).scalar_subquery() > stars
    no_dearer = product.price_cents <= price
    return select(func.count().label("better")).select_from(tables.products).where(no_dearer, better)


class ReadAhead:
    """Reads all ratings at once when it is first asked, and relies on them for `kept_s`; then each list asks `ratings`.

    What was read when the release started is never read again: an hour later each list is as slow as it is.
    """

    def __init__(self, ratings: Ratings, kept_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._ratings = ratings
        self._kept_s = kept_s
        self._clock = clock
        self._read: Mapping[int, Rating] = {}
        self._until: float | None = None
        self._is_old = False

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        if self._until is None:
            self._until = self._clock() + self._kept_s
            await self._read_all(connection)
        if self._clock() < self._until:
            return {product_id: self._read[product_id] for product_id in product_ids if product_id in self._read}
        if not self._is_old:
            self._is_old = True
            logger.info("The ratings that were read ahead are too old: each list asks for its own from now on.")
        return await self._ratings.of(connection, product_ids)

    async def _read_all(self, connection: AsyncConnection) -> None:
        query = select(review.product_id, AVERAGE, NUMBER).group_by(review.product_id)
        self._read = {row.product_id: rating(row) for row in await rows_of(connection, "reviews", query)}
        logger.info("The ratings of all products are read ahead.", extra={"shop.rating.kept": self._kept_s})


class RememberedRatings:
    """Asks `ratings` for those it has not seen within the last `kept_s` seconds; counts both kinds."""

    def __init__(self, ratings: Ratings, kept_s: float, meter: Meter, clock: Callable[[], float] = monotonic) -> None:
        self._ratings = ratings
        self._kept_s = kept_s
        self._requests = meter.create_counter("shop.rating.cache.requests", "{request}")
        self._clock = clock
        self._seen: dict[int, tuple[float, Rating]] = {}

    def forget(self) -> None:
        """Know nothing any more."""
        self._seen = {}

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        now = self._clock()
        self._seen = {product_id: kept for product_id, kept in self._seen.items() if kept[0] > now}
        unseen = [product_id for product_id in product_ids if product_id not in self._seen]
        seen = {product_id: self._seen[product_id][1] for product_id in product_ids if product_id in self._seen}
        self._requests.add(len(seen), HIT)
        self._requests.add(len(unseen), MISS)
        found = await self._ratings.of(connection, unseen) if unseen else {}
        self._seen |= {product_id: (now + self._kept_s, rating) for product_id, rating in found.items()}
        return {**seen, **found}


class EmptiedRatings:
    """Has `remembered` forget everything every `every_s` seconds, for all visitors at once."""

    def __init__(self, remembered: RememberedRatings, every_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._remembered = remembered
        self._every_s = every_s
        self._clock = clock
        self._due = 0.0

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        now = self._clock()
        if now >= self._due:
            self._due = now + self._every_s
            self._remembered.forget()
        return await self._remembered.of(connection, product_ids)
