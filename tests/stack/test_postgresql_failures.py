"""What users of a service see when its server is away, restarted, full, slow or silent: 503 for a while."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from kit.db import Database, PoolTimeout
from kit.errors import DatabaseUnavailable
from kit.platform import Platform
from kit.variants import FixedVariants
from services.inventory.app import create_app
from services.inventory.settings import Settings
from tests.stack.postgresql import Cluster, private_cluster

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]

INVENTORY_LIMIT = 6


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that these tests stop and start."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def running(server: Cluster) -> None:
    """Whatever the test before did to it."""
    if server.process.exit_code is not None:
        server.start()


@pytest.fixture
async def client(server: Cluster) -> AsyncIterator[httpx.AsyncClient]:
    """Asks inventory, on its own database in its own role."""
    app = create_app(Settings(database_url=server.url("inventory")), Platform(FixedVariants()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://inventory") as client,
    ):
        yield client


@pytest.mark.parametrize("ends", ["in order", "by force"])
async def test_a_restarted_server_costs_some_503_and_no_restart(
    server: Cluster, client: httpx.AsyncClient, ends: str
) -> None:
    seen: Counter[int] = Counter()
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            answer = await client.get("/stock/1")
            seen[answer.status_code] += 1
            if answer.status_code == 503:
                assert answer.json()["title"] == "Database unavailable"
                assert answer.headers["Retry-After"] == "1"
            await asyncio.sleep(0.01)

    asking = [asyncio.create_task(ask()) for _ in range(8)]
    await _until(lambda: seen[200] > 20)
    await asyncio.to_thread(server.process.stop if ends == "in order" else server.process.kill)
    await _until(lambda: seen[503] > 8)
    server.start()  # not in a thread: the server ends with the thread that started it
    served = seen[200]
    await _until(lambda: seen[200] > served + 50)
    over.set()
    await asyncio.gather(*asking)
    assert set(seen) == {200, 503}


async def test_idle_connections_that_died_are_replaced_before_anybody_gets_one(
    server: Cluster, client: httpx.AsyncClient
) -> None:
    assert {(await client.get("/stock/1")).status_code for _ in range(5)} == {200}
    await asyncio.to_thread(server.process.stop)
    server.start()
    assert [(await client.get("/stock/1")).status_code for _ in range(10)] == [200] * 10


async def test_a_statement_that_takes_too_long_is_given_up(server: Cluster) -> None:
    async with opened(server, "inventory") as db:
        with pytest.raises(DatabaseUnavailable):
            async with db.transaction() as connection:
                await connection.execute(text("SET LOCAL statement_timeout = 50"))
                await connection.execute(text("SELECT pg_sleep(5)"))
        async with db.read() as connection:
            shown = [(await connection.execute(text(f"SHOW {name}"))).scalar() for name in SETTINGS]
    assert dict(zip(SETTINGS, shown, strict=True)) == SETTINGS


SETTINGS = {
    "application_name": "inventory",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "1min",
    "transaction_isolation": "repeatable read",
    "transaction_read_only": "on",
}


async def test_a_deadlock_ends_with_503_for_one_of_the_two(server: Cluster, client: httpx.AsyncClient) -> None:
    assert (await client.get("/stock/1")).status_code == 200
    lock = "SELECT 1 FROM stock WHERE product_id = {} FOR UPDATE"
    met = asyncio.Barrier(2)

    async def cross(db: Database, first: int, second: int) -> str:
        try:
            async with db.transaction() as connection:
                await connection.execute(text(lock.format(first)))
                await met.wait()
                await connection.execute(text(lock.format(second)))
        except DatabaseUnavailable:
            return "503"
        return "done"

    async with opened(server, "inventory") as db:
        assert sorted(await asyncio.gather(cross(db, 1, 2), cross(db, 2, 1))) == ["503", "done"]


async def test_a_role_that_has_all_its_connections_gets_503(server: Cluster) -> None:
    async with opened(server, "inventory", pool_size=20) as db, AsyncExitStack() as held:
        for _ in range(INVENTORY_LIMIT):
            connection = await held.enter_async_context(db.read())
            await connection.execute(text("SELECT 1"))
        with pytest.raises(DatabaseUnavailable):
            await held.enter_async_context(db.read())
        await held.aclose()
        async with db.read() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar() == 1


async def test_a_silent_server_is_given_up_and_its_connection_replaced(server: Cluster) -> None:
    async with opened(server, "inventory", pool_size=1) as db:
        async with db.read() as connection:
            backend = int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
        os.kill(backend, signal.SIGSTOP)
        try:
            with pytest.raises((DatabaseUnavailable, PoolTimeout)):
                async with asyncio.timeout(20), db.read() as connection:
                    await connection.execute(text("SELECT 1"))
            async with asyncio.timeout(5), db.read() as connection:
                assert (await connection.execute(text("SELECT 1"))).scalar() == 1
        finally:
            os.kill(backend, signal.SIGCONT)


@asynccontextmanager
async def opened(server: Cluster, service: str, pool_size: int = 5) -> AsyncIterator[Database]:
    db = Database(service, server.url(service), pool_size=pool_size)
    try:
        yield db
    finally:
        await db.close()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)
