"""The cost of all three signals for a one-query handler: throughput with them, as a share of throughput without.

Both servers run at once and are loaded in turn, so that whatever else the machine does hits both alike.
"""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from bench import http_load, otlp_sink

ROUNDS = 5
SECONDS = 3.0
CONNECTIONS = 16
READY_WITHIN_S = 20.0


class Cost(NamedTuple):
    """Requests a second without and with telemetry (medians of the rounds), and their quotient."""

    without: float
    with_all: float
    share: float

    @property
    def us(self) -> float:
        """Microseconds that telemetry adds to a request."""
        return 1e6 / self.with_all - 1e6 / self.without


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> Cost:
    """Run both servers and load them in turn, `rounds` times for `seconds` each."""
    return asyncio.run(_measure(rounds, seconds))


async def _measure(rounds: int, seconds: float) -> Cost:
    sink = await otlp_sink.start()
    endpoint = f"http://127.0.0.1:{sink.sockets[0].getsockname()[1]}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        plain = _serve(stack, folder / "plain", {"OTEL_SDK_DISABLED": "true"})
        full = _serve(stack, folder / "full", {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
        for port in (plain, full):
            await _ready(port)
        pairs = [(await _load(plain, seconds), await _load(full, seconds)) for _ in range(rounds)]
    without, with_all = (median(side) for side in zip(*pairs, strict=True))
    return Cost(without, with_all, median(full / plain for plain, full in pairs))


def _serve(stack: ExitStack, folder: Path, telemetry: dict[str, str]) -> int:
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    (folder / "flags.json").write_text('{"flags": {}}')
    environment = os.environ | telemetry
    environment |= {"PORT": str(port), "DATABASE_URL": "sqlite+aiosqlite:///things.db"}
    environment |= {"FLAGD_RESOLVER": "file", "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(folder / "flags.json")}
    log = stack.enter_context((folder / "log").open("w"))
    command = [sys.executable, "-m", "bench.one_query"]
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)  # noqa: S603  our own
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return port


async def _ready(port: int) -> None:
    async with asyncio.timeout(READY_WITHIN_S), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                (await client.get(f"http://127.0.0.1:{port}/readyz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return


async def _load(port: int, seconds: float) -> float:
    return await http_load.requests_per_second("127.0.0.1", port, "/things/1", connections=CONNECTIONS, seconds=seconds)


if __name__ == "__main__":
    cost = measure()
    sys.stdout.write(
        f"without {cost.without:.0f}/s  with {cost.with_all:.0f}/s  share {cost.share:.0%}  cost {cost.us:.0f} µs\n"
    )
