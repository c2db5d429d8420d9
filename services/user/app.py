"""Puts user together."""

import logging
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
from services.user.variants import RaisingPasswords, tokens_by_name

DEPLOYMENT, BY_NAME = "user-deployment", "by-name"

logger = logging.getLogger("shop.user")


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """User as an application."""
    store = CredentialStore(settings.database_service_url, platform)
    tokens = TokenService(settings.token_url, platform)
    named = _by_name(settings, platform)
    issuing = Choice(platform.variants, tokens, *[Option(DEPLOYMENT, BY_NAME, each) for each in named])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await store.close()
        await tokens.close()
        for each in named:
            await each.close()

    app = service.build("user", platform, router, lifespan=lifespan)
    app.state.users = Users(store, issuing, _passwords(platform.variants), Logins(metrics.get_meter("shop.user")))
    return app


def _by_name(settings: Settings, platform: Platform) -> list[TokenService]:
    """Token by its name; none where nobody can be asked for names."""
    if settings.name_server:
        return [tokens_by_name(settings.token_url, settings.name_server, platform)]
    if platform.variants.value(DEPLOYMENT) == BY_NAME:
        logger.error("This release cannot look token up by its name: set NAME_SERVER to HOST:PORT of a name server.")
    return []


def _passwords(variants: Variants) -> Choice[Passwords]:
    usual = Passwords()
    return Choice(
        variants,
        usual,
        Option("user-cheaper-hash", "on", usual),
        Option("user-deployment", "costly-hash", RaisingPasswords()),
    )
