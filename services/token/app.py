"""Puts token together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics

from kit import migrations, service
from kit.db import Database
from kit.platform import Platform
from services.token.credentials import CredentialStore
from services.token.endpoints import router
from services.token.keys import KeyRing
from services.token.seed import seed
from services.token.service import Tokens
from services.token.settings import Settings
from services.token.telemetry import Results


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Token as an application."""
    db = Database.of("token", settings)
    users = CredentialStore(settings.database_service_url, platform)
    keys = KeyRing(db, key_lifetime_s=settings.token_key_lifetime_s, token_lifetime_s=settings.token_lifetime_s)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("token", settings.database_url, seed)
        await keys.signing()
        yield
        await users.close()
        await db.close()

    app = service.build("token", platform, router, lifespan=lifespan)
    app.state.keys = keys
    app.state.tokens = Tokens(keys, users, Results(metrics.get_meter("shop.token")), settings.token_lifetime_s)
    return app
