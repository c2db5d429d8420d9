"""Ratings in lists: the same whichever way they are found, and which queries that takes."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from kit.upkeep import Upkeep
from kit.variants import FixedVariants
from services.product_catalog import tables
from services.product_catalog.seed import seed_reviews
from services.product_catalog.settings import Settings
from services.product_catalog.upkeep import Indexes, apply_indexes
from tests.unit.product_catalog.conftest import REVIEWS

pytestmark = pytest.mark.anyio

CAUGHT_UP_WITHIN_S = 5.0
FAULT = "product-reviews-unindexed"
PER_PRODUCT = "product-reviews-per-product"


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(settings.database_url)
    yield engine
    await engine.dispose()


async def indexes(engine: AsyncEngine) -> list[str | None]:
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda each: inspect(each).get_indexes("reviews"))
    return [index["name"] for index in found]


async def becomes(engine: AsyncEngine, expected: list[str | None]) -> None:
    with anyio.fail_after(CAUGHT_UP_WITHIN_S):
        while True:
            if await indexes(engine) == expected:
                return
            await anyio.sleep(0.05)


async def listed(client: httpx.AsyncClient, **params: Any) -> list[Any]:
    answer = await client.get("/products", params=params)
    assert answer.status_code == 200, answer.text
    return [product["rating"] for product in answer.json()["products"]]


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    """Queries that ended, and the rows they gave."""
    ended = [record for record in caplog.records if record.getMessage().endswith(" ended.")]
    return [(record.getMessage(), vars(record)["db.response.returned_rows"]) for record in ended]


async def test_each_product_of_a_list_comes_with_its_rating(client: httpx.AsyncClient) -> None:
    ratings = await listed(client, page_size=100) + await listed(client, page_size=100, page=2)
    ratings += await listed(client, page_size=100, page=3)
    assert sum(rating["reviews"] for rating in ratings) == REVIEWS
    assert all(2.5 <= rating["stars"] <= 5.0 for rating in ratings)
    assert len({rating["stars"] for rating in ratings}) > 5


async def test_who_needs_no_ratings_asks_for_none(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "shop")
    assert set(await listed(client, ratings="false")) == {None}
    assert told(caplog) == [("Query of products ended.", 24)]


async def test_the_log_tells_start_end_parameters_and_rows(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "shop")
    await listed(client, query="secret lamp", category="lighting")
    assert "secret" not in str([vars(record) for record in caplog.records if record.name.startswith("shop")])
    await listed(client, category="garden", page_size=2)
    lines = [record for record in caplog.records if record.name == "shop.product_catalog"][-4:]
    assert [(line.getMessage(), vars(line)["shop.query.parameters"]) for line in lines] == [
        ("Query of products started.", "searched=False, category='garden', page=1, size=2"),
        ("Query of products ended.", "searched=False, category='garden', page=1, size=2"),
        ("Query of reviews started.", "products=[2, 10]"),
        ("Query of reviews ended.", "products=[2, 10]"),
    ]
    assert vars(lines[3])["db.response.returned_rows"] == 2
    assert 0 <= vars(lines[3])["shop.query.duration"] < 1


ONE = [("Query of reviews ended.", 1)]
AT_ONCE = [("Query of reviews ended.", 24)]


@pytest.mark.parametrize(
    ("remedy", "first", "again"),
    [
        (None, ONE * 24, ONE * 24),
        ("product-reviews-index", ONE * 24, ONE * 24),
        ("product-reviews-one-query", AT_ONCE, AT_ONCE),
        ("product-reviews-cache", ONE * 24, []),
    ],
)
async def test_every_way_finds_the_same_ratings_with_its_own_queries(
    remedy: str | None,
    first: list[tuple[str, int]],
    again: list[tuple[str, int]],
    client: httpx.AsyncClient,
    variants: FixedVariants,
    caplog: pytest.LogCaptureFixture,
) -> None:
    healthy = await listed(client)
    variants.values |= {FAULT: "on", PER_PRODUCT: "on"} | ({remedy: "on"} if remedy else {})
    caplog.set_level("INFO", "shop")
    for expected in (first, again):
        caplog.clear()
        assert await listed(client) == healthy
        assert told(caplog)[1:] == expected


async def test_without_an_index_the_queries_are_the_same(
    client: httpx.AsyncClient, variants: FixedVariants, caplog: pytest.LogCaptureFixture
) -> None:
    variants.values[FAULT] = "on"
    caplog.set_level("INFO", "shop")
    await listed(client)
    assert told(caplog)[1:] == AT_ONCE


async def test_a_release_begins_with_all_ratings(
    client: httpx.AsyncClient, variants: FixedVariants, caplog: pytest.LogCaptureFixture
) -> None:
    variants.values["product-catalog-deployment"] = "query-per-row"
    caplog.set_level("INFO", "shop")
    assert len(await listed(client)) == 24
    assert told(caplog)[1:] == [("Query of reviews ended.", 240)]


async def test_the_index_goes_and_comes_with_the_release(
    client: httpx.AsyncClient, variants: FixedVariants, engine: AsyncEngine
) -> None:
    there: list[str | None] = ["ix_reviews_product_stars"]
    assert await indexes(engine) == there
    variants.values[FAULT] = "on"
    await becomes(engine, [])
    variants.values["product-reviews-index"] = "on"
    await becomes(engine, there)
    del variants.values["product-reviews-index"]
    await becomes(engine, [])
    variants.values[FAULT] = "off"
    await becomes(engine, there)


async def test_a_start_restores_what_a_killed_process_left_dropped(
    client: httpx.AsyncClient, settings: Settings, engine: AsyncEngine
) -> None:
    left = Upkeep[Indexes]("product-catalog", settings.database_url, tuple, apply_indexes)
    await left.catch_up()
    await left.close()
    assert await indexes(engine) == []
    upkeep = Upkeep("product-catalog", settings.database_url, lambda: tables.REVIEW_INDEXES, apply_indexes)
    await upkeep.begin(lambda connection: seed_reviews(connection, REVIEWS))
    await upkeep.close()
    assert await indexes(engine) == ["ix_reviews_product_stars"]
    assert sum(rating["reviews"] for rating in await listed(client, page_size=100)) < REVIEWS


async def test_upkeep_goes_on_after_a_failure(
    client: httpx.AsyncClient, settings: Settings, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Indexes | Exception] = [RuntimeError("no"), ()]

    def declared() -> Indexes:
        answer = answers[0] if len(answers) == 1 else answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    upkeep = Upkeep("product-catalog", settings.database_url, declared, apply_indexes)
    async with anyio.create_task_group() as background:
        background.start_soon(partial(upkeep.go_on, anyio.lowlevel.checkpoint))
        await becomes(engine, [])
        background.cancel_scope.cancel()
    await upkeep.close()
    ours = [record for record in caplog.records if record.name.startswith("shop.")]  # the driver tells of the end, too
    failures = [record.getMessage() for record in ours if record.levelname == "ERROR"]
    assert failures == ["Upkeep of the database failed; it will be tried again."]
