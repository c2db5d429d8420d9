"""INSERT … ON CONFLICT as other statements are: compiled once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, ColumnElement, Integer, MetaData, String, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.statements import Insertion
from tests.databases import DatabaseUrl

pytestmark = pytest.mark.anyio

things = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))


@pytest.fixture
async def db(empty_database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """An empty table."""
    db = Database("statements", empty_database_url("statements"))
    async with db.transaction() as connection:
        await connection.run_sync(things.create)
    yield db
    await db.close()


async def enter(connection: AsyncConnection, number: int, name: str) -> None:
    entering = Insertion(things, lambda insert: insert.on_conflict_do_nothing(index_elements=["id"]))
    await connection.execute(entering.on(connection), {"id": number, "name": name})


def renaming(where: ColumnElement[bool] | None = None) -> Insertion:
    return Insertion(
        things,
        lambda insert: insert.on_conflict_do_update(
            index_elements=["id"], set_={"name": insert.excluded["name"]}, where=where
        ),
    )


async def rename(connection: AsyncConnection, number: int, name: str) -> None:
    await connection.execute(renaming().on(connection), {"id": number, "name": name})


async def test_each_form_is_compiled_once(db: Database) -> None:
    kept: dict[Any, Any] = {}
    async with db.transaction() as plain:
        connection = await plain.execution_options(compiled_cache=kept)
        for number, name in ((1, "lamp"), (2, "chair"), (1, "table")):
            await enter(connection, number, name)
        assert len(kept) == 1
        for number, name in ((2, "stool"), (3, "shelf")):
            await rename(connection, number, name)
        assert len(kept) == 2
        rows = await connection.execute(select(things).order_by(things.c.id))
        assert [tuple(row) for row in rows] == [(1, "lamp"), (2, "stool"), (3, "shelf")]


async def test_conditions_are_part_of_what_is_compiled(db: Database) -> None:
    kept: dict[Any, Any] = {}
    async with db.transaction() as plain:
        connection = await plain.execution_options(compiled_cache=kept)
        await enter(connection, 1, "lamp")
        for condition in (things.c.name == "table", things.c.id > 0):
            await connection.execute(renaming(condition).on(connection), {"id": 1, "name": "chair"})
        assert len(kept) == 3
        assert [row.name for row in await connection.execute(select(things))] == ["chair"]


async def test_a_value_that_would_be_kept_with_the_text_is_refused(db: Database) -> None:
    entering = Insertion(
        things, lambda insert: insert.on_conflict_do_update(index_elements=["id"], set_={"name": "lamp"})
    )
    async with db.transaction() as connection:
        with pytest.raises(AttributeError):
            await connection.execute(entering.on(connection), {"id": 1, "name": "lamp"})
