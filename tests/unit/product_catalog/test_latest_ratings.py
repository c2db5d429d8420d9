"""A release that rates products by their latest reviews, and reads each of these by itself."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from services.product_catalog import tables
from services.product_catalog.ratings import GroupedRatings
from services.product_catalog.variants import LATEST, LatestRatings, ReadAhead
from tests.databases import DatabaseUrl

pytestmark = pytest.mark.anyio

STARS = {1: [1] * 10 + [5] * LATEST, 2: [3, 4]}


@pytest.fixture
async def reading(database_url: DatabaseUrl) -> AsyncIterator[tuple[AsyncConnection, list[str]]]:
    """A connection to reviews of two products, and the statements that went over it."""
    db = Database("product-catalog", database_url("product-catalog"))
    rows = [(product_id, stars) for product_id, all_stars in STARS.items() for stars in all_stars]
    async with db.transaction() as connection:
        await connection.run_sync(tables.metadata.create_all)
        values = [{"id": n, "product_id": product_id, "stars": stars} for n, (product_id, stars) in enumerate(rows)]
        await connection.execute(tables.reviews.insert(), values)
    said: list[str] = []
    async with db.read() as connection:
        event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
        yield connection, said
    await db.close()


async def test_each_review_is_a_statement(reading: tuple[AsyncConnection, list[str]]) -> None:
    connection, said = reading
    ratings = await LatestRatings().of(connection, [1, 2, 3])
    assert {key: (each.stars, each.reviews) for key, each in ratings.items()} == {1: (5.0, LATEST), 2: (3.5, 2)}
    assert len(said) == 3 + LATEST + 2


async def test_what_a_release_reads_at_its_start_hides_it_for_a_while(
    reading: tuple[AsyncConnection, list[str]],
) -> None:
    connection, said = reading
    now = [0.0]
    ratings = ReadAhead(LatestRatings(), 20.0, lambda: now[0])
    healthy = await GroupedRatings().of(connection, [1, 2])
    assert [await ratings.of(connection, [1, 2, 3]), await ratings.of(connection, [1, 2])] == [healthy, healthy]
    assert len(said) == 2
    now[0] = 20.0
    assert (await ratings.of(connection, [2]))[2].stars == 3.5
    assert len(said) == 2 + 1 + 2
