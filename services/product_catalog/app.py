"""Puts product-catalog together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import FastAPI
from opentelemetry import metrics

from kit import connection_budget, migrations, service
from kit.canary import CANARY
from kit.changes import ChangeWatcher
from kit.db import Database
from kit.platform import Platform
from kit.tasks import background
from kit.upkeep import Upkeep
from kit.variants import Choice, Option
from services.product_catalog import tables
from services.product_catalog.catalogue import products
from services.product_catalog.endpoints import router
from services.product_catalog.lookup import ChosenLookup, DatabaseLookup, Lookup, Products
from services.product_catalog.lookup_variants import FailingLookup, HotReads, NoticedLookup
from services.product_catalog.offers import Offer, at_a_price, by_instalments, by_the_month
from services.product_catalog.ratings import GroupedRatings, Ratings, RatingsInForce
from services.product_catalog.seed import seed, seed_reviews
from services.product_catalog.service import Catalog
from services.product_catalog.settings import Settings
from services.product_catalog.upkeep import Indexes, Prices, apply_indexes, apply_prices
from services.product_catalog.variants import (
    EmptiedRatings,
    RankedRatings,
    RatingPerProduct,
    ReadAhead,
    RememberedRatings,
)

RATINGS_KEPT_S = 300.0
RATINGS_AHEAD_S = 5.0
"""Twenty minutes, two to the second."""
RATINGS_EMPTIED_EVERY_S = 10.0
LAST_PRICED = 180
"""The import that went wrong has no price for the products after it, a quarter of the catalogue."""

FAILURE_FLAG = "productCatalogFailure"
SERVICE = "product-catalog"
DEPLOYMENT = f"{SERVICE}-deployment"
UNINDEXED = "product-reviews-unindexed"
IMPORT = "product-prices-import"

T = TypeVar("T")


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Product-catalog as an application."""
    db = Database.of(SERVICE, settings)
    indexes, prices = _indexes(platform), _prices(platform)
    kept_indexes = Upkeep(SERVICE, settings.database_url, indexes.look, apply_indexes)
    kept_prices = Upkeep(SERVICE, settings.database_url, prices.look, apply_prices)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade(SERVICE, settings.database_url, seed)
        await connection_budget.check(SERVICE, settings)
        changed, priced = ChangeWatcher(indexes), ChangeWatcher(prices)
        await kept_indexes.begin(lambda connection: seed_reviews(connection, settings.reviews))
        await kept_prices.catch_up()
        async with background(kept_indexes.go_on(changed.next), kept_prices.go_on(priced.next)):
            yield
        await kept_indexes.close()
        await kept_prices.close()
        await db.close()

    app = service.build(SERVICE, platform, router, lifespan=lifespan)
    app.state.offer = _offer(platform)
    app.state.catalog = Catalog(db, _ratings(platform))
    app.state.products = Products(_lookup(platform, db))
    return app


def _offer(platform: Platform) -> Choice[Offer]:
    return Choice[Offer](
        platform.variants,
        at_a_price,
        Option(DEPLOYMENT, "renamed-field", by_instalments),
        Option(DEPLOYMENT, CANARY, by_the_month),
    )


def _lookup(platform: Platform, db: Database) -> Choice[Lookup]:
    meter = metrics.get_meter("shop.product-catalog")
    database = ChosenLookup(_counted(platform, DatabaseLookup(db, meter), IMPORT, "product-prices-repair"))
    failing = FailingLookup(database)
    noticed = NoticedLookup(failing, FAILURE_FLAG, meter)
    notice = Option[Lookup]("product-catalog-flag-notice", "on", noticed)
    failure = ChosenLookup(Choice[Lookup](platform.variants, failing, notice))
    present = ChosenLookup(Choice[Lookup](platform.product_flags, database, Option(FAILURE_FLAG, "on", failure)))
    hot_reads = Option[Lookup]("product-catalog-hot-reads", "on", HotReads(db, present))
    return Choice[Lookup](platform.variants, present, hot_reads)


def _ratings(platform: Platform) -> Choice[Ratings]:
    grouped, ranked = GroupedRatings(), ReadAhead(RankedRatings(), RATINGS_AHEAD_S)
    asked = Choice[Ratings](
        platform.variants,
        grouped,
        Option("product-reviews-one-query", "on", grouped),
        Option(DEPLOYMENT, "query-per-row", ranked),
        Option("product-reviews-per-product", "on", RatingPerProduct()),
    )
    read = RatingsInForce(_counted(platform, RatingsInForce(asked), UNINDEXED, "product-reviews-index"))
    remembered = RememberedRatings(read, RATINGS_KEPT_S, metrics.get_meter("shop.product-catalog"))
    cache = Choice[Ratings](
        platform.variants,
        remembered,
        Option("product-ratings-job-stopped", "on", remembered),
        Option("product-ratings-emptied", "on", EmptiedRatings(remembered, RATINGS_EMPTIED_EVERY_S)),
    )
    return Choice(platform.variants, read, Option("product-reviews-cache", "on", RatingsInForce(cache)))


def _counted(platform: Platform, asked: T, fault: str, remedy: str) -> Choice[T]:
    """The same whatever the database holds; requests that meet what `fault` did to it are counted."""
    return Choice(platform.variants, asked, Option(remedy, "on", asked), Option(fault, "on", asked))


def _indexes(platform: Platform) -> Choice[Indexes]:
    return Choice[Indexes](
        platform.variants,
        tables.REVIEW_INDEXES,
        Option("product-reviews-index", "on", tables.REVIEW_INDEXES),
        Option(UNINDEXED, "on", ()),
    )


def _prices(platform: Platform) -> Choice[Prices]:
    listed = tuple((product.id, product.price_cents) for product in products())
    unpriced = tuple((product_id, 0) for product_id, _ in listed if product_id > LAST_PRICED)
    return Choice[Prices](
        platform.variants, listed, Option("product-prices-repair", "on", listed), Option(IMPORT, "on", unpriced)
    )
