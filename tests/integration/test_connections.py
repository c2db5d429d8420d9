"""How requests come by their connections, across loopback: which are made, what is measured, and what a span tells."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from kit.connections import CREATE_TIME, WAIT_TIME, ConnectionMeter, Connections
from kit.egress import Egress
from kit.http import PeerClient
from kit.network import AiohttpNetwork, ChosenNetwork
from kit.variants import Choice, FixedVariants, Option
from tests.recorded_metrics import RecordedMetrics

pytestmark = [pytest.mark.anyio, pytest.mark.process]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
MOST = "shop.outbound.connection.max"


@dataclass
class Peer:
    """Answers each request once `answers` is set; counts its connections."""

    opened: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.reached.set()
        with suppress(asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await self.answers.wait()
                writer.write(OK)
        writer.close()


class Rig:
    """A client of a peer, whose connections `switches` choose, and what was measured."""

    def __init__(self, few: Connections, egress: Egress | None) -> None:
        self.peer, self.switches, self.metrics = Peer(), FixedVariants(few="on"), RecordedMetrics()
        self.peer.answers.set()
        self._choice = Choice(self.switches, Connections(), Option("few", "on", few))
        meter = ConnectionMeter(self.metrics.meter, "peer", self._choice, egress)
        self._network = ChosenNetwork(self._choice, lambda wanted: AiohttpNetwork(wanted, verify=False, meter=meter))
        self.close = self._network.aclose

    def client(self, port: int, patience: float = 5.0) -> PeerClient:
        """A client of whoever listens there."""
        return PeerClient(f"http://127.0.0.1:{port}", self._network, httpx.Timeout(patience))

    def measured(self, name: str) -> float:
        """How many were measured."""
        return self.metrics.read().get(name, {}).get("peer", 0)


@asynccontextmanager
async def rigged(few: Connections, egress: Egress | None = None) -> AsyncIterator[tuple[Rig, PeerClient]]:
    """A rig and a client."""
    rig = Rig(few, egress)
    server = await asyncio.start_server(rig.peer.serve, "127.0.0.1", 0)
    async with server:
        yield rig, rig.client(server.sockets[0].getsockname()[1])
        await rig.close()


async def test_a_connection_that_is_kept_is_made_and_measured_once() -> None:
    async with rigged(Connections(most=4)) as (rig, client):
        for _ in range(3):
            await client.get("/")
    assert (rig.peer.opened, rig.measured(CREATE_TIME), rig.measured(WAIT_TIME)) == (1, 1, 0)


async def test_without_keep_alive_each_request_makes_its_own() -> None:
    async with rigged(Connections(keep_alive_s=None)) as (rig, client):
        for _ in range(3):
            await client.get("/")
        assert (rig.peer.opened, rig.measured(CREATE_TIME)) == (3, 3)
        rig.switches.values["few"] = "off"
        for _ in range(3):
            await client.get("/")
    assert rig.peer.opened == 4, "the next choice holds from the next request on"


async def test_who_waits_for_one_of_few_connections_is_measured() -> None:
    async with rigged(Connections(most=1)) as (rig, client):
        rig.peer.answers.clear()
        asked = [asyncio.create_task(client.get("/")) for _ in range(3)]
        async with asyncio.timeout(5):
            await rig.peer.reached.wait()
        assert rig.measured(MOST) == 1
        rig.peer.answers.set()
        await asyncio.gather(*asked)
        assert (rig.peer.opened, rig.measured(WAIT_TIME)) == (1, 2)


async def test_who_gives_up_waiting_is_measured_as_well() -> None:
    async with rigged(Connections(most=1)) as (rig, client):
        rig.peer.answers.clear()
        held = asyncio.create_task(client.get("/"))
        async with asyncio.timeout(5):
            await rig.peer.reached.wait()
        with pytest.raises(httpx.ConnectTimeout):
            await client.request("GET", "/", timeout=httpx.Timeout(0.05))
        assert rig.measured(WAIT_TIME) == 1
        rig.peer.answers.set()
        await held


async def test_new_connections_take_the_way_out() -> None:
    spans = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    async with rigged(Connections(keep_alive_s=None), Egress(20, at_once=20, clock=lambda: 0.0)) as (rig, client):
        await asyncio.gather(*(client.get("/") for _ in range(20)))
        with spans.start_as_current_span("ask") as span:
            await client.get("/")
    assert isinstance(span, ReadableSpan)
    assert span.attributes
    assert float(str(span.attributes[CREATE_TIME])) > 0.02, "it waited its turn, a twentieth of a second"
    assert rig.measured(CREATE_TIME) == 21
