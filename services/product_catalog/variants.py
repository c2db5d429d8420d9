"""Other ways to find the ratings of a list."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.product_catalog.queries import rows_of
from services.product_catalog.ratings import AVERAGE, NUMBER, Ratings, rating, review
from services.product_catalog.schemas import Rating

LATEST = 60
_stars = select(review.stars).where(review.id == bindparam("wanted"))


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


class LatestRatings:
    """Asks for each product's latest reviews, and then for each of these reviews by itself."""

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one, by its latest `LATEST` reviews."""
        found = {product_id: await self._one(connection, product_id) for product_id in product_ids}
        return {product_id: rating for product_id, rating in found.items() if rating}

    async def _one(self, connection: AsyncConnection, product_id: int) -> Rating | None:
        latest = select(review.id).where(review.product_id == product_id).order_by(review.id.desc()).limit(LATEST)
        rows = await rows_of(connection, "reviews", latest, product=product_id)
        stars = [(await connection.execute(_stars, {"wanted": row.id})).scalar_one() for row in rows]
        return Rating(stars=round(sum(stars) / len(stars), 1), reviews=len(stars)) if stars else None


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

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        if self._until is None:
            self._until = self._clock() + self._kept_s
            rows = await rows_of(
                connection, "reviews", select(review.product_id, AVERAGE, NUMBER).group_by(review.product_id)
            )
            self._read = {row.product_id: rating(row) for row in rows}
        if self._clock() >= self._until:
            return await self._ratings.of(connection, product_ids)
        return {product_id: self._read[product_id] for product_id in product_ids if product_id in self._read}


class RememberedRatings:
    """Asks `ratings` for those it has not seen within the last `kept_s` seconds."""

    def __init__(self, ratings: Ratings, kept_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._ratings = ratings
        self._kept_s = kept_s
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
        found = await self._ratings.of(connection, unseen) if unseen else {}
        self._seen |= {product_id: (now + self._kept_s, rating) for product_id, rating in found.items()}
        return {**seen, **found}


class EmptiedRatings:
    """Has `remembered` forget everything every `every_s` seconds, for all visitors at once."""

    def __init__(self, remembered: RememberedRatings, every_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._remembered = remembered
        self._every_s = every_s
        self._clock = clock
        self._emptied = -1

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        now = int(self._clock() // self._every_s)
        if now != self._emptied:
            self._emptied = now
            self._remembered.forget()
        return await self._remembered.of(connection, product_ids)
