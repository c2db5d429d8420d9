"""The cost of all three signals for a one-query handler: the share of throughput that is kept, and processor time.

Both servers run at once and are loaded in turn, so that whatever else the machine does hits both alike.
`python -m bench.telemetry_cost REF` measures them at another commit, too, in the same turns.
"""

import asyncio
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
import psutil

from bench import http_load, otlp_sink
from bench.revision import HERE, installed

ROUNDS = 9
SECONDS = 1.0
EXPORTED_WITHIN_S = 1.5
CONNECTIONS = 16
READY_WITHIN_S = 20.0


class Turn(NamedTuple):
    """One server under load: requests a second, and microseconds of processor time for each, its exports included."""

    per_s: float
    us: float


class Cost(NamedTuple):
    """Of the turns without telemetry and those with it, each by its neighbour."""

    turns: list[tuple[Turn, Turn]]

    @property
    def without(self) -> float:
        """Requests a second."""
        return median(plain.per_s for plain, _ in self.turns)

    @property
    def with_all(self) -> float:
        """Requests a second."""
        return median(full.per_s for _, full in self.turns)

    @property
    def share(self) -> float:
        """Throughput with telemetry by throughput without."""
        return median(full.per_s / plain.per_s for plain, full in self.turns)

    @property
    def handler_us(self) -> float:
        """Processor time of a request without telemetry."""
        return median(plain.us for plain, _ in self.turns)

    @property
    def us(self) -> float:
        """Processor time that telemetry adds to a request."""
        return median(full.us - plain.us for plain, full in self.turns)


class Server(NamedTuple):
    """A running handler."""

    port: int
    process: psutil.Process


def measure(checkout: Path = HERE) -> Cost:
    """Run both servers and load them in turn."""
    return asyncio.run(_measure([checkout]))[0]


async def _measure(checkouts: list[Path]) -> list[Cost]:
    sink = await otlp_sink.start()
    endpoint = f"http://127.0.0.1:{sink.sockets[0].getsockname()[1]}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        pairs = []
        for number, checkout in enumerate(checkouts):
            plain = _serve(stack, checkout, folder / f"plain{number}", {"OTEL_SDK_DISABLED": "true"})
            full = _serve(stack, checkout, folder / f"full{number}", {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
            pairs.append((plain, full))
        for server in (server for pair in pairs for server in pair):
            await _ready(server.port)
            await _turn(server)
        rounds = [[(await _turn(plain), await _turn(full)) for plain, full in pairs] for _ in range(ROUNDS)]
    return [Cost(list(turns)) for turns in zip(*rounds, strict=True)]


def _serve(stack: ExitStack, checkout: Path, folder: Path, telemetry: dict[str, str]) -> Server:
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    (folder / "flags.json").write_text('{"flags": {}}')
    environment = os.environ | telemetry
    environment |= {"PORT": str(port), "DATABASE_URL": "sqlite+aiosqlite:///things.db", "PYTHONPATH": str(checkout)}
    environment |= {"FLAGD_RESOLVER": "file", "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(folder / "flags.json")}
    log = stack.enter_context((folder / "log").open("w"))
    python = sys.executable if checkout == HERE else str(checkout / ".venv/bin/python")
    process = psutil.Popen([python, "-m", "bench.one_query"], env=environment, cwd=folder, stdout=log, stderr=log)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return Server(port, process)


async def _ready(port: int) -> None:
    async with asyncio.timeout(READY_WITHIN_S), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                (await client.get(f"http://127.0.0.1:{port}/readyz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return


async def _turn(server: Server) -> Turn:
    before = _used_s(server)
    per_s = await http_load.requests_per_second(
        "127.0.0.1", server.port, "/things/1", connections=CONNECTIONS, seconds=SECONDS
    )
    await asyncio.sleep(EXPORTED_WITHIN_S)
    return Turn(per_s, (_used_s(server) - before) / (per_s * SECONDS) * 1e6)


def _used_s(server: Server) -> float:
    used = server.process.cpu_times()
    return used.user + used.system


def main() -> None:
    """Print what this commit's telemetry costs, and another's."""
    with ExitStack() as stack:
        others = {reference: stack.enter_context(installed(reference)) for reference in sys.argv[1:]}
        costs = asyncio.run(_measure([HERE, *others.values()]))
    for name, cost in zip(["here", *others], costs, strict=True):
        sys.stdout.write(
            f"{name}: telemetry adds {cost.us:.0f} µs of processor time to the {cost.handler_us:.0f} µs of a request, "
            f"and keeps {cost.share:.0%} of {cost.without:.0f} requests a second\n"
        )


if __name__ == "__main__":
    main()
