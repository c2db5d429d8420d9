"""Inventory in process."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.inventory.app import create_app
from services.inventory.settings import Settings
from tests.databases import DatabaseUrl


@pytest.fixture
async def client(database_url: DatabaseUrl) -> AsyncIterator[httpx.AsyncClient]:
    """Asks inventory."""
    settings = Settings(database_url=database_url("inventory"))
    app = create_app(settings, Platform(FixedVariants()))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inventory") as client,
    ):
        yield client
