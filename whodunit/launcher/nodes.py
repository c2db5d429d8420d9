"""The nodes of histories as a container of their own: `python -m whodunit.launcher.nodes`.

`PUT /nodes` has them run, and is answered when they are ready; they end half a minute after it came last. Until then
there is this process alone.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.errors import LabError, WrongUseError, report
from whodunit.lab.settings import BaseUrl, wrong_settings
from whodunit.launcher import zygote
from whodunit.launcher.forking import ForkingFactory
from whodunit.launcher.guests import Guests, Host
from whodunit.launcher.preload import node_modules
from whodunit.launcher.process_factory import ProcessFactory
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import HttpProbe, Probe
from whodunit.launcher.spawning import SpawningFactory
from whodunit.launcher.start_method import forks
from whodunit.launcher.supervisor import Supervisor
from whodunit.refusals import HANDLERS
from whodunit.topology import HISTORY, NODES, Service

LOG = f"docker compose logs {HISTORY}"
TICK_S = 1.0
STOP_WITHIN_S = 2
NO_CONTENT = 204

Environment = Mapping[str, str]


class NodesSettings(BaseSettings):
    """Where the nodes are asked for; their own addresses are those that the frontend is told."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")

    def programs(self, folder: Path, environment: Environment = os.environ) -> list[Program]:
        """The nodes. Those that have no database in the environment, since they keep no rows, have a file in `folder`.

        Raises WrongUseError for a wrong address.
        """
        return [_program(node, folder, environment) for node in NODES]


def read() -> NodesSettings:
    """Reads the settings; raises WrongUseError."""
    try:
        return NodesSettings()
    except ValidationError as error:
        raise wrong_settings(error) from None


def _program(node: Service, folder: Path, environment: Environment) -> Program:
    port = _port(node, environment)
    env = {
        "NODE": node.place,
        "PORT": str(port),
        "OTEL_SERVICE_NAME": node.name,
        "DATABASE_URL": environment.get(node.database_variable) or f"sqlite+aiosqlite:///{node.database_file}",
    }
    return Program(node.name, node.target, port, folder, None, env=env)


def _port(node: Service, environment: Environment) -> int:
    url = environment.get(node.url_variable) or f"http://{HISTORY}:{node.port}"
    try:
        return urlsplit(TypeAdapter[str](BaseUrl).validate_python(url)).port or node.port
    except ValidationError:
        wrong = f"{node.url_variable} is not the address of a node."
        raise WrongUseError(wrong, f"In docker-compose.yml it is http://{HISTORY}:{node.port}.") from None


class Lodging:
    """Runs guests with nobody else in the house: what they share is imported when the first of them comes."""

    def __init__(self, factory: Callable[[], ProcessFactory], probe: Probe) -> None:
        self._factory = factory
        self._probe = probe
        self._supervisor: Supervisor | None = None

    async def admit(self, programs: Sequence[Program], within_s: float) -> Mapping[str, str | None]:
        """Run them; returns those not ready within so many seconds, with how their last process ended, if one has."""
        if self._supervisor is None:
            self._supervisor = Supervisor([], self._factory(), self._probe)
            await self._supervisor.factory.prepare(node_modules())
        return await self._supervisor.admit(programs, within_s)

    async def dismiss(self) -> None:
        """Stop them."""
        if self._supervisor is not None:
            await self._supervisor.stop()
            self._supervisor = None


class NodesDoor:
    """The container's API; `app` is what a server serves."""

    def __init__(self, programs: Sequence[Program], host: Host) -> None:
        self._programs = programs
        self._host = host

    def app(self) -> Starlette:
        """The application; its routes find what is made inside the loop."""
        routes = [Route("/readyz", self._ready), Route("/nodes", self._open, methods=["PUT"])]
        return Starlette(routes=routes, exception_handlers=HANDLERS, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._guests = Guests(self._programs, self._host, log=LOG)
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()
            await self._guests.left()
            await self._host.dismiss()

    async def _ready(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _open(self, _request: Request) -> Response:
        await self._guests.open()
        return Response(status_code=NO_CONTENT)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._guests.tick(needed=False)


def _factory() -> ProcessFactory:
    return ForkingFactory(zygote.spawn()) if forks() else SpawningFactory()


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    """Serve until told to stop; exit code 2 for wrong settings."""
    signal.signal(signal.SIGTERM, _exit)  # uvicorn raises the signal again when it has stopped
    with TemporaryDirectory(prefix="whodunit-nodes-") as folder:
        try:
            settings = read()
            programs = settings.programs(Path(folder))
        except LabError as error:
            report(error)
            sys.exit(error.exit_code)
        app = NodesDoor(programs, Lodging(_factory, HttpProbe())).app()
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )


if __name__ == "__main__":
    main()
