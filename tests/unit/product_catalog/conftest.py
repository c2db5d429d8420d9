"""A product-catalog on a database of its own."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.product_catalog.app import create_app
from services.product_catalog.settings import Settings
from tests.databases import DatabaseUrl


@pytest.fixture
async def client(database_url: DatabaseUrl) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    settings = Settings(database_url=database_url("product-catalog"))
    app = create_app(settings, Platform(variants=FixedVariants()))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client
