"""Puts a history node together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from fastapi import FastAPI
from sqlalchemy import Connection

from kit import migrations, service
from kit.changes import ChangeWatcher
from kit.db import Database
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.regions import round_trip_s
from kit.tasks import background
from kit.upkeep import Upkeep
from kit.variants import Choice, Option
from services.history.endpoints import router
from services.history.lines import Lines
from services.history.owners import TIMEOUT, Owners
from services.history.seed import seed
from services.history.service import Histories
from services.history.settings import Settings
from services.history.tables import INDEXES
from services.history.telemetry import Telemetry
from services.history.upkeep import NO_INDEX, apply_indexes

SERVICE = "history"
UNINDEXED = "us"

T = TypeVar("T")


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """A node as an application."""
    db = Database.of(SERVICE, settings)
    indexes = _in_force(settings, platform, INDEXES, NO_INDEX)
    lines = Lines(db)
    kept = Upkeep(SERVICE, settings.database_url, indexes.look, apply_indexes)
    owners = _owners(settings, platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.upgrade(SERVICE, settings.database_url, partial(_fill, settings))
        switched = ChangeWatcher(indexes)
        await kept.catch_up()
        async with background(kept.go_on(switched.next)):
            yield
        await kept.close()
        await owners.close()
        await db.close()

    app = service.build(SERVICE, platform, router, lifespan=lifespan)
    keeps = settings.region if settings.keeps_rows else None
    # The same whatever the database holds; questions that meet its state are counted.
    counted = _in_force(settings, platform, lines, lines)
    app.state.histories = Histories(settings.node, keeps, counted, owners, Telemetry())
    return app


def _fill(settings: Settings, connection: Connection) -> None:
    if settings.keeps_rows:
        seed(connection, settings.region)


def _owners(settings: Settings, platform: Platform) -> Owners:
    def client(region: str, url: str) -> PeerClient:
        distance_s = round_trip_s(settings.region, region)
        return peer_client(f"{SERVICE}-{region}", url, timeout=TIMEOUT, platform=platform, round_trip_s=distance_s)

    return Owners({region: client(region, url) for region, url in settings.owners.items()})


def _in_force(settings: Settings, platform: Platform, usual: T, without_index: T) -> Choice[T]:
    """What the index of the lines decides, on the node that may lose it."""
    faults = [Option("history-unindexed", "on", without_index)] if settings.node == UNINDEXED else []
    return Choice(platform.variants, usual, Option("history-index", "on", usual), *faults)
