"""Bring a service's schema up to date, and seed it once: Alembic revisions beside each service's code."""

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

Seed = Callable[[Connection], None]


async def upgrade(package: str, url: str, seed: Seed) -> None:
    """Apply the revisions in `services/<package>/migrations` that the database at `url` lacks.

    `package` may be the service's plain name (with hyphens). An empty database is seeded in the transaction
    that creates its schema, so that a crash leaves either nothing or everything. Costs one query when there
    is nothing to do.
    """
    with as_file(files(f"services.{package.replace('-', '_')}") / "migrations") as revisions:
        engine = create_async_engine(url, poolclass=NullPool)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_bring_up_to_date, revisions, seed)
        finally:
            await engine.dispose()


def _bring_up_to_date(connection: Connection, revisions: Path, seed: Seed) -> None:
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
