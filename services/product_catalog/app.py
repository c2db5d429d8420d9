"""Puts product-catalog together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics

from kit import migrations, service
from kit.changes import ChangeWatcher
from kit.db import Database
from kit.platform import Platform
from kit.variants import Choice, Option
from services.product_catalog import tables
from services.product_catalog.endpoints import router
from services.product_catalog.lookup import ChosenLookup, DatabaseLookup, Lookup, Products
from services.product_catalog.lookup_variants import FailingLookup, HotReads, NoticedLookup
from services.product_catalog.ratings import GroupedRatings, Ratings
from services.product_catalog.seed import seed
from services.product_catalog.service import Catalog
from services.product_catalog.settings import Settings
from services.product_catalog.upkeep import Indexes, Upkeep
from services.product_catalog.variants import RatingPerProduct, RememberedRatings

RATINGS_KEPT_S = 300.0
FAILURE_FLAG = "productCatalogFailure"


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Product-catalog as an application."""
    db = Database.of("product-catalog", settings)
    indexes = _indexes(platform)
    upkeep = Upkeep(settings.database_url, indexes.look)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("product-catalog", settings.database_url, seed)
        changes = ChangeWatcher(indexes)
        await upkeep.begin(settings.reviews)
        keeping = asyncio.create_task(upkeep.go_on(changes.next))
        yield
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await upkeep.close()
        await db.close()

    app = service.build("product-catalog", platform, router, lifespan=lifespan)
    app.state.catalog = Catalog(db, _ratings(platform))
    app.state.products = Products(_lookup(platform, db))
    return app


def _lookup(platform: Platform, db: Database) -> Choice[Lookup]:
    database = DatabaseLookup(db)
    failing = FailingLookup(database)
    noticed = NoticedLookup(failing, FAILURE_FLAG, metrics.get_meter("shop.product-catalog"))
    notice = Option[Lookup]("product-catalog-flag-notice", "on", noticed)
    failure = ChosenLookup(Choice[Lookup](platform.variants, failing, notice))
    present = ChosenLookup(Choice[Lookup](platform.product_flags, database, Option(FAILURE_FLAG, "on", failure)))
    hot_reads = Option[Lookup]("product-catalog-hot-reads", "on", HotReads(db, present))
    return Choice[Lookup](platform.variants, present, hot_reads)


def _ratings(platform: Platform) -> Choice[Ratings]:
    grouped, one_by_one = GroupedRatings(), RatingPerProduct()
    return Choice[Ratings](
        platform.variants,
        grouped,
        Option("product-reviews-cache", "on", RememberedRatings(one_by_one, RATINGS_KEPT_S)),
        Option("product-reviews-one-query", "on", grouped),
        Option("product-reviews-unindexed", "on", one_by_one),
    )


def _indexes(platform: Platform) -> Choice[Indexes]:
    return Choice[Indexes](
        platform.variants,
        tables.REVIEW_INDEXES,
        Option("product-reviews-index", "on", tables.REVIEW_INDEXES),
        Option("product-reviews-unindexed", "on", ()),
    )
