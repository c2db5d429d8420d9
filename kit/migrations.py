"""Bring a service's schema up to date, and seed it once: Alembic revisions beside each service's code."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from kit.engine import connected, open_engine, writer
from kit.errors import DatabaseUnavailable
from kit.statements import take_turn

Seed = Callable[[Connection], None]
T = TypeVar("T")

ASK_AGAIN_AFTER_S = 0.5


async def upgrade(package: str, url: str, seed: Seed) -> None:
    """Apply the revisions in `services/<package>/migrations` that the database at `url` lacks.

    `package` may be the service's plain name (with hyphens). An empty database is seeded in the transaction
    that creates its schema, so that a crash leaves either nothing or everything. On a server, of several processes
    that start at once one does it and the others wait; one that is away is waited for, one that refuses is an error.
    """
    with (
        as_file(files(f"services.{package.replace('-', '_')}") / "migrations") as revisions,
        suppress_instrumentation(),
    ):
        engine = open_engine(url, package, patient=True, poolclass=NullPool)
        try:
            await patiently(lambda: _upgrade(engine, revisions, seed))
        finally:
            await engine.dispose()


async def patiently(do: Callable[[], Awaitable[T]]) -> T:
    """Do it as soon as the database is there."""
    while True:
        try:
            return await do()
        except DatabaseUnavailable:
            await asyncio.sleep(ASK_AGAIN_AFTER_S)


async def _upgrade(engine: AsyncEngine, revisions: Path, seed: Seed) -> None:
    async with connected(writer(engine)) as connection, connection.begin():
        await connection.run_sync(_bring_up_to_date, revisions, seed)


def _bring_up_to_date(connection: Connection, revisions: Path, seed: Seed) -> None:
    take_turn(connection, "migrations")
    current = current_revision(connection)
    if current == newest_revision(revisions):
        return
    _run_alembic(connection, revisions)
    if current is None:
        seed(connection)


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision(revisions: Path) -> str:
    """Revisions are named `0001_what_it_does.py` and run in that order."""
    return max(path.name for path in revisions.glob("[0-9]*.py")).split("_")[0]


def _run_alembic(connection: Connection, revisions: Path) -> None:
    # Imported here: 0.3 s that a start with nothing to do should not spend.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with as_file(files("kit") / "migration_environment") as environment:
        config = Config()
        config.set_main_option("script_location", str(environment).replace("%", "%%"))
        config.set_main_option("version_locations", str(revisions).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
