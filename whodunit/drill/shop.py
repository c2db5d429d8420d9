"""The drill's own small shop: what takes orders, money and goods, as processes on databases of their own."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from whodunit.errors import LabError
from whodunit.launcher.plan import USUAL_PORTS
from whodunit.launcher.ports import Reservations
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import HttpProbe
from whodunit.launcher.spawning import SpawningFactory
from whodunit.topology import BY_NAME

BESIDE_ORDER = ("gateway", "inventory", "payment")
READY_WITHIN_S = 60.0
POLL_S = 0.05
NO_TELEMETRY = {"OTEL_SDK_DISABLED": "true"}


class SmallShop:
    """Order, payment, gateway and inventory in `folder`; every process ends with this one, however it ends."""

    def __init__(self, folder: Path, reservations: Reservations) -> None:
        names = (*BESIDE_ORDER, "order")
        ports = {name: reservations.take(BY_NAME[name].port, taken=USUAL_PORTS) for name in names}
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        self.processes = SpawningFactory()
        self._folder = folder
        self._ports = ports
        self._probe = HttpProbe()
        self._flags = folder / "flags.json"
        self._flags.write_text('{"flags": {}}')
        self._order: int | None = None

    async def open(self, order_database: str) -> None:
        """Open the four services; returns when each is ready."""
        async with asyncio.TaskGroup() as group:
            for name in BESIDE_ORDER:
                group.create_task(self._start(name, f"sqlite+aiosqlite:///{BY_NAME[name].database_file}"))
        await self.open_order(order_database)

    async def open_order(self, database: str) -> None:
        """Open order on a database; returns when it is ready."""
        self._order = await self._start("order", database)

    async def kill_order(self) -> None:
        """Order stops where it stands."""
        assert self._order is not None  # noqa: S101  opened before
        os.kill(self._order, getattr(signal, "SIGKILL", signal.SIGTERM))
        await self.processes.ended(self._order)

    async def recover_orders(self, database: str) -> str:
        """What order's own recovery prints, run beside it; raises LabError when it fails."""
        environment = {**os.environ, **self._environment("order", database), "GATEWAY_URL": self.urls["gateway"]}
        recovery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.order.recovery"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            cwd=self._folder,
        )
        told, complaint = await recovery.communicate()
        if recovery.returncode:
            raise LabError(f"The orders could not be entered again: {_last(complaint.decode())}", AGAIN)
        return told.decode()

    async def close(self) -> None:
        """End every process."""
        await self.processes.close()
        await self._probe.close()

    async def _start(self, name: str, database: str) -> int:
        log = self._folder / f"{name}.log"
        environment = self._environment(name, database)
        program = Program(name, BY_NAME[name].target, self._ports[name], self._folder, log, env=environment)
        pid = await self.processes.start(program)
        deadline = time.monotonic() + READY_WITHIN_S
        while not await self._probe(program.url):
            if time.monotonic() > deadline:
                raise LabError(f"{name} does not start: {last_line(log)}", AGAIN)
            await asyncio.sleep(POLL_S)
        return pid

    def _environment(self, name: str, database: str) -> Mapping[str, str]:
        peers = {BY_NAME[peer].url_variable: self.urls[peer] for peer in BY_NAME[name].peers}
        flags = {"FLAGD_RESOLVER": "file", "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(self._flags)}
        own = {"HOST": "127.0.0.1", "PORT": str(self._ports[name]), "DATABASE_URL": database}
        return own | peers | flags | NO_TELEMETRY


AGAIN = "Try again: whodunit drill restore"


def last_line(log: Path) -> str:
    """The last words of a program, from its log."""
    return _last(log.read_text("utf-8", errors="replace"))


def _last(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "its log is empty")
