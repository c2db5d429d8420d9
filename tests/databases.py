"""Where a test keeps its data: every test that touches a database runs on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from kit import migrations
from kit.db import Database
from whodunit.topology import SERVICES

DatabaseUrl = Callable[[str], str]
"""The URL of a database for a service, named as the service; the same name is the same database."""

OWNERS = [service.name for service in SERVICES if service.owns_database]


@cache
def prepared(name: str) -> bytes:
    """A service's SQLite file as its migrations and its seed leave it: to copy one takes a tenth of making one."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside:  # the test's own event loop may be running
        file = Path(folder) / "prepared.db"
        beside.submit(asyncio.run, _prepare(name, f"sqlite+aiosqlite:///{file}")).result()
        return file.read_bytes()


@asynccontextmanager
async def opened(name: str, url: str, *, pool_size: int = 5) -> AsyncIterator[Database]:
    """A service's database as its migrations and its seed leave it."""
    await _prepare(name, url)
    db = Database(name, url, pool_size=pool_size)
    yield db
    await db.close()


async def _prepare(name: str, url: str) -> None:
    seed = import_module(f"services.{name.replace('-', '_')}.seed").seed
    await migrations.upgrade(name, url, seed)
