"""Opens a service's database by its URL: `sqlite+aiosqlite:` or `postgresql+asyncpg:`, the same code afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy.ext.asyncio as sqlalchemy_asyncio
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kit import postgresql, sqlite


def open_engine(url: str, application: str, *, patient: bool = False, **pool: Any) -> AsyncEngine:
    """An engine that the server knows as `application`; statements of a `patient` one have no time limit."""
    on_postgresql = make_url(url).get_backend_name() == "postgresql"
    # Through the module: the instrumentation replaces the function there.
    engine: AsyncEngine = sqlalchemy_asyncio.create_async_engine(
        url,
        hide_parameters=True,  # a statement's values, addresses among them, would be quoted in its failures
        connect_args=postgresql.connect_args(application, patient=patient) if on_postgresql else sqlite.CONNECT_ARGS,
        **pool,
    )
    (postgresql if on_postgresql else sqlite).prepare(engine.sync_engine)
    return engine


def is_sqlite(engine: AsyncEngine) -> bool:
    """True if the database is a file, with one writer at a time."""
    return engine.dialect.name == "sqlite"


def reader(engine: AsyncEngine) -> AsyncEngine:
    """The engine for transactions that only read: what they see does not change meanwhile."""
    return engine if is_sqlite(engine) else engine.execution_options(**postgresql.READS)


def writer(engine: AsyncEngine) -> AsyncEngine:
    """The engine for transactions that write. On PostgreSQL (READ COMMITTED) what is checked first must be locked."""
    return engine.execution_options(**sqlite.WRITES) if is_sqlite(engine) else engine


def single_writer(engine: AsyncEngine) -> AsyncEngine:
    """The engine for transactions of one statement that writes."""
    return engine.execution_options(**sqlite.ALONE) if is_sqlite(engine) else engine


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; raises PoolTimeout, and DatabaseUnavailable when none can be opened."""
    try:
        connection = await engine.connect()
    except Exception as error:
        named = postgresql.unavailable(error)
        if named is None:
            raise
        raise named from error
    try:
        yield connection
    finally:
        await connection.close()
