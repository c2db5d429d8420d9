"""Other ways to ask product-catalog, and to answer when it has no product data."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from kit.errors import NotFound, ProblemError, Unavailable
from services.recommendation.schemas import Product
from services.recommendation.service import Catalog, Recommends

EVERYTHING = ""


class BreakerCatalog:
    """Leaves product-catalog alone for `retry_after_s` seconds once it has failed: nobody's purchase waits for it."""

    def __init__(self, catalog: Catalog, *, retry_after_s: float = 30.0) -> None:
        self._catalog = catalog
        self._circuits = AsyncCircuitBreakerFactory(1, retry_after_s, exclude=[NotFound])

    async def product(self, product_id: int) -> Product:
        """One product; raises `ProblemError`."""
        async with self._circuit():
            return await self._catalog.product(product_id)

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `ProblemError`."""
        async with self._circuit():
            return await self._catalog.shelf(category)

    @asynccontextmanager
    async def _circuit(self) -> AsyncIterator[None]:
        breaker = await self._circuits.get_breaker("product-catalog")
        try:
            async with breaker:
                yield
        except OpenedState:
            raise Unavailable("The product-catalog service failed lately and is left alone.") from None


class FallbackRecommender:
    """Recommends what stands first in the shop when product data is missing."""

    def __init__(self, recommender: Recommends, catalog: Catalog) -> None:
        self._recommender = recommender
        self._catalog = catalog

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        """At most `limit` products; raises `NotFound`, and `ProblemError` when nothing can be read at all."""
        try:
            return await self._recommender.related(product_id, limit)
        except NotFound:
            raise
        except ProblemError:
            return (await self._catalog.shelf(EVERYTHING))[:limit]
