"""Finds products that go with a product."""

from collections.abc import Callable, Sequence
from typing import Protocol

from opentelemetry import trace

from services.recommendation.ranking import Related
from services.recommendation.schemas import Product
from services.recommendation.telemetry import CacheMeter


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
        """What was found lately for a product, None when it was not looked for."""
        ...

    async def learn(self, product: Product, shelf: Sequence[Product]) -> Related:
        """What goes with a product of a shelf, from now on remembered."""
        ...

    def forget(self) -> None:
        """Know nothing any more."""
        ...

    def __len__(self) -> int:
        """How many items are kept."""
        ...


class Recommender:
    """Remembers what it found."""

    def __init__(self, catalog: Catalog, answers: Callable[[], Answers], meter: CacheMeter) -> None:
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
            product = await self._catalog.product(product_id)
            found = await answers.learn(product, await self._catalog.shelf(product.category))
        return found[:limit]
