"""Puts token together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import time

from fastapi import FastAPI
from opentelemetry import metrics

from kit import connection_budget, migrations, service
from kit.db import Database
from kit.platform import Platform
from kit.tasks import background
from kit.variants import Choice, Option
from services.token.credentials import CredentialStore
from services.token.endpoints import router
from services.token.keys import KeyRing
from services.token.rotation import rotate
from services.token.seed import seed
from services.token.service import Tokens
from services.token.settings import Settings
from services.token.telemetry import Results
from services.token.variants import ahead

ROTATION = "token-key-rotation"


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Token as an application."""
    db, clock = Database.of("token", settings), _clock(platform)
    users = CredentialStore(settings.database_service_url, platform)
    lifetime_s = settings.token_lifetime_s
    keys = KeyRing(
        db,
        settings.instance,
        key_lifetime_s=settings.token_key_lifetime_s,
        token_lifetime_s=lifetime_s,
        clock=clock,
    )
    signing = Choice(platform.variants, keys, Option(ROTATION, "on", keys))
    rotating = Choice(platform.variants, False, Option(ROTATION, "on", True))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("token", settings.database_url, seed)
        await connection_budget.check("token", settings)
        await keys.signing()
        async with background(rotate(keys, rotating)):
            yield
        await users.close()
        await db.close()

    app = service.build("token", platform, router, lifespan=lifespan)
    app.state.keys = keys
    app.state.tokens = Tokens(signing, users, Results(metrics.get_meter("shop.token")), lifetime_s, clock)
    return app


def _clock(platform: Platform) -> Callable[[], float]:
    clock = Choice(
        platform.variants, time, Option("token-clock-set", "on", time), Option("token-clock", "ahead", ahead)
    )

    def now() -> float:
        return clock()()

    return now
