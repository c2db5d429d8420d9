"""PostgreSQL for order alone, and three ways to keep it: a dump a day, the log shipped, a hot standby."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

from whodunit.drill.keeping import Cost, Keeping, size_of
from whodunit.drill.servers import DATABASE, Servers, own

SHIPPED_WITHIN_S = 15
"""A segment of the log that is not full is shipped after so long, and whatever it holds then is 16 MB to keep."""


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


def _cpu_of(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # its own and its children's, user and system
    return total
