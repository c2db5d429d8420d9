"""What recommendation does when product data is missing."""

import asyncio
from collections.abc import Sequence

import pytest

from kit.errors import BadGateway, NotFound, Unavailable
from services.recommendation.hardening import BreakerCatalog, FallbackRecommender
from services.recommendation.schemas import Product

pytestmark = pytest.mark.anyio

PAN = Product(id=1, name="Pan, small", description="", category="kitchen", price_cents=1, picture="")


class Catalog:
    """Fails as it is told to, and counts what it is asked."""

    def __init__(self) -> None:
        self.trouble: BaseException | None = BadGateway()
        self.asked = 0

    async def product(self, product_id: int) -> Product:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return PAN

    async def shelf(self, category: str) -> list[Product]:
        return [PAN] * 30 if category == "" else []


class Recommender:
    def __init__(self, trouble: Exception) -> None:
        self._trouble = trouble

    async def related(self, product_id: int, limit: int) -> Sequence[Product]:
        raise self._trouble


async def test_one_failure_opens_the_circuit() -> None:
    catalog = Catalog()
    breaker = BreakerCatalog(catalog)
    with pytest.raises(BadGateway):
        await breaker.product(1)
    for _ in range(3):
        with pytest.raises(Unavailable, match="left alone"):
            await breaker.product(1)
    assert catalog.asked == 1


async def test_after_a_while_the_catalogue_is_asked_again() -> None:
    catalog = Catalog()
    breaker = BreakerCatalog(catalog, retry_after_s=0)
    with pytest.raises(BadGateway):
        await breaker.product(1)
    catalog.trouble = None
    assert await breaker.product(1) == PAN
    assert await breaker.shelf("") == [PAN] * 30


async def test_a_product_that_does_not_exist_is_no_failure() -> None:
    catalog = Catalog()
    catalog.trouble = NotFound()
    breaker = BreakerCatalog(catalog)
    for _ in range(3):
        with pytest.raises(NotFound):
            await breaker.product(241)


async def test_a_visitor_who_has_left_is_no_failure() -> None:
    catalog = Catalog()
    catalog.trouble = asyncio.CancelledError()
    breaker = BreakerCatalog(catalog)
    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await breaker.product(1)
    assert catalog.asked == 3


async def test_without_product_data_the_first_of_the_shop_are_recommended() -> None:
    assert len(await FallbackRecommender(Recommender(BadGateway()), Catalog()).related(4, 4)) == 4


async def test_nothing_goes_with_an_unknown_product() -> None:
    with pytest.raises(NotFound):
        await FallbackRecommender(Recommender(NotFound()), Catalog()).related(241, 4)
