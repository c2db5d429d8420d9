"""Client of product-catalog."""

import time
from collections.abc import Callable

import httpx

from kit.http import PeerClient
from services.frontend.peer import Peer
from services.frontend.schemas import CategoryList, Product, ProductList

TIMEOUT = httpx.Timeout(3.0, connect=1.0)
SEEN_FOR_S = 60.0
SEEN_AT_MOST = 1000


class Catalog:
    """Products, departments and pictures."""

    def __init__(self, client: PeerClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._peer = Peer("product-catalog", client)
        self.close = self._peer.close
        self._clock = clock
        self._seen: dict[int, tuple[float, Product]] = {}

    async def products(self, *, query: str, category: str, page: int, page_size: int) -> ProductList:
        """One page of what matches; empty texts match everything."""
        wanted: dict[str, str | int] = {"page": page, "page_size": page_size}
        wanted |= {key: value for key, value in (("query", query), ("category", category)) if value}
        return await self._peer.read(ProductList, "GET", "/products", params=wanted)

    async def product(self, product_id: int) -> Product:
        """One product; raises `NotFound`."""
        product = await self._peer.read(Product, "GET", f"/products/{product_id}")
        self._remember(product)
        return product

    async def seen(self, product_id: int) -> Product:
        """The product as it was within the last minute: its name, that it exists, but not its price.

        Saves a call for everything put into a cart; the checkout asks for the present price anyway.
        """
        until, product = self._seen.get(product_id, (0.0, None))
        return product if product and until > self._clock() else await self.product(product_id)

    async def categories(self) -> CategoryList:
        """All departments."""
        return await self._peer.read(CategoryList, "GET", "/categories")

    async def picture(self, product_id: int) -> bytes:
        """A product's picture, an SVG document; raises `NotFound`."""
        return (await self._peer.ask("GET", f"/products/{product_id}/picture")).content

    def _remember(self, product: Product) -> None:
        if len(self._seen) >= SEEN_AT_MOST:
            self._seen.clear()
        self._seen[product.id] = (self._clock() + SEEN_FOR_S, product)
