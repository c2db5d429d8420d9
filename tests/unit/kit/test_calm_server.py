"""A server that sleeps, and is woken when it is to end."""

import asyncio
import threading

import pytest
import uvicorn

from kit import calm_server
from kit.calm_server import CalmServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> CalmServer:
    """It would look again in an hour."""
    monkeypatch.setattr(calm_server, "DATE_EVERY_S", 3600.0)
    return CalmServer(uvicorn.Config("no:application"))


async def test_it_ends_at_once_when_another_thread_says_so(server: CalmServer) -> None:
    serving = asyncio.create_task(server.main_loop())
    await asyncio.sleep(0)

    def stop() -> None:
        server.should_exit = True

    threading.Thread(target=stop).start()
    await asyncio.wait_for(serving, 5)


async def test_it_does_not_begin_when_it_is_to_end_already(server: CalmServer) -> None:
    server.should_exit = True
    await asyncio.wait_for(server.main_loop(), 5)


async def test_its_answers_tell_the_date(server: CalmServer) -> None:
    server.should_exit = True
    await server.main_loop()
    assert b"date" in dict(server.server_state.default_headers)
