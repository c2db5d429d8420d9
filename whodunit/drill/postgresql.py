"""PostgreSQL for order alone, and three ways to keep it: a dump a day, the log shipped, a hot standby."""

import asyncio
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from whodunit.drill.keeping import Cost, Keeping, size_of
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
SHIPPED_WITHIN_S = 15
"""A segment of the log that is not full is shipped after so long, and whatever it holds then is 16 MB to keep."""

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


class OnServer:
    """What the three ways have in common: a server that is lost."""

    settings: tuple[str, ...] = ()

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._primary = servers.server("primary")

    async def open(self) -> str:
        """Start the server and make order's database."""
        await self._primary.initialise()
        await self._primary.start(*self.settings)
        return await self._primary.make_database()

    async def lose(self) -> None:
        """The server and its folder, with the log that had not left it yet."""
        await self._primary.lose()


class DailyDump(OnServer):
    """A dump once a day."""

    name = "daily-copy"
    keeps = "PostgreSQL, pg_dump once a day"
    is_daily = True

    def __init__(self, servers: Servers) -> None:
        super().__init__(servers)
        self._dump = servers.place("copies") / "orders.dump"
        self._cpu_s = 0.0

    async def copy(self) -> None:
        """Dump what is there at one moment; writers go on."""
        before = self._primary.cpu_s
        await self._primary.tool("pg_dump", *self._primary.address, "-Fc", "-f", str(self._dump), DATABASE)
        self._cpu_s = self._primary.cpu_s - before

    async def cost(self) -> Cost:
        """The dump is compressed; the processor time is that of pg_dump, without its server's."""
        return Cost(size_of(self._primary.data), size_of(self._dump), self._cpu_s)

    async def restore(self) -> str:
        """A new server, and the dump into it."""
        new = self._servers.server("restored")
        await new.initialise()
        await new.start()
        url = await new.make_database()
        await new.tool("pg_restore", *new.address, "-d", DATABASE, str(self._dump))
        return url


class LogShipping(OnServer):
    """A base backup once a day, and every segment of the write-ahead log as soon as it is full or 15 s old."""

    name = "log-shipping"
    keeps = f"base backup, log at most {SHIPPED_WITHIN_S} s old"
    is_daily = False

    def __init__(self, servers: Servers) -> None:
        super().__init__(servers)
        self._archive = servers.place("archive")
        self._base = servers.server("restored")
        self._cpu_s = 0.0
        command = f"archive_command=test ! -f {self._archive}/%f && cp %p {self._archive}/%f"
        self.settings = ("archive_mode=on", f"archive_timeout={SHIPPED_WITHIN_S}", command)

    async def copy(self) -> None:
        """The base that the log continues."""
        before = self._primary.cpu_s
        await self._base.copy_from(self._primary)
        self._cpu_s = self._primary.cpu_s - before

    async def cost(self) -> Cost:
        """Base and log; the processor time is that of pg_basebackup and of the archiver, without the server's."""
        archivers = [each for each in self._primary.processes() if "archiver" in " ".join(each.cmdline())]
        kept = size_of(self._base.data) + size_of(self._archive)
        return Cost(size_of(self._primary.data), kept, self._cpu_s + _cpu_of(archivers))

    async def restore(self) -> str:
        """The base, then the log to its end."""
        signal = self._base.data / "recovery.signal"
        signal.touch()
        own([signal])
        await self._base.start(f"restore_command=cp {self._archive}/%f %p")
        return self._base.url


class HotStandby(OnServer):
    """A second server that gets the log as it is written, and can be asked at any time."""

    name = "hot-standby"
    keeps = "second server, log streamed"
    is_daily = False

    def __init__(self, servers: Servers) -> None:
        super().__init__(servers)
        self._standby = servers.server("standby")

    async def open(self) -> str:
        """Start the server, then its standby."""
        url = await super().open()
        await self._standby.copy_from(self._primary, "--write-recovery-conf")
        await self._standby.start(recovered=False)
        return url

    async def copy(self) -> None:
        """Nothing: the standby has everything already."""

    async def cost(self) -> Cost:
        """A whole server more."""
        return Cost(size_of(self._primary.data), size_of(self._standby.data), _cpu_of(self._standby.processes()))

    async def restore(self) -> str:
        """The standby becomes the server."""
        await self._standby.tool("pg_ctl", "promote", "-s", "-w", "-D", str(self._standby.data))
        return self._standby.url


WAYS: tuple[Callable[[Servers], Keeping], ...] = (DailyDump, LogShipping, HotStandby)


def own(paths: Iterable[Path]) -> None:
    """Give files to whoever runs the servers."""
    if user := server_user():
        for path in paths:
            shutil.chown(path, user)


def _cpu_of(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # its own and its children's, user and system
    return total


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
