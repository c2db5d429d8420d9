"""Puts inventory together."""

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
from services.inventory.crowd import Crowd
from services.inventory.editions import LockedEditions
from services.inventory.endpoints import router
from services.inventory.sales import RememberedSales, apply_archive
from services.inventory.seed import seed
from services.inventory.service import Inventory, PlainTransactions, Transactions
from services.inventory.settings import Settings
from services.inventory.supplier import TIMEOUT, Supplier
from services.inventory.telemetry import Telemetry
from services.inventory.variants import PAUSE_S, ChosenTransactions, ConfirmedFirst, HadSince, PausedSales, in_the_list

SERVICE = "inventory"
DEPLOYMENT = f"{SERVICE}-deployment"
ARCHIVE = "inventory-sales-archive"
ARCHIVED = 1_500_000
"""SQLite groups them in 0.6 s."""


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """Inventory as an application."""
    db = Database.of(SERVICE, settings)
    http = peer_client("supplier", settings.gateway_url, timeout=TIMEOUT, platform=platform, external=True)
    archived = Choice(platform.variants, 0, Option(ARCHIVE, "on", ARCHIVED))
    kept = Upkeep(SERVICE, settings.database_url, archived.look, apply_archive)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade(SERVICE, settings.database_url, seed)
        await connection_budget.check(SERVICE, settings)
        switched = ChangeWatcher(archived)
        await kept.catch_up()
        async with background(kept.go_on(switched.next)):
            yield
        await kept.close()
        await http.aclose()
        await db.close()

    app = service.build(SERVICE, platform, router, lifespan=lifespan)
    app.state.inventory = Inventory(
        db, Crowd(settings.inventory_crowd_wait_s), _reserving(platform, db, http), Telemetry()
    )
    return app


def _reserving(platform: Platform, db: Database, http: PeerClient) -> Choice[Transactions]:
    supplier = Supplier(http)
    confirmed_first = ConfirmedFirst(db, supplier.confirm)
    confirmed = Choice[Transactions](
        platform.variants,
        LockedEditions(db, supplier.confirm),
        Option("inventory-confirm-first", "on", confirmed_first),
    )
    return Choice[Transactions](
        platform.variants,
        PlainTransactions(db),
        Option(DEPLOYMENT, "confirms-locked", ChosenTransactions(confirmed)),
        Option(DEPLOYMENT, "confirms", confirmed_first),
        Option(DEPLOYMENT, "pauses", _paused(platform, db)),
    )


def _paused(platform: Platform, db: Database) -> PausedSales:
    remembered = RememberedSales(round(PAUSE_S * 1000))
    had_since = Choice[HadSince](
        platform.variants,
        in_the_list,
        Option("inventory-remember-sales", "on", remembered.had_since),
        Option(ARCHIVE, "on", in_the_list),
    )
    return PausedSales(db, remembered, had_since)
