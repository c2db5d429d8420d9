"""Ratings are remembered for a while, and those of products without reviews are asked for again."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.product_catalog.schemas import Rating
from services.product_catalog.variants import EmptiedRatings, RememberedRatings
from tests.recorded_metrics import RecordedMetrics

pytestmark = pytest.mark.anyio

GOOD = Rating(stars=4.5, reviews=2)
NO_CONNECTION = cast("AsyncConnection", None)


class Asked:
    """Knows the ratings of products below 10; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def of(self, connection: AsyncConnection, product_ids: Sequence[int]) -> Mapping[int, Rating]:
        self.asked.append(list(product_ids))
        return {product_id: GOOD for product_id in product_ids if product_id < 10}


async def test_only_what_is_unseen_or_old_is_asked_for() -> None:
    source, now = Asked(), [0.0]
    ratings = RememberedRatings(source, 300.0, RecordedMetrics().meter, lambda: now[0])
    assert await ratings.of(NO_CONNECTION, [1, 2, 10]) == {1: GOOD, 2: GOOD}
    now[0] = 200.0
    assert await ratings.of(NO_CONNECTION, [2, 3]) == {2: GOOD, 3: GOOD}
    now[0] = 301.0
    await ratings.of(NO_CONNECTION, [1, 3, 10])
    assert source.asked == [[1, 2, 10], [3], [1, 10]]


async def test_what_is_known_is_not_asked_for_at_all() -> None:
    source, recorded = Asked(), RecordedMetrics()
    ratings = RememberedRatings(source, 300.0, recorded.meter)
    await ratings.of(NO_CONNECTION, [1])
    assert await ratings.of(NO_CONNECTION, [1]) == {1: GOOD}
    assert source.asked == [[1]]
    assert recorded.read() == {"shop.rating.cache.requests": {"hit": 1, "miss": 1}}


async def test_emptied_for_all_at_once_everything_is_asked_for_again() -> None:
    source, now = Asked(), [0.0]
    remembered = RememberedRatings(source, 300.0, RecordedMetrics().meter)
    ratings = EmptiedRatings(remembered, 20.0, lambda: now[0])
    for now[0], product_ids in ((1.0, [1, 2]), (20.0, [1, 2]), (21.0, [1, 2]), (40.0, [1, 3])):
        await ratings.of(NO_CONNECTION, product_ids)
    assert source.asked == [[1, 2], [1, 2], [3]]
