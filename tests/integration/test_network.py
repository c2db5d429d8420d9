"""Requests that really cross loopback: what a client sees of each failure, and that connections are used again."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from kit.connections import Connections
from kit.http import PeerClient
from kit.network import AiohttpNetwork

pytestmark = [pytest.mark.anyio, pytest.mark.process]

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kept: 1\r\n\r\nok"


@asynccontextmanager
async def client_of(serve: Serve, patience: httpx.Timeout | None = None) -> AsyncIterator[PeerClient]:
    """A client of a server that treats each connection so."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", patience) as it:
        yield it


@asynccontextmanager
async def client(url: str, patience: httpx.Timeout | None = None) -> AsyncIterator[PeerClient]:
    """A client that closes its connections at the end."""
    network = AiohttpNetwork(Connections(10), verify=False)
    yield PeerClient(url, network, patience or httpx.Timeout(5))
    await network.aclose()


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
    async with client_of(answering(OK, seen)) as it:
        first = await it.post("/a%20b?x=1", json={"a": 1}, headers={"X-Deadline-Ms": "7"})
        second = await it.get("/")
    assert (first.content, first.own_headers["x-kept"], second.status_code) == (b"ok", "1", 200)
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

    async with client_of(serve) as it:
        for _ in range(5):
            await it.get("/")
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
    async with client_of(answering(answer)) as it:
        with pytest.raises(failure) as caught:
            await it.post("/")
    assert type(caught.value) is failure
    assert str(caught.value)


async def test_a_peer_that_is_silent_is_waited_for_as_long_as_wished() -> None:
    async with client_of(silent, httpx.Timeout(0.05)) as it:
        with pytest.raises(httpx.ReadTimeout):
            await it.get("/")


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with client(f"http://127.0.0.1:{taken.getsockname()[1]}") as it:
            with pytest.raises(httpx.ConnectError):
                await it.get("/")


async def test_time_outs_are_not_rounded() -> None:
    network = AiohttpNetwork(Connections(10), verify=False)
    with pytest.raises(httpx.ConnectError):
        await PeerClient("http://127.0.0.1:1", network, httpx.Timeout(5)).get("/")
    connector = network._session.connector if network._session else None
    assert connector is not None
    assert connector._timeout_ceil_threshold == float("inf")
    await network.aclose()
