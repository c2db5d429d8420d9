"""What the migrations create is what the code expects, in every service that keeps data."""

import asyncio
import signal
import sys
from importlib import import_module
from time import perf_counter

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from kit import migrations, new_databases
from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.seed import seed as users_seed
from services.database.tables import metadata as users_metadata
from services.product_catalog.tables import metadata as products_metadata
from tests.databases import OWNERS, DatabaseUrl

pytestmark = pytest.mark.anyio

SEEDED_WITHIN_S = 5.0


@pytest.mark.parametrize("name", OWNERS)
async def test_migrations_and_tables_agree_and_the_seed_is_sown_once(
    name: str, empty_database_url: DatabaseUrl
) -> None:
    package = f"services.{name.replace('-', '_')}"
    metadata, seed = import_module(f"{package}.tables").metadata, import_module(f"{package}.seed").seed
    url = empty_database_url(name)
    engine = create_async_engine(url)
    await migrations.upgrade(name, url, seed)
    sown = await count_rows(engine, metadata)
    await migrations.upgrade(name, url, seed)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, metadata) == []
    assert await count_rows(engine, metadata) == sown
    await engine.dispose()


@pytest.mark.parametrize("name", OWNERS)
async def test_a_service_prepares_an_empty_database_when_it_starts(name: str, empty_database_url: DatabaseUrl) -> None:
    package = f"services.{name.replace('-', '_')}"
    settings = import_module(f"{package}.settings").Settings(database_url=empty_database_url(name), reviews=1)
    app = import_module(f"{package}.app").create_app(settings, Platform(FixedVariants()))
    async with app.router.lifespan_context(app):
        rows = await count_all(settings.database_url, import_module(f"{package}.tables").metadata)
    assert {table for table, number in rows.items() if number} - {"leases"} == SOWN[name]  # taken, and not sown


SOWN: dict[str, set[str]] = {
    "order": set(),
    "payment": {"gateway_credentials"},
    "gateway": {"merchants"},
    "inventory": {"stock", "editions"},
    "product-catalog": {"categories", "products", "reviews"},
    "database": {"users"},
    "token": {"signing_keys"},
}


async def test_databases_of_several_services_are_made_at_once(empty_database_url: DatabaseUrl) -> None:
    urls = {name: empty_database_url(name) for name in ("database", "product-catalog")}
    await new_databases.make(urls)
    assert await count_all(urls["database"], users_metadata) == {"users": 500}
    products = await count_all(urls["product-catalog"], products_metadata)
    assert {table for table, number in products.items() if number} == {"categories", "products"}


@pytest.mark.process
async def test_a_start_killed_in_the_middle_leaves_nothing(empty_database_url: DatabaseUrl) -> None:
    url = empty_database_url("database")
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED_WHILE_SEEDING, url)
    assert await killed.wait() == -signal.SIGKILL
    began = perf_counter()
    await migrations.upgrade("database", url, users_seed)
    assert perf_counter() - began < SEEDED_WITHIN_S
    assert await count_all(url, users_metadata) == {"users": 500}


KILLED_WHILE_SEEDING = """
import asyncio, os, signal, sys
from kit import migrations
from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.seed import seed as users_seed
from services.database.tables import metadata as users_metadata
from services.database.seed import seed

def interrupted(connection):
    seed(connection)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(migrations.upgrade("database", sys.argv[1], interrupted))
"""


async def count_all(url: str, metadata: MetaData) -> dict[str, int]:
    engine = create_async_engine(url)
    rows = await count_rows(engine, metadata)
    await engine.dispose()
    return rows


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def count_rows(engine: AsyncEngine, metadata: MetaData) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }
