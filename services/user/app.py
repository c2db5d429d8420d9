"""Puts user together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics

from kit import service
from kit.platform import Platform
from kit.variants import Choice, Option, Variants
from services.user.credentials import CredentialStore
from services.user.endpoints import router
from services.user.passwords import Passwords
from services.user.service import Users
from services.user.settings import Settings
from services.user.telemetry import Logins
from services.user.tokens import TokenService
from services.user.variants import RaisingPasswords


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """User as an application."""
    store = CredentialStore(settings.database_service_url, platform)
    tokens = TokenService(settings.token_url, platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await store.close()
        await tokens.close()

    app = service.build("user", platform, router, lifespan=lifespan)
    app.state.users = Users(store, tokens, _passwords(platform.variants), Logins(metrics.get_meter("shop.user")))
    return app


def _passwords(variants: Variants) -> Choice[Passwords]:
    usual = Passwords()
    return Choice(
        variants,
        usual,
        Option("user-cheaper-hash", "on", usual),
        Option("user-deployment", "costly-hash", RaisingPasswords()),
    )
