"""One service as a real process: its start, its end, and what it says when it cannot run."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import httpx
import psutil
import pytest

from bench.http_load import content_length
from kit.release import DEPLOYED, NEXT_RELEASE, REPLACED
from kit.server import ENDS_WITHIN_S
from whodunit.faults.board import FaultBoard
from whodunit.home import Home

pytestmark = [pytest.mark.anyio, pytest.mark.process]

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class RecordingReceiver:
    """An OTLP/HTTP receiver that keeps the requests' bodies by path."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split()[1].decode()
                body = await reader.readexactly(content_length(head))
                self.bodies[path] = self.bodies.get(path, b"") + body
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def start(folder: Path, port: int, module: str = "bench.one_query", **environment: str) -> Process:
    FaultBoard(Home(folder))
    settings = {
        "PORT": str(port),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/things.db",
        "FLAGD_RESOLVER": "file",
        "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(Home(folder).flags_file),
        "OTEL_BSP_SCHEDULE_DELAY": "60000",
        "OTEL_BLRP_SCHEDULE_DELAY": "60000",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env=os.environ | settings | environment, stdout=DEVNULL, stderr=PIPE
    )


async def ask(url: str, within_s: float = 20.0) -> httpx.Response:
    async with asyncio.timeout(within_s), httpx.AsyncClient(trust_env=False) as client:
        while True:
            with suppress(httpx.TransportError):
                answer = await client.get(url)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return answer
            await asyncio.sleep(0.05)


async def test_a_stop_sends_what_is_queued(tmp_path: Path) -> None:
    receiver = RecordingReceiver()
    port = free_port()
    async with receiver.listening() as endpoint:
        service = await start(tmp_path, port, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        assert (await ask(f"http://127.0.0.1:{port}/things/1")).json() == {"id": 1, "name": "lamp"}
        assert "/v1/traces" not in receiver.bodies
        service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await service.wait() == 0
    assert b"/things/{thing_id}" in receiver.bodies["/v1/traces"]
    assert b"Thing read." in receiver.bodies["/v1/logs"]
    assert b"http.server.request.duration" in receiver.bodies["/v1/metrics"]


async def test_a_stop_does_not_wait_for_a_receiver_that_is_away(tmp_path: Path) -> None:
    port = free_port()
    service = await start(tmp_path, port, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    await ask(f"http://127.0.0.1:{port}/things/1")
    service.send_signal(signal.SIGTERM)
    async with asyncio.timeout(9):
        assert await service.wait() == 0


async def test_queries_and_health_are_not_exported(tmp_path: Path) -> None:
    receiver = RecordingReceiver()
    port = free_port()
    async with receiver.listening() as endpoint:
        service = await start(tmp_path, port, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        await ask(f"http://127.0.0.1:{port}/healthz")
        await ask(f"http://127.0.0.1:{port}/things/1?token=s3cret")
        service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await service.wait()
    everything = b"".join(receiver.bodies.values())
    assert b"s3cret" not in everything
    assert b"healthz" not in everything


async def test_a_deployment_ends_the_service_which_is_the_next_release_when_it_starts_again(tmp_path: Path) -> None:
    receiver = RecordingReceiver()
    port = free_port()
    async with receiver.listening() as endpoint:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "module": "services.payment.main"}
        service = await start(tmp_path, port, **environment)
        await ask(f"http://127.0.0.1:{port}/healthz")
        FaultBoard(Home(tmp_path)).set("payment-deployment", "on", 60)
        async with asyncio.timeout(20):
            assert await service.wait() == REPLACED
        assert NEXT_RELEASE.encode() not in receiver.bodies["/v1/metrics"]
        logs = receiver.bodies.pop("/v1/logs")
        assert b"The service starts." in logs
        assert f"{DEPLOYED}: {version('whodunit')} → {NEXT_RELEASE}".encode() in logs
        service = await start(tmp_path, port, **environment, LAST_EXIT=f"exit code {REPLACED}")
        await ask(f"http://127.0.0.1:{port}/healthz")
        service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await service.wait() == 0
    assert NEXT_RELEASE.encode() in receiver.bodies["/v1/metrics"]
    logs = receiver.bodies["/v1/logs"]
    assert all(each in logs for each in (b"The service starts again.", b"exit code 75", b"told to stop"))


async def test_a_release_whose_event_loop_is_held_up_makes_room_all_the_same(tmp_path: Path) -> None:
    receiver = RecordingReceiver()
    url = f"http://127.0.0.1:{(port := free_port())}"
    async with receiver.listening() as endpoint:
        service = await start(tmp_path, port, "tests.integration.held_up", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        try:
            await ask(f"{url}/well")
            async with httpx.AsyncClient(trust_env=False) as client:
                with pytest.raises(httpx.ReadTimeout):
                    await client.get(f"{url}/held-up", timeout=0.5)
            FaultBoard(Home(tmp_path)).set("payment-deployment", "on", 60)
            async with asyncio.timeout(20):
                assert await service.wait() == REPLACED
        finally:
            with suppress(ProcessLookupError):
                service.kill()
    assert f"it did not make room within {ENDS_WITHIN_S:g} s".encode() in receiver.bodies["/v1/logs"]
    assert b"/well" in receiver.bodies["/v1/traces"]


async def status(client: httpx.AsyncClient, url: str) -> int:
    """The status of an answer; 0 for none: what waits for an instance that ends is lost with it."""
    try:
        return (await client.get(url)).status_code
    except httpx.TransportError:
        return 0


async def answered(url: str, seen: set[int]) -> None:
    """Until twenty answers in a row have just these statuses."""
    async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as client:
        while {await status(client, url) for _ in range(20)} != seen:
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port is not shared evenly")
async def test_a_canary_answers_a_part_of_the_requests_until_it_is_drained(tmp_path: Path) -> None:
    url, board = f"http://127.0.0.1:{(port := free_port())}/products/1", FaultBoard(Home(tmp_path))
    settings = {"OTEL_SDK_DISABLED": "true", "REVIEWS": "1000"}
    service = await start(tmp_path, port, "services.product_catalog.main", **settings)
    assert (await ask(url)).status_code == 200
    board.set("product-catalog-deployment", "canary", 60)
    await answered(url, {200, 500})  # one of two fails
    board.set("product-catalog-rollback", "on", 60)
    await answered(url, {200})  # both are of the earlier release
    board.clear("product-catalog-rollback")
    await answered(url, {200, 500})  # one of two fails again
    [canary] = psutil.Process(service.pid).children()
    board.set("product-catalog-drain", "on", 60)
    await answered(url, {200})  # one is left
    await asyncio.to_thread(canary.wait, 10)
    board.clear("product-catalog-drain")
    await answered(url, {200, 500})  # there are two again
    [canary] = psutil.Process(service.pid).children()
    service.kill()
    await asyncio.wait_for(service.wait(), 10)
    await asyncio.to_thread(canary.wait, 10)


async def test_a_busy_port_is_said_and_ends_with_3(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        service = await start(tmp_path, port, OTEL_SDK_DISABLED="true")
        _, told = await asyncio.wait_for(service.communicate(), 20)
    assert service.returncode == 3
    assert f"127.0.0.1:{port}" in told.decode()


async def test_a_wrong_setting_is_said_and_ends_with_2(tmp_path: Path) -> None:
    service = await start(tmp_path, 0, PORT="eighty", OTEL_SDK_DISABLED="true")
    _, told = await asyncio.wait_for(service.communicate(), 20)
    assert service.returncode == 2
    assert "PORT" in told.decode()
