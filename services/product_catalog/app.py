"""Puts product-catalog together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import migrations, service
from kit.db import Database
from kit.platform import Platform
from services.product_catalog.endpoints import router
from services.product_catalog.seed import seed
from services.product_catalog.service import Catalog
from services.product_catalog.settings import Settings


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Product-catalog as an application."""
    db = Database.of("product-catalog", settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("product-catalog", settings.database_url, seed)
        yield
        await db.close()

    app = service.build("product-catalog", platform, router, lifespan=lifespan)
    app.state.catalog = Catalog(db)
    return app
