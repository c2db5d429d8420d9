"""A server that sleeps until it is to end."""

import asyncio
import threading

import pytest
import uvicorn

from kit.calm_server import CalmServer, DatedState

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> CalmServer:
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
    server.config.encoded_headers = [(b"server", b"shop")]
    server.should_exit = True
    await server.main_loop()
    assert [name for name, _ in server.server_state.default_headers] == [b"date", b"server"]


def test_the_date_is_that_of_the_answer() -> None:
    now = [1_767_225_600.0]
    state = DatedState(lambda: now[0])
    first = state.default_headers
    now[0] += 0.9
    assert state.default_headers is first == [(b"date", b"Thu, 01 Jan 2026 00:00:00 GMT")]
    now[0] += 0.1
    assert state.default_headers == [(b"date", b"Thu, 01 Jan 2026 00:00:01 GMT")]
