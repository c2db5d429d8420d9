"""Finds products that go with a product."""

from collections.abc import Callable, Sequence
from typing import Protocol

from opentelemetry import trace

from services.recommendation.ranking import Related
from services.recommendation.schemas import Product
from services.recommendation.telemetry import CacheMeter, RequestMeter


class Catalog(Protocol):
    """Knows the products."""

    async def product(self, product_id: int) -> Product:
        """One product; raises `ProblemError`."""
        ...

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `ProblemError`."""
        ...


class Answers(Protocol):
    """Remembers what goes with a product."""

    async def find(self, product_id: int) -> Related | None:
        """Recommendations found lately for a product, None when nobody looked for them."""
        ...

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """Products of a shelf that go with this one, from now on remembered."""
        ...

    def forget(self) -> None:
        """Know nothing any more."""
        ...

    def __len__(self) -> int:
        """Number of items that are kept."""
        ...


class Recommends(Protocol):
    """Knows what goes with a product."""

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        """At most `limit` products; raises `ProblemError`."""
        ...


class Recommendations:
    """Answers requests, and counts them."""

    def __init__(self, recommender: Callable[[], Recommends], meter: RequestMeter) -> None:
        self._recommender = recommender
        self._meter = meter

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        """At most `limit` products that go with one; raises `ProblemError`."""
        with self._meter.counted():
            return await self._recommender().related(product_id, limit)


class Recommender:
    """Remembers what it found."""

    def __init__(self, catalog: Callable[[], Catalog], answers: Callable[[], Answers], meter: CacheMeter) -> None:
        self._catalog = catalog
        self._answers = answers
        self._meter = meter
        self._tracer = trace.get_tracer("shop.recommendation")

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        """At most `limit` products that go with one; raises `NotFound`, `BadGateway`, `GatewayTimeout`."""
        with self._tracer.start_as_current_span("look up related products") as span:
            answers = self._answers()
            found = await answers.find(product_id)
            span.set_attribute("shop.recommendation.cache.hit", found is not None)
            span.set_attribute("shop.recommendation.cache.items", len(answers))
        self._meter.looked_up(found=found is not None)
        if found is None:
            catalog = self._catalog()
            product = await catalog.product(product_id)
            found = await answers.learn(product, await catalog.shelf(product.category))
        return found[:limit]
