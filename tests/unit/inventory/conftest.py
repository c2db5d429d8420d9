"""Inventory in process."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.inventory.app import create_app
from services.inventory.settings import Settings


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Asks inventory."""
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/inventory.db")
    app = create_app(settings, Platform(FixedVariants()))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inventory") as client,
    ):
        yield client
