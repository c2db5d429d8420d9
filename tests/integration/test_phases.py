"""What the span of a request across loopback tells of its phases, and of why it failed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from kit.connections import Connections
from kit.http import MeasuredNetwork, PeerClient
from kit.network import AiohttpNetwork
from kit.phases import CONNECT_TIME, DNS_TIME, FIRST_BYTE_TIME, REUSED

pytestmark = [pytest.mark.anyio, pytest.mark.process]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ANSWER_AFTER_S = 0.05

Attributes = dict[str, object]


async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes its time for each answer."""
    with suppress(ConnectionError):
        while await reader.readline():
            if await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(ANSWER_AFTER_S)
                writer.write(OK)
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def peer(connections: Connections, *, host: str = "localhost", patience: float = 5) -> AsyncIterator[PeerClient]:
    """A client of somebody slow."""
    network = AiohttpNetwork(connections, verify=False)
    answering: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.add(asyncio.create_task(slow(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
        yield PeerClient(url, MeasuredNetwork("peer", network, external=False), httpx.Timeout(patience))
        await network.aclose()
        await asyncio.gather(*answering)


async def told(client: PeerClient, path: str = "/") -> Attributes:
    """What the span of one request tells."""
    with TracerProvider(shutdown_on_exit=False).get_tracer("test").start_as_current_span("ask") as span:
        try:
            await client.get(path)
        except httpx.TransportError as error:
            span.record_exception(error)
    assert isinstance(span, ReadableSpan)
    assert "secret" not in str([event.attributes for event in span.events])
    return dict(span.attributes or {})


async def test_a_new_connection_is_looked_up_made_and_used() -> None:
    async with peer(Connections()) as client:
        first, second = await told(client), await told(client)
    assert set(first) == {DNS_TIME, CONNECT_TIME, FIRST_BYTE_TIME, REUSED}
    assert set(second) == {FIRST_BYTE_TIME, REUSED}
    assert (first[REUSED], second[REUSED]) == (False, True)
    for each in (first, second):
        assert ANSWER_AFTER_S < float(str(each[FIRST_BYTE_TIME])) < 1


async def test_an_address_needs_no_look_up() -> None:
    async with peer(Connections(), host="127.0.0.1") as client:
        assert set(await told(client)) == {CONNECT_TIME, FIRST_BYTE_TIME, REUSED}


async def test_who_gets_no_answer_says_in_which_phase() -> None:
    async with peer(Connections(), host="127.0.0.1", patience=ANSWER_AFTER_S / 2) as client:
        failed = await told(client)
    assert set(failed) == {CONNECT_TIME, FIRST_BYTE_TIME, REUSED, "shop.error.message"}


async def test_who_gets_no_connection_says_what_it_waited_for_and_not_the_whole_address() -> None:
    async with peer(Connections(most=1), patience=ANSWER_AFTER_S / 2) as client:
        holds = asyncio.create_task(client.request("GET", "/", timeout=httpx.Timeout(5)))
        await asyncio.sleep(0)
        refused = await told(client, "/?secret")
        await holds
    assert refused == {"shop.error.message": "No connection in time: waited for a connection that is in use."}
