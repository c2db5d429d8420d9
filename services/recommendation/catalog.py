"""Client of product-catalog."""

from contextlib import suppress
from typing import ClassVar, TypeVar

import httpx
from pydantic import BaseModel

from kit.errors import BadGateway, NotFound
from kit.http import peer_client, peer_failures, understood
from kit.messages import Response
from kit.platform import Platform
from services.recommendation.schemas import Product, ProductList

TIMEOUT = httpx.Timeout(2.0, connect=1.0)
FIRST_ATTEMPT_S = 0.05
SHELF = 100
"""More than any category holds."""

Wanted = dict[str, str | int]
M = TypeVar("M", bound=BaseModel)


class Catalog:
    """The product-catalog service."""

    _wanted: ClassVar[Wanted] = {"page_size": SHELF, "ratings": "false"}

    def __init__(self, url: str, platform: Platform) -> None:
        self._client = peer_client("product-catalog", url, timeout=TIMEOUT, platform=platform)
        self.close = self._client.aclose

    async def product(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `BadGateway`, `GatewayTimeout`."""
        return await self._read(Product, f"/products/{product_id}")

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `BadGateway`, `GatewayTimeout`."""
        return (await self._read(ProductList, "/products", self._wanted | {"category": category})).products

    async def _read(self, model: type[M], path: str, params: Wanted | None = None) -> M:
        with peer_failures("The product-catalog service", unavailable=BadGateway):
            answer = await self._ask(path, params)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound("There is no such product.")
        if not answer.is_success:
            raise BadGateway(f"The product-catalog service answered {answer.status_code}.")
        return understood("product-catalog", model, answer.content)

    async def _ask(self, path: str, params: Wanted | None) -> Response:
        return await self._client.get(path, params=params)


class InsistentCatalog(Catalog):
    """Asks for ratings, too; gives the first attempt little time, each further one twice as much; never gives up."""

    _wanted: ClassVar[Wanted] = {"page_size": SHELF}

    async def _ask(self, path: str, params: Wanted | None) -> Response:
        timeout_s = FIRST_ATTEMPT_S
        while True:
            with suppress(httpx.TimeoutException):
                return await self._client.request("GET", path, params=params, timeout=httpx.Timeout(timeout_s))
            timeout_s *= 2
