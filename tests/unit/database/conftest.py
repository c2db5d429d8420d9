"""A credential store on a database of its own, with one connection."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.app import create_app
from services.database.settings import Settings


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The service, started."""
    url = f"sqlite+aiosqlite:///{tmp_path}/database.db"
    app = create_app(Settings(database_url=url, pool_size=1, pool_timeout_s=0.2), Platform(variants=FixedVariants()))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client
