"""Puts the credential store together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import migrations, service
from kit.db import Database
from kit.platform import Platform
from services.database.endpoints import router
from services.database.seed import seed
from services.database.service import CredentialStore
from services.database.settings import Settings


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """The credential store as an application."""
    db = Database.of("database", settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("database", settings.database_url, seed)
        yield
        await db.close()

    app = service.build("database", platform, router, lifespan=lifespan)
    app.state.store = CredentialStore(db)
    return app
