"""The server before the class's door: on an address of its own, so that the lab stays on the loopback interface."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from whodunit.errors import LabError

MOST_CONNECTIONS = 500
UNROUTED = "192.0.2.1"
"""An address of the documentation's: nothing is sent there, but the system says from which of its own it would be."""


class Listener:
    """Serves one application while it is open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def open(self, address: str, port: int) -> None:
        """Listen there from now on; raises LabError when that cannot be."""
        bound = _bound(address, port)
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="off",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([bound]))

    async def close(self) -> None:
        """Stop listening, if it does."""
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving
        self._server = self._serving = None


class _Server(uvicorn.Server):
    """Leaves signals to the lab that it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def reached_at(address: str, port: int) -> str:
    """The URL that students type: for an address that stands for all, one of this machine's."""
    found = ipaddress.ip_address(address)
    host = _own_address() if found.is_unspecified else address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((UNROUTED, 9))
        except OSError:
            return socket.gethostname()
        return str(asking.getsockname()[0])


def _bound(address: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        return socket.create_server((address, port), family=family)
    except ValueError:
        hint = "One of this machine's, such as 192.168.1.5, or 0.0.0.0 for all of them: --listen ADDRESS"
        raise LabError(f"{address} is no IP address.", hint) from None
    except OSError as error:
        hint = "Another port: --port · another of this machine's addresses, or 0.0.0.0 for all: --listen"
        raise LabError(f"Cannot listen on {address}, port {port}: {error.strerror}.", hint) from error
