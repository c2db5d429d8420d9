"""What migrations make of PostgreSQL: once, however many start together; numbers go on after the seed."""

import asyncio
from importlib import import_module

import pytest
from sqlalchemy import MetaData, Table, func, select
from sqlalchemy.ext.asyncio import create_async_engine

from kit import migrations
from tests.stack.postgresql import Cluster
from whodunit.topology import SERVICES

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]

NAMES = [service.name for service in SERVICES if service.owns_database]


def tables(name: str) -> MetaData:
    metadata: MetaData = import_module(f"services.{name.replace('-', '_')}.tables").metadata
    return metadata


@pytest.mark.parametrize("name", NAMES)
async def test_several_starts_at_once_sow_once(name: str, postgresql: Cluster) -> None:
    seed = import_module(f"services.{name.replace('-', '_')}.seed").seed
    with postgresql.databases() as create:
        await migrations.upgrade(name, create("alone"), seed)
        async with asyncio.TaskGroup() as starts:
            for _ in range(4):
                starts.create_task(migrations.upgrade(name, create(name), seed))
        assert await count_rows(create(name), tables(name)) == await count_rows(create("alone"), tables(name))


async def count_rows(url: str, metadata: MetaData) -> list[int]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        queries = (select(func.count()).select_from(table) for table in metadata.sorted_tables)
        counts = [(await connection.execute(query)).scalar_one() for query in queries]
    await engine.dispose()
    return counts


def numbered(table: Table) -> bool:
    """Whether the database gives its rows numbers."""
    return table.autoincrement_column is not None


@pytest.mark.parametrize("name", NAMES)
async def test_numbers_go_on_after_the_seed(name: str, postgresql: Cluster) -> None:
    seed = import_module(f"services.{name.replace('-', '_')}.seed").seed
    await migrations.upgrade(name, postgresql.url(name), seed)
    database = name.replace("-", "_")
    for table in filter(numbered, tables(name).sorted_tables):
        assert table.autoincrement_column is not None
        column = table.autoincrement_column.name
        sequence = f"pg_get_serial_sequence('{table.name}', '{column}')"
        rows = postgresql.sql(f"SELECT nextval({sequence}) > coalesce(max({column}), 0) FROM {table.name}", database)
        assert rows == [["t"]], table.name


@pytest.mark.parametrize("name", NAMES)
def test_only_what_the_database_numbers_has_a_sequence(name: str) -> None:
    given = {("users", "id"), ("orders", "number"), ("charges", "number"), ("sales", "id")}
    for table in filter(numbered, tables(name).sorted_tables):
        assert table.autoincrement_column is not None
        assert (table.name, table.autoincrement_column.name) in given
