"""Puts the credential store together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import connection_budget, migrations, service
from kit.changes import ChangeWatcher
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.tasks import background
from kit.upkeep import Upkeep
from kit.variants import Choice, Option
from services.database.breaches import NO_TIMEOUT, TIMEOUT, BreachedPasswords
from services.database.connections import Connections
from services.database.endpoints import router
from services.database.lookup import Breaches, Lookup, PromptLookup
from services.database.profiles import Profiles
from services.database.seed import seed
from services.database.service import CredentialStore
from services.database.settings import Settings
from services.database.standing import SHOPPER, SUSPENDED, apply_standing
from services.database.variants import LeakingLookup, NoBreaches, TransactionalLookup

MORE_CONNECTIONS = 8
ACCOUNTS, REINSTATED = "accounts-suspended", "accounts-reinstated"


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """The credential store as an application."""
    db = _database(settings, platform)
    http = peer_client("breached-passwords", settings.gateway_url, timeout=TIMEOUT, platform=platform, external=True)

    connections, breaches = Connections(db), _breaches(platform, http)
    closing = Choice(platform.variants, False, Option("credentials-close-connections", "on", True))
    leaking = LeakingLookup(connections, breaches, closing)
    transactional = TransactionalLookup(connections, breaches)
    lookup = _lookup(platform, PromptLookup(connections, breaches), transactional, leaking)
    standing = _standing(platform)
    kept_standing = Upkeep("database", settings.database_url, standing.look, apply_standing)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade("database", settings.database_url, seed)
        await connection_budget.check("database", settings)
        changed = ChangeWatcher(standing)
        await kept_standing.catch_up()
        async with background(kept_standing.go_on(changed.next)):
            yield
        await kept_standing.close()
        await http.aclose()
        await leaking.close()
        await db.close()

    app = service.build("database", platform, router, lifespan=lifespan)
    app.state.store = CredentialStore(connections, lookup, _profiles(platform, Profiles(connections)))
    return app


def _database(settings: Settings, platform: Platform) -> Database:
    extra = Choice[int](platform.variants, 0, Option("credentials-larger-pool", "on", MORE_CONNECTIONS))
    return Database.of("database", settings, extra)


def _breaches(platform: Platform, http: PeerClient) -> Choice[Breaches]:
    usual = BreachedPasswords(http)
    return Choice[Breaches](
        platform.variants,
        usual,
        Option("breach-search-fallback", "on", NoBreaches()),
        Option("breach-search-timeout", "on", usual),
        Option("breach-search-unbounded", "on", BreachedPasswords(http, NO_TIMEOUT)),
    )


def _lookup(platform: Platform, prompt: Lookup, transactional: Lookup, leaking: Lookup) -> Choice[Lookup]:
    return Choice[Lookup](
        platform.variants,
        prompt,
        Option("database-deployment", "leaks", leaking),
        Option("credentials-release-connection", "on", prompt),
        Option("credentials-connection-held", "on", transactional),
    )


def _standing(platform: Platform) -> Choice[str]:
    return Choice(
        platform.variants,
        SHOPPER,
        Option(REINSTATED, "on", SHOPPER),
        Option(ACCOUNTS, "on", SUSPENDED),
    )


def _profiles(platform: Platform, profiles: Profiles) -> Choice[Profiles]:
    """The same whoever is suspended; requests that meet it are counted."""
    return Choice(platform.variants, profiles, Option(REINSTATED, "on", profiles), Option(ACCOUNTS, "on", profiles))
