"""What the migrations create is what the code expects, in every service that keeps data."""

from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from kit import migrations
from whodunit.topology import SERVICES

pytestmark = pytest.mark.anyio

OWNERS = [service for service in SERVICES if service.owns_database]


@pytest.mark.parametrize("name", [service.name for service in OWNERS])
async def test_migrations_and_tables_agree_and_the_seed_is_sown_once(name: str, tmp_path: Path) -> None:
    package = f"services.{name.replace('-', '_')}"
    metadata, seed = import_module(f"{package}.tables").metadata, import_module(f"{package}.seed").seed
    url = f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
    engine = create_async_engine(url)
    await migrations.upgrade(name, url, seed)
    sown = await count_rows(engine, metadata)
    await migrations.upgrade(name, url, seed)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, metadata) == []
    assert await count_rows(engine, metadata) == sown
    await engine.dispose()


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def count_rows(engine: AsyncEngine, metadata: MetaData) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }
