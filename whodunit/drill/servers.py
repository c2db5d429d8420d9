"""PostgreSQL servers of the drill's own, each in a folder of its own."""

import asyncio
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from whodunit.drill.programs import server_user
from whodunit.drill.server import COMMAND
from whodunit.drill.shop import AGAIN, last_line
from whodunit.errors import LabError
from whodunit.launcher.ports import Reservations
from whodunit.launcher.program import Program
from whodunit.launcher.spawning import SpawningFactory

FIRST_PORT = 21_600
READY_WITHIN_S = 60.0
POLL_S = 0.05

DATABASE = "orders"


@dataclass(frozen=True)
class Servers:
    """Makes servers, each in a folder of its own below `folder`, as processes that end with this one."""

    programs: Path
    folder: Path
    reservations: Reservations
    processes: SpawningFactory

    def __post_init__(self) -> None:
        if server_user():
            self.folder.chmod(0o711)  # for the user that they run as to pass through

    def server(self, name: str) -> "Server":
        """A server that is not initialised yet."""
        return Server(self, name, self.reservations.take(FIRST_PORT))

    def place(self, name: str) -> Path:
        """A new folder that servers can write to."""
        made = self.folder / name
        made.mkdir(mode=0o700)
        own([made])
        return made


class Server:
    """One PostgreSQL server on the loopback interface."""

    password = secrets.token_hex(16)

    def __init__(self, servers: Servers, name: str, port: int) -> None:
        self._servers = servers
        self._name = name
        self._port = port
        self._run = servers.place(f"{name}-run")
        self._pid: int | None = None
        self.data = servers.folder / name
        self.cpu_s = 0.0

    @property
    def url(self) -> str:
        """The database of order."""
        return f"postgresql+asyncpg://postgres:{self.password}@127.0.0.1:{self._port}/{DATABASE}"

    async def initialise(self) -> None:
        """Make a server without databases."""
        self._servers.place(self._name)
        word = self._run / "password"
        word.write_text(self.password)
        own([word])
        who = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={word}")
        await self.tool("initdb", "-D", str(self.data), "--encoding=UTF8", "--no-locale", *who)

    async def copy_from(self, other: "Server", *options: str) -> None:
        """Make this server's folder as a copy of another one that runs."""
        self._servers.place(self._name)
        await other.tool("pg_basebackup", "-D", str(self.data), "--checkpoint=fast", *other.address, *options)

    async def start(self, *settings: str, recovered: bool = True) -> None:
        """Returns when it accepts connections, and has come to the end of its recovery if it is to be `recovered`."""
        options = [part for each in settings for part in ("-c", each)]
        where = ("-h", "127.0.0.1", "-p", str(self._port), "-k", str(self._run))
        command = [str(self._servers.programs / "postgres"), "-D", str(self.data), *where, *options]
        asked = json.dumps({"command": command, "user": server_user()})
        log, run = self._servers.folder / f"{self._name}.log", self._run
        program = Program(self._name, "whodunit.drill.server:main", self._port, run, log, env={COMMAND: asked})
        self._pid = await self._servers.processes.start(program)
        await self._until_ready(log, wanted="f" if recovered else "t")

    async def make_database(self) -> str:
        """An empty database for order; returns its URL."""
        await self.tool("createdb", *self.address, DATABASE)
        return self.url

    async def lose(self) -> None:
        """The server stops as in a power failure, and its folder is gone."""
        assert self._pid is not None  # noqa: S101  started before
        await self.tool("pg_ctl", "stop", "-s", "-m", "immediate", "-D", str(self.data))
        await self._servers.processes.ended(self._pid)
        await asyncio.to_thread(shutil.rmtree, self.data)

    async def tool(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs; returns what it prints, raises LabError when it fails."""
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PGPASSWORD": self.password}
        began = _cpu_of_children()
        running = await asyncio.create_subprocess_exec(
            str(self._servers.programs / program),
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._run,
            env=environment,
            user=server_user(),
        )
        told, complaint = await running.communicate()
        self.cpu_s += _cpu_of_children() - began
        if running.returncode:
            raise LabError(f"{program} failed: {complaint.decode().strip()}", AGAIN)
        return told.decode().strip()

    def processes(self) -> list[psutil.Process]:
        """The server's own processes."""
        return psutil.Process(self._pid).children(recursive=True)

    @property
    def address(self) -> tuple[str, ...]:
        """Options of a program that connects."""
        return ("-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres")

    async def _until_ready(self, log: Path, wanted: str) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        question = (*self.address, "-d", "postgres", "-AtXc", "select pg_is_in_recovery()")
        while True:
            with suppress(LabError):
                if await self.tool("psql", *question) == wanted:
                    return
            if time.monotonic() > deadline:
                raise LabError(f"PostgreSQL does not start: {last_line(log)}", AGAIN)
            await asyncio.sleep(POLL_S)


def own(paths: Iterable[Path]) -> None:
    """Give files to whoever runs the servers."""
    if user := server_user():
        for path in paths:
            shutil.chown(path, user)


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
