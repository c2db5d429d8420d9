"""Customers' ratings of the products of a list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.product_catalog import tables
from services.product_catalog.queries import rows_of
from services.product_catalog.schemas import Rating

review = tables.reviews.c
AVERAGE, NUMBER = func.avg(review.stars).label("stars"), func.count().label("number")


class Ratings(Protocol):
    """Knows the ratings of products."""

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        ...


class GroupedRatings:
    """Asks for all of them at once."""

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        query = select(review.product_id, AVERAGE, NUMBER).where(review.product_id.in_(product_ids))
        rows = await rows_of(connection, "reviews", query.group_by(review.product_id), products=product_ids)
        return {row.product_id: rating(row) for row in rows}


class RatingsInForce:
    """Whichever ratings are in force at this moment."""

    def __init__(self, choose: Callable[[], Ratings]) -> None:
        self._choose = choose

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        """The rating of each product that has one."""
        return await self._choose().of(connection, product_ids)


def rating(row: Row[Any]) -> Rating:
    """From a row with the average and the number of reviews."""
    return Rating(stars=round(float(row.stars), 1), reviews=row.number)
