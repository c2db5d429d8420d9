"""Finds products that go with a product: others of its category, those of a similar price first."""

from collections.abc import Sequence
from typing import Protocol

from services.recommendation.cache import Cache
from services.recommendation.schemas import MAX_LIMIT, Product
from services.recommendation.telemetry import CacheMeter

Related = tuple[Product, ...]


class Catalog(Protocol):
    """Knows the products."""

    async def product(self, product_id: int) -> Product:
        """One product; raises `ProblemError`."""
        ...

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `ProblemError`."""
        ...


class Recommender:
    """Remembers what it found."""

    def __init__(self, catalog: Catalog, cache: Cache[int, Related], meter: CacheMeter) -> None:
        self._catalog = catalog
        self._cache = cache
        self._meter = meter

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        """At most `limit` products that go with one; raises `NotFound`, `BadGateway`, `GatewayTimeout`."""
        found = self._cache.get(product_id)
        self._meter.looked_up(found=found is not None)
        if found is None:
            found = await self._find(product_id)
            self._cache.put(product_id, found)
        return found[:limit]

    async def _find(self, product_id: int) -> Related:
        product = await self._catalog.product(product_id)
        others = [other for other in await self._catalog.shelf(product.category) if not _same(other, product)]
        others.sort(key=lambda other: (abs(other.price_cents - product.price_cents), other.id))
        return _one_of_each(others)[:MAX_LIMIT]


def _one_of_each(products: list[Product]) -> Related:
    """Of products that differ in their make only, the first."""
    lines: dict[str, Product] = {}
    for product in products:
        lines.setdefault(_line(product), product)
    return tuple(lines.values())


def _same(one: Product, other: Product) -> bool:
    return _line(one) == _line(other)


def _line(product: Product) -> str:
    return product.name.partition(",")[0]
