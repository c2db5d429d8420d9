"""Requests that really cross loopback: what a client sees of each failure, and that connections are used again."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from kit.network import AiohttpTransport

pytestmark = [pytest.mark.anyio, pytest.mark.process]

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kept: 1\r\n\r\nok"


@asynccontextmanager
async def client_of(serve: Serve, patience: httpx.Timeout | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server that treats each connection so."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    transport = AiohttpTransport(connections=10, keep_alive_s=30, verify=False)
    async with (
        server,
        httpx.AsyncClient(transport=transport, base_url=url, timeout=patience or 5, trust_env=False) as it,
    ):
        yield it


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0]) if lengths else 0)


def answering(answer: bytes, seen: list[bytes] | None = None) -> Serve:
    """Takes each request and answers so; an answer that promises more than it holds breaks off."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                request = await _request(reader)
                if seen is not None:
                    seen.append(request)
                writer.write(answer)
                if not answer.endswith(b"ok"):
                    break
        writer.close()

    return serve


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing until its client has left."""
    await reader.read(-1)
    writer.close()


async def test_a_request_and_its_answer_pass_as_they_are() -> None:
    seen: list[bytes] = []
    async with client_of(answering(OK, seen)) as client:
        first = await client.post("/a%20b?x=1", json={"a": 1}, headers={"X-Deadline-Ms": "7"})
        second = await client.get("/")
    assert (first.text, first.headers["x-kept"], first.http_version, second.status_code) == ("ok", "1", "HTTP/1.1", 200)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = {line.lower() for line in head.split(b"\r\n")}
    assert head.startswith(b"POST /a%20b?x=1 HTTP/1.1\r\n")
    assert {b"x-deadline-ms: 7", b"content-type: application/json", b"content-length: 7"} <= lines
    assert body == b'{"a":1}'
    assert b"content-type" not in seen[1].lower()


async def test_a_connection_is_used_again() -> None:
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await answering(OK)(reader, writer)

    async with client_of(serve) as client:
        for _ in range(5):
            await client.get("/")
    assert opened == 1


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"nonsense\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", httpx.RemoteProtocolError),
    ],
    ids=["closed", "no HTTP", "broken off"],
)
async def test_a_peer_that_fails(answer: bytes, failure: type[httpx.TransportError]) -> None:
    async with client_of(answering(answer)) as client:
        with pytest.raises(failure) as caught:
            await client.post("/")
    assert type(caught.value) is failure
    assert str(caught.value)


async def test_a_peer_that_is_silent_is_waited_for_as_long_as_wished() -> None:
    async with client_of(silent, httpx.Timeout(0.05)) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/")


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        transport = AiohttpTransport(connections=10, keep_alive_s=30, verify=False)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(url)


async def test_time_outs_are_not_rounded() -> None:
    transport = AiohttpTransport(connections=10, keep_alive_s=30, verify=False)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:1/")
        connector = transport._session.connector if transport._session else None
        assert connector is not None
        assert connector._timeout_ceil_threshold == float("inf")
