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


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Inventory as an application."""
    db = Database.of("inventory", settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("inventory", settings.database_url, seed)
        yield
        await db.close()

    app = service.build("inventory", platform, router, lifespan=lifespan)
    app.state.inventory = Inventory(db, Telemetry())
    return app
