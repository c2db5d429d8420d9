"""Client of product-catalog."""

from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from kit.errors import BadGateway, NotFound
from kit.http import peer_client, peer_failures
from kit.network import Response
from kit.platform import Platform
from services.recommendation.schemas import Product, ProductList

TIMEOUT = httpx.Timeout(2.0, connect=1.0)
SHELF = 100
"""More than any category holds."""

M = TypeVar("M", bound=BaseModel)


class Catalog:
    """The product-catalog service."""

    def __init__(self, url: str, platform: Platform) -> None:
        self._client = peer_client("product-catalog", url, timeout=TIMEOUT, platform=platform)
        self.close = self._client.aclose

    async def product(self, product_id: int) -> Product:
        """One product; raises `NotFound`, `BadGateway`, `GatewayTimeout`."""
        return await self._read(Product, f"/products/{product_id}")

    async def shelf(self, category: str) -> list[Product]:
        """The products of a category; raises `BadGateway`, `GatewayTimeout`."""
        wanted: dict[str, str | int] = {"category": category, "page_size": SHELF, "ratings": "false"}
        return (await self._read(ProductList, "/products", wanted)).products

    async def _read(self, model: type[M], path: str, params: dict[str, str | int] | None = None) -> M:
        answer = await self._ask(path, params)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound("There is no such product.")
        if not answer.is_success:
            raise BadGateway(f"The product-catalog service answered {answer.status_code}.")
        try:
            return model.model_validate_json(answer.content)
        except ValidationError as error:
            raise BadGateway("The product-catalog service gave an answer that makes no sense.") from error

    async def _ask(self, path: str, params: dict[str, str | int] | None) -> Response:
        with peer_failures("The product-catalog service", unavailable=BadGateway):
            return await self._client.get(path, params=params)
