"""Puts inventory together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import migrations, service
from kit.db import Database
from kit.platform import Platform
from services.inventory.endpoints import router
from services.inventory.seed import seed
from services.inventory.service import Inventory
from services.inventory.settings import Settings
from services.inventory.telemetry import Telemetry

POOL_TIMEOUT_S = 9.0
"""A little less than order waits: a burst is served late rather than refused and asked for again."""


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Inventory as an application."""
    db = Database("inventory", settings.database_url, pool_timeout_s=POOL_TIMEOUT_S)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("inventory", settings.database_url, seed)
        yield
        await db.close()

    app = service.build("inventory", platform, router, lifespan=lifespan)
    app.state.inventory = Inventory(db, Telemetry())
    return app
