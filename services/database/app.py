"""Puts the credential store together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import migrations, service
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.variants import Choice, Option
from services.database.breaches import TIMEOUT, BreachedPasswords
from services.database.connections import Connections
from services.database.endpoints import router
from services.database.lookup import Lookup, PromptLookup
from services.database.seed import seed
from services.database.service import CredentialStore
from services.database.settings import Settings
from services.database.variants import TransactionalLookup

MORE_CONNECTIONS = 8


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """The credential store as an application."""
    db = _database(settings, platform)
    http = peer_client("breached-passwords", settings.gateway_url, timeout=TIMEOUT, platform=platform, external=True)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("database", settings.database_url, seed)
        yield
        await http.aclose()
        await db.close()

    app = service.build("database", platform, router, lifespan=lifespan)
    app.state.store = _store(platform, db, http)
    return app


def _database(settings: Settings, platform: Platform) -> Database:
    extra = Choice[int](platform.variants, 0, Option("credentials-larger-pool", "on", MORE_CONNECTIONS))
    return Database.of("database", settings, extra)


def _store(platform: Platform, db: Database, http: PeerClient) -> CredentialStore:
    connections, breaches = Connections(db), BreachedPasswords(http)
    prompt = PromptLookup(connections, breaches)
    lookup = Choice[Lookup](
        platform.variants,
        prompt,
        Option("credentials-release-connection", "on", prompt),
        Option("credentials-connection-held", "on", TransactionalLookup(connections, breaches)),
    )
    return CredentialStore(connections, lookup)
