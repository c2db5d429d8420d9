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
import pytest

from bench.http_load import content_length
from kit.release import DEPLOYED, NEXT_RELEASE, REPLACED
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
