"""A credential store on a database of its own, with one connection."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.app import create_app
from services.database.settings import Settings
from tests.databases import DatabaseUrl


@pytest.fixture
async def app(database_url: DatabaseUrl) -> AsyncIterator[FastAPI]:
    """The service, started."""
    settings = Settings(database_url=database_url("database"), database_pool_size=1, database_pool_timeout_s=0.2)
    app = create_app(settings, Platform(variants=FixedVariants()))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client
