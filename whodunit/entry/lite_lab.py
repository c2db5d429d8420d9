"""The lab of a lite shop: forks the zygote, keeps the shop running, answers over HTTP until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from kit.calm_server import CalmServer
from whodunit.alerts.lite import LiteAlerts
from whodunit.alerts.schemas import read_alerts
from whodunit.audit.over_http import audit_services
from whodunit.classroom.lab import LabClassroom
from whodunit.desk import mount
from whodunit.entry.housekeeping import Housekeeping
from whodunit.errors import LabError, report
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.hosting.entrance import Entrance
from whodunit.lab.answers import LabStatus
from whodunit.lab.api import Lab, create_api
from whodunit.lab.target import LiteTarget
from whodunit.launcher import labfile, plan, replacement, survivors, zygote
from whodunit.launcher.forking import ForkingFactory
from whodunit.launcher.guests import Guests
from whodunit.launcher.jobs import Jobs
from whodunit.launcher.keeper import State
from whodunit.launcher.lock import LabLock
from whodunit.launcher.ports import LOOPBACK, Reservations, datagrams, listener
from whodunit.launcher.preload import migrations_of_nodes, shop_modules
from whodunit.launcher.process_factory import ProcessFactory
from whodunit.launcher.processes import Identity, identities
from whodunit.launcher.readiness import HttpProbe
from whodunit.launcher.spawning import SpawningFactory
from whodunit.launcher.start_method import forks
from whodunit.launcher.status import Status
from whodunit.launcher.supervisor import Supervisor
from whodunit.load.runner import LoadRunner
from whodunit.mcp.route import routes as tools
from whodunit.mystery.gate import GuardedFaults, GuardedLoad
from whodunit.mystery.lab import LabMystery
from whodunit.mystery.parts import Parts
from whodunit.names.server import rate_limit, serving
from whodunit.pager import calling
from whodunit.pager.pages import Pager
from whodunit.pager.routes import routes
from whodunit.replay.routes import RecordedRuns
from whodunit.runner.hosted import RunHost, command
from whodunit.runner.routes import routes as run_routes
from whodunit.telemetry.port import Telemetry
from whodunit.topology import BY_NAME, LAB_PORT, SERVICES
from whodunit.uptime.prober import Prober

FORGET_WITHIN_S = 10.0

logger = logging.getLogger("whodunit.launcher")


def run(home: Home, replaced: Mapping[str, Path]) -> None:
    """Run the lab of `home` until stopped; raises LabError when it cannot start.

    `replaced` are folders that take the place of services, by their names.
    """
    lock = LabLock(home)
    try:
        survivors.clean_up(home)
        # Before there is an event loop, a socket or a thread that the zygote would inherit.
        factory: ProcessFactory = ForkingFactory(zygote.fork()) if forks() else SpawningFactory()
        with listener(LAB_PORT, taken=plan.USUAL_PORTS) as bound, datagrams() as names, Reservations() as reservations:
            bound.listen()
            _Daemon(home, factory, bound, names, reservations, replaced).serve()
        # Stopped in order. After anything else the file stays: it tells the next lab what may still run.
        home.lab_file.unlink(missing_ok=True)
    finally:
        lock.release()


class _Daemon:
    """Composes one lab; `serve` runs it."""

    def __init__(
        self,
        home: Home,
        factory: ProcessFactory,
        bound: socket.socket,
        names: socket.socket,
        reservations: Reservations,
        replaced: Mapping[str, Path],
    ) -> None:
        self._home = home
        self._bound = bound
        self._names = names
        self._url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self._factory = factory
        self._identity = Identity.of(os.getpid())
        service_token = secrets.token_urlsafe()
        host, port = names.getsockname()
        self._plan = plan.make(home, self._url, service_token, f"{host}:{port}", reservations, replaced)
        self._board = FaultBoard(home)
        self._alerts = LiteAlerts.on(self._plan.url(plan.STORE))
        self._pager = Pager(home)
        self._prober = Prober(self._plan.url("frontend"), self._plan.url(plan.STORE))
        self._load = LoadRunner(
            home, self._plan.url("frontend"), self._plan.url(plan.STORE), open_nodes=self._open_nodes
        )
        self._mystery = LabMystery(
            Parts(
                mode="lite",
                home=home,
                board=self._board,
                load=self._load,
                telemetry=self._telemetry,
                ready=self._ready,
                missing=self._missing,
                forget=self._forget,
                service_token=service_token,
            )
        )
        self._runs = RunHost(home, partial(command, "lite"), self._mystery.check_open)
        self._recorded = RecordedRuns(home, self._mystery.check_open, lambda: None)
        self._class = LabClassroom(home, self._mystery)
        self._entrance = Entrance(home)
        logger.addFilter(self._mystery.may_be_logged)

    def serve(self) -> None:
        """Serve until a signal or `/shutdown`."""
        config = uvicorn.Config(self._app(), log_config=None, access_log=False, timeout_graceful_shutdown=2)
        self._server = CalmServer(config)
        # After its shutdown, uvicorn raises the signal that stopped it again.
        with contextlib.suppress(_Stop):
            self._server.run(sockets=[self._bound])

    def _app(self) -> Starlette:
        # The supervisor has to be made inside the loop: the routes find it when they are called.
        lab = Lab(
            mode="lite",
            status=self._mystery.without_ends(self._status),
            ready=self._ready,
            faults=GuardedFaults(self._board, self._mystery),
            load=GuardedLoad(self._load, self._mystery),
            alerts=self._alerts.state,
            audit=self._audit,
            forget=self._mystery.unless_sealed(self._forget),
            shutdown=self._shut_down,
            names=self._entrance.names,
            more=[
                *mount.routes(self._telemetry, self._target),
                *self._mystery.routes,
                *self._class.routes,
                *routes(self._pager),
                *run_routes(self._runs),
                *self._recorded.routes,
                *Jobs(self._plan.jobs(), self._factory).routes,
                *tools(self._target),
            ],
        )
        return create_api(lab, self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        probe = HttpProbe()
        self._supervisor = self._supervise(probe)
        self._guests = Guests(self._plan.nodes(), self._supervisor)
        self._status_of = Status(self._supervisor, self._url, self._load.state)
        self._write_lab_file()
        self._supervisor.start()
        opened = asyncio.gather(*(keeper.was_ready.wait() for keeper in self._supervisor.keepers))
        background = [
            asyncio.create_task(Housekeeping(self._home, self._board, self._tick, self._shut_down).go_on()),
            asyncio.create_task(self._alerts.watch(opened)),
            asyncio.create_task(self._prober.watch(opened)),
            asyncio.create_task(calling.call(self._pager, self._alerts.state)),
            asyncio.create_task(self._mystery.watch()),
            asyncio.create_task(self._class.watch()),
        ]
        async with AsyncExitStack() as ends:
            ends.push_async_callback(probe.close)
            ends.push_async_callback(self._supervisor.stop)
            ends.push_async_callback(self._guests.left)
            ends.push_async_callback(asyncio.to_thread, self._load.stop)
            ends.push_async_callback(asyncio.to_thread, self._recorded.end)
            ends.push_async_callback(asyncio.to_thread, self._runs.close)
            for task in background:
                ends.callback(task.cancel)
            addresses = dict.fromkeys(BY_NAME, LOOPBACK)
            await ends.enter_async_context(serving(self._names, addresses.get, rate_limit()))
            ends.push_async_callback(self._entrance.close)
            self._entrance.open(app)
            yield

    def _supervise(self, probe: HttpProbe) -> Supervisor:
        return Supervisor(
            self._plan.programs(),
            self._factory,
            probe,
            preload=shop_modules(),
            preparations=self._plan.preparations(),
            preload_for_guests=partial(migrations_of_nodes, self._home.data_dir),
            changed=self._write_lab_file,
        )

    async def _status(self) -> LabStatus:
        replaced = {name: str(folder) for name, folder in self._plan.replaced.items()}
        return {**await self._status_of(), "flags": await asyncio.to_thread(self._board.trouble), "replaced": replaced}

    async def _ready(self) -> bool:
        return all(await asyncio.gather(*(keeper.is_ready() for keeper in self._supervisor.keepers)))

    async def _missing(self) -> list[str]:
        """The programs that do not run. One that is too busy to answer is not among them: it may be the incident."""
        return [keeper.program.name for keeper in self._supervisor.keepers if keeper.state is not State.READY]

    def _telemetry(self) -> Telemetry:
        from whodunit.telemetry.store.adapter import StoreTelemetry  # noqa: PLC0415  a mystery alone asks

        return StoreTelemetry.at(self._plan.url(plan.STORE), lambda: read_alerts(self._alerts.state))

    def _target(self) -> LiteTarget:
        """This shop as its own tools and pages ask it."""
        return LiteTarget(self._home)

    def _audit(self, settle_s: float) -> dict[str, object]:
        return audit_services({service.name: self._plan.url(service.name) for service in SERVICES}, settle_s)

    def _forget(self) -> None:
        """Delete all telemetry so far, and the pages about it; raises LabError."""
        url = self._plan.url(plan.STORE)
        try:
            httpx.delete(f"{url}/telemetry", timeout=FORGET_WITHIN_S, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise LabError(f"The store keeps its telemetry: {error}.", "Try again; its log: logs/store.log") from error
        self._alerts.begin_again()
        self._pager.forget()

    def _open_nodes(self) -> None:
        self._guests.invite()

    def _tick(self) -> None:
        self._guests.tick(needed=self._load.needs_nodes)

    def _shut_down(self) -> None:
        self._server.should_exit = True

    def _write_lab_file(self) -> None:
        pids = [self._factory.pid, *(each.pid for each in (*self._supervisor.keepers, *self._supervisor.guests))]
        living = identities(pid for pid in pids if pid is not None)
        try:
            labfile.LabFile(self._identity, self._url, living).write(self._home)
        except LabError as error:
            logger.error("%s %s", error.message, error.hint)  # noqa: TRY400 - the message says it all


class _Stop(BaseException):
    """A signal asks the lab to stop."""


def _stop(_signal: int, _frame: object) -> None:
    raise _Stop


def main() -> None:
    """Entry point: the state folder comes from the environment, `SERVICE=FOLDER` for each replacement as arguments."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    home = Home.locate()
    try:
        home.create()
        with contextlib.suppress(_Stop, KeyboardInterrupt):
            run(home, replacement.parsed(sys.argv[1:]))
    except LabError as error:
        report(error)
        sys.exit(error.exit_code)
