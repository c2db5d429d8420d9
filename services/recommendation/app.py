"""Puts recommendation together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics

from kit import service
from kit.platform import Platform
from kit.variants import Choice, Option
from services.recommendation.answers import AnswersInForce, CachedAnswers
from services.recommendation.cache import Cache
from services.recommendation.catalog import Catalog
from services.recommendation.endpoints import router
from services.recommendation.service import Answers, Recommender
from services.recommendation.settings import Settings
from services.recommendation.telemetry import CacheMeter
from services.recommendation.variants import PairTable


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Recommendation as an application."""
    catalog = Catalog(settings.product_catalog_url, platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await catalog.close()

    app = service.build("recommendation", platform, router, lifespan=lifespan)
    answers = _answers(settings, platform)
    app.state.recommender = Recommender(catalog, answers, CacheMeter(metrics.get_meter("shop.recommendation"), answers))
    return app


def _answers(settings: Settings, platform: Platform) -> AnswersInForce:
    cached = CachedAnswers(Cache(settings.cache_size, settings.cache_ttl_s))
    feature = Choice[Answers](platform.product_flags, cached, Option("recommendationCacheFailure", "on", PairTable()))
    chosen = Choice[Callable[[], Answers]](
        platform.variants, feature, Option("recommendation-bounded-cache", "on", lambda: cached)
    )

    def in_force() -> Answers:
        return chosen()()

    return AnswersInForce(in_force)
