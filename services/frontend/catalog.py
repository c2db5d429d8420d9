"""What product-catalog is asked."""

import httpx

from services.frontend.neighbour import Neighbour
from services.frontend.schemas import CategoryList, Product, ProductList

TIMEOUT = httpx.Timeout(3.0, connect=1.0)


class Catalog:
    """Products, departments and pictures."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._neighbour = Neighbour("product-catalog", client)
        self.close = self._neighbour.close

    async def products(self, *, query: str, category: str, page: int, page_size: int) -> ProductList:
        """One page of what matches; empty texts match everything."""
        wanted: dict[str, str | int] = {"page": page, "page_size": page_size}
        wanted |= {key: value for key, value in (("query", query), ("category", category)) if value}
        return await self._neighbour.read(ProductList, "GET", "/products", params=wanted)

    async def product(self, product_id: int) -> Product:
        """One product; raises `NotFound`."""
        return await self._neighbour.read(Product, "GET", f"/products/{product_id}")

    async def categories(self) -> CategoryList:
        """All departments."""
        return await self._neighbour.read(CategoryList, "GET", "/categories")

    async def picture(self, product_id: int) -> bytes:
        """A product's picture, an SVG document; raises `NotFound`."""
        return (await self._neighbour.ask("GET", f"/products/{product_id}/picture")).content
