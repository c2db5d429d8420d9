"""A product-catalog on a database of its own."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kit.db import Database
from kit.platform import Platform
from kit.variants import FixedVariants
from services.product_catalog.app import create_app
from services.product_catalog.settings import Settings
from tests.databases import DatabaseUrl, opened

REVIEWS = 20_000


@pytest.fixture
def settings(database_url: DatabaseUrl) -> Settings:
    """With few reviews."""
    return Settings(database_url=database_url("product-catalog"), reviews=REVIEWS)


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """With all products, and no reviews."""
    async with opened("product-catalog", database_url("product-catalog")) as db:
        yield db


@pytest.fixture
def variants() -> FixedVariants:
    """Nothing is switched yet."""
    return FixedVariants()


@pytest.fixture
async def client(settings: Settings, variants: FixedVariants) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    app = create_app(settings, Platform(variants=variants))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client
