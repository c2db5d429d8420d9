"""Other ways to ask product-catalog, and to answer when it has no product data."""

from collections.abc import Sequence
from functools import partial

from kit.circuits import Circuits
from kit.errors import NotFound, ProblemError, Unavailable
from services.recommendation.schemas import Product
from services.recommendation.service import Catalog, Recommends

EVERYTHING = ""


class BreakerCatalog:
    """Leaves product-catalog alone for `retry_after_s` seconds once it has failed: nobody's purchase waits for it."""

    def __init__(self, catalog: Catalog, *, retry_after_s: float = 30.0) -> None:
        self._catalog = catalog
        circuits = Circuits(1, retry_after_s, is_no_failure=_is_missing, refusal=_left_alone)
        self._circuit = partial(circuits.circuit, "product-catalog")

    async def product(self, product_id: int) -> Product:
        """One product; raises `ProblemError`."""
        async with self._circuit():
            return await self._catalog.product(product_id)

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `ProblemError`."""
        async with self._circuit():
            return await self._catalog.shelf(category)


def _is_missing(error: BaseException) -> bool:
    return isinstance(error, NotFound)


def _left_alone() -> Unavailable:
    return Unavailable("The product-catalog service failed lately and is left alone.")


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
