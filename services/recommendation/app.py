"""Puts recommendation together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics

from kit import service
from kit.platform import Platform
from services.recommendation.cache import Cache
from services.recommendation.catalog import Catalog
from services.recommendation.endpoints import router
from services.recommendation.service import Recommender, Related
from services.recommendation.settings import Settings
from services.recommendation.telemetry import CacheMeter


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Recommendation as an application."""
    catalog = Catalog(settings.product_catalog_url, platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await catalog.close()

    app = service.build("recommendation", platform, router, lifespan=lifespan)
    cache = Cache[int, Related](settings.cache_size, settings.cache_ttl_s)
    app.state.recommender = Recommender(catalog, cache, CacheMeter(metrics.get_meter("shop.recommendation"), cache))
    return app
