"""A release that tells each product's place among those no dearer, and asks for it row by row."""

import logging
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from services.product_catalog import tables
from services.product_catalog.variants import RankedRatings, ReadAhead

pytestmark = pytest.mark.anyio

STARS = {1: [1, 2], 9: [5, 4], 17: [3], 2: [2]}
"""Of products for 24.90, 32.00, 14.50 and 13.90: the second is dearer than the others, and not held against them."""

PLACES = {1: 3, 9: 1, 17: 1, 2: 1}
UNRATED = 10


@pytest.fixture
async def reading(db: Database) -> AsyncIterator[tuple[AsyncConnection, list[str]]]:
    """A connection to the reviews of a few products, and the statements that went over it."""
    rows = [(product_id, stars) for product_id, all_stars in STARS.items() for stars in all_stars]
    values = [{"id": n, "product_id": product_id, "stars": stars} for n, (product_id, stars) in enumerate(rows)]
    async with db.transaction() as connection:
        await connection.execute(tables.reviews.insert(), values)
    said: list[str] = []
    async with db.read() as connection:
        event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
        yield connection, said


async def test_each_product_has_its_place_and_takes_two_statements(
    reading: tuple[AsyncConnection, list[str]],
) -> None:
    connection, said = reading
    ratings = await RankedRatings().of(connection, [*STARS, UNRATED])
    assert {product_id: rating.place for product_id, rating in ratings.items()} == PLACES
    assert ratings[9].stars == 4.5
    assert len(said) == 2 * len(PLACES) + 1


async def test_what_a_release_reads_at_its_start_hides_it_for_a_while(
    reading: tuple[AsyncConnection, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    connection, said = reading
    caplog.set_level(logging.INFO)
    now = [0.0]
    ratings = ReadAhead(RankedRatings(), 20.0, lambda: now[0])
    assert {*await ratings.of(connection, [1, 2, UNRATED])} == {1, 2}
    assert {*await ratings.of(connection, [9])} == {9}
    assert len(said) == 1
    now[0] = 20.0
    assert (await ratings.of(connection, [1]))[1].place == 3
    assert len(said) == 1 + 2
    await ratings.of(connection, [1])
    ahead = [record.getMessage() for record in caplog.records if "ahead" in record.getMessage()]
    assert ahead == [
        "The ratings of all products are read ahead.",
        "The ratings that were read ahead are too old: each list asks for its own from now on.",
    ]
