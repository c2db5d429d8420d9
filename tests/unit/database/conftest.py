"""A credential store on a database of its own, with one connection, beside an external peer that the test directs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.app import create_app
from services.database.settings import Settings
from tests.databases import DatabaseUrl


class FakeBreaches(httpx.AsyncBaseTransport):
    """The external peer: answers when it is `open`, counts who waits and keeps what it is sent."""

    def __init__(self) -> None:
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json={"suffixes": ["A"]})
        self.requests: list[httpx.Request] = []
        self.open = asyncio.Event()
        self.open.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await self.open.wait()
        return self.answer(request)


@pytest.fixture
def breaches() -> FakeBreaches:
    """The external peer."""
    return FakeBreaches()


Starts = Callable[[FixedVariants], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def start(database_url: DatabaseUrl, breaches: FakeBreaches) -> Starts:
    """Starts the service with the variants given, and answers a client for it."""

    @asynccontextmanager
    async def started(variants: FixedVariants) -> AsyncIterator[httpx.AsyncClient]:
        settings = Settings(database_url=database_url("database"), database_pool_size=1, database_pool_timeout_s=0.2)
        app = create_app(settings, Platform(variants, breaches))
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://t") as client,
        ):
            yield client

    return started


@pytest.fixture
async def client(start: Starts) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    async with start(FixedVariants()) as client:
        yield client
