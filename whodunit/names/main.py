"""The name server as a process: the stack's container."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Mapping

from whodunit.errors import LabError, report
from whodunit.names.server import rate_limit, serving
from whodunit.names.settings import NameServerSettings, read


def main() -> None:
    """Serve until told to stop; exit code 2 for wrong settings, 3 when the address cannot be listened on."""
    try:
        asyncio.run(_serve(read()))
    except LabError as error:
        report(error)
        sys.exit(error.exit_code)


async def _serve(settings: NameServerSettings) -> None:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    # Its names come over UDP; whoever only wants to know if it is there connects.
    door = await asyncio.start_server(_shown_out, sock=_bound(settings, socket.SOCK_STREAM))
    async with door, serving(_bound(settings, socket.SOCK_DGRAM), found_by_system(settings.hosts), rate_limit()):
        await over.wait()


async def _shown_out(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _bound(settings: NameServerSettings, kind: socket.SocketKind) -> socket.socket:
    bound = socket.socket(socket.AF_INET, kind)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        what = f"The name server cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        raise LabError(what, "Set HOST and PORT to an address of this machine and a free port.") from error
    return bound


def found_by_system(hosts: Mapping[str, str]) -> Callable[[str], str | None]:
    """The addresses of services by their hosts, which this machine's own resolver knows and may change."""

    def address_of(name: str) -> str | None:
        try:
            return socket.gethostbyname(hosts[name]) if name in hosts else None
        except OSError:
            return None

    return address_of
