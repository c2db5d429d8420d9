"""What a service answers before it can serve."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from kit.platform import Platform
from kit.service import build
from kit.starting import Starting
from kit.variants import FixedVariants

pytestmark = pytest.mark.anyio


class Server:
    """Plays the server's part of the lifespan."""

    def __init__(self, *, fails: bool = False) -> None:
        self.database, self.serving, self.stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.asked_to_end = asyncio.Event()
        self.fails = fails
        app = build("tiny", Platform(FixedVariants()), lifespan=self.lifespan)
        self.starting = Starting(app, self.asked_to_end.set)
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.said: asyncio.Queue[str] = asyncio.Queue()

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        await self.database.wait()
        if self.fails:
            raise RuntimeError("wrong password")
        asyncio.get_running_loop().call_soon(self.serving.set)
        yield
        self.stopped.set()

    async def say(self, message: Message) -> None:
        await self.said.put(message["type"])

    async def status(self, path: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.starting), base_url="http://tiny") as client:
            return (await client.get(path)).status_code


@asynccontextmanager
async def live(server: Server) -> AsyncIterator[None]:
    living = asyncio.create_task(server.starting({"type": "lifespan"}, server.messages.get, server.say))
    await server.messages.put({"type": "lifespan.startup"})
    assert await server.said.get() == "lifespan.startup.complete"
    yield
    await server.messages.put({"type": "lifespan.shutdown"})
    assert await server.said.get() == "lifespan.shutdown.complete"
    await living


async def test_it_is_alive_and_not_ready_until_its_database_is_there() -> None:
    server = Server()
    async with live(server):
        assert [await server.status(path) for path in ("/healthz", "/readyz", "/anything")] == [200, 503, 503]
        server.database.set()
        await asyncio.wait_for(server.serving.wait(), 5)
        assert [await server.status(path) for path in ("/healthz", "/readyz", "/anything")] == [200, 200, 404]
    assert server.stopped.is_set()


async def test_it_can_be_stopped_while_it_waits() -> None:
    server = Server()
    async with asyncio.timeout(5), live(server):
        assert await server.status("/readyz") == 503
    assert not server.starting.failed


async def test_it_gives_up_when_waiting_is_of_no_use(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(fails=True)
    async with live(server):
        server.database.set()
        async with asyncio.timeout(5):
            await server.asked_to_end.wait()
    assert server.starting.failed
    assert caplog.messages == ["The service cannot start."]
