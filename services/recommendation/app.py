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
from services.recommendation.catalog import Catalog as HttpCatalog
from services.recommendation.catalog import InsistentCatalog
from services.recommendation.endpoints import router
from services.recommendation.hardening import BreakerCatalog, FallbackRecommender
from services.recommendation.service import Answers, Catalog, Recommendations, Recommender, Recommends
from services.recommendation.settings import Settings
from services.recommendation.telemetry import CacheMeter, RequestMeter
from services.recommendation.variants import AlikeAnswers, PairTable

COMPARED_WITH = 150


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Recommendation as an application."""
    catalog = HttpCatalog(settings.product_catalog_url, platform)
    insistent = InsistentCatalog(settings.product_catalog_url, platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await catalog.close()
        await insistent.close()

    app = service.build("recommendation", platform, router, lifespan=lifespan)
    app.state.recommendations = _recommendations(settings, platform, catalog, insistent)
    return app


def _recommendations(settings: Settings, platform: Platform, catalog: Catalog, insistent: Catalog) -> Recommendations:
    meter = metrics.get_meter("shop.recommendation")
    answers = _answers(settings, platform)
    asked = Choice[Catalog](
        platform.variants,
        catalog,
        Option("recommendation-catalog-breaker", "on", BreakerCatalog(catalog)),
        Option("recommendation-insistent", "on", insistent),
    )
    recommender = Recommender(asked, answers, CacheMeter(meter, answers))
    fallback = Option[Recommends]("recommendation-fallback", "on", FallbackRecommender(recommender, catalog))
    return Recommendations(Choice[Recommends](platform.variants, recommender, fallback), RequestMeter(meter))


def _answers(settings: Settings, platform: Platform) -> AnswersInForce:
    cached = CachedAnswers(Cache(settings.cache_size, settings.cache_ttl_s))
    feature = Choice[Answers](platform.product_flags, cached, Option("recommendationCacheFailure", "on", PairTable()))
    alike = AlikeAnswers(COMPARED_WITH)
    chosen = Choice[Callable[[], Answers]](
        platform.variants,
        feature,
        Option("recommendation-deployment", "loop-work", lambda: alike),
        Option("recommendation-bounded-cache", "on", lambda: cached),
    )

    def in_force() -> Answers:
        return chosen()()

    return AnswersInForce(in_force)
