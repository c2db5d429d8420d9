"""The lab of a stack: the same HTTP API as in lite, over other parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NoReturn

from pydantic import SecretStr
from starlette.applications import Starlette

from whodunit.alerts.schemas import as_json
from whodunit.audit.over_http import audit_services
from whodunit.classroom.lab import LabClassroom
from whodunit.classroom.schemas import Entry
from whodunit.desk import mount
from whodunit.entry.housekeeping import EVERY_S, expire
from whodunit.errors import LabError, WrongUseError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.lab.answers import LabStatus
from whodunit.lab.api import Lab, create_api
from whodunit.lab.settings import EntrySettings
from whodunit.lab.target import StackTarget
from whodunit.load import trial_order
from whodunit.load.remote import RemoteLoad
from whodunit.mcp.route import routes as tools
from whodunit.mystery.gate import GuardedFaults, GuardedLoad
from whodunit.mystery.lab import LabMystery
from whodunit.mystery.parts import Parts
from whodunit.pager import calling
from whodunit.pager.pages import Pager
from whodunit.pager.routes import routes
from whodunit.replay.routes import RecordedRuns
from whodunit.runner.hosted import RunHost, command
from whodunit.runner.routes import routes as run_routes
from whodunit.stack.opening import Opening
from whodunit.stack.parts import parts
from whodunit.stack.settings import LogStore, StackSettings
from whodunit.stack.status import Status, links
from whodunit.stack.terminal import Terminal, console
from whodunit.stack.watch import NetworkProbe, Watch
from whodunit.telemetry.composition import of_stack
from whodunit.telemetry.port import TelemetryError


class StackLab:
    """Composes one lab; `app` is what a server serves."""

    def __init__(self, settings: StackSettings, home: Home) -> None:
        """Writes the flag file: the services wait for it. Raises LabError when the disk refuses."""
        self._settings = settings
        self._board = FaultBoard(home)
        self._pager = Pager(home)
        self._load = RemoteLoad(settings.loadgen_url, settings.token)
        self._has_store = settings.log_store is LogStore.STORE
        self._telemetry = of_stack(settings.whodunit_url, settings.entry, in_store=self._has_store)
        self._mystery = LabMystery(
            Parts(
                mode="stack",
                home=home,
                board=self._board,
                load=self._load,
                telemetry=lambda: self._telemetry,
                ready=self._ready,
                missing=self._missing,
                forget=lambda: None,  # that is for `whodunit reset`
            )
        )
        self._runs = RunHost(home, partial(command, "stack"), self._mystery.check_open)
        self._recorded = RecordedRuns(home, self._mystery.check_open, _opens_no_runs)
        self._class = LabClassroom(home, self._mystery, Entry(settings.host, settings.class_port, settings.class_url))

    def app(self) -> Starlette:
        """The application; the routes find what is made inside the loop when they are called."""
        lab = Lab(
            mode="stack",
            status=self._status,
            ready=self._ready,
            faults=GuardedFaults(self._board, self._mystery),
            load=GuardedLoad(self._load, self._mystery),
            alerts=self._alerts,
            audit=self._audit,
            forget=_forget,
            shutdown=_shut_down,
            token=self._settings.token,
            names=self._settings.names,
            more=[
                *mount.routes(lambda: self._telemetry, self._target),
                *self._mystery.routes,
                *self._class.routes,
                *routes(self._pager),
                *run_routes(self._runs),
                *self._recorded.routes,
                *tools(self._target),
            ],
        )
        return create_api(lab, self._lifespan)

    def _target(self) -> StackTarget:
        """This stack as its own tools and pages ask it, through the entry."""
        token = SecretStr(self._settings.token) if self._settings.token else None
        return StackTarget(EntrySettings(url=self._settings.whodunit_url, token=token))

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        probe = NetworkProbe()
        self._watch = Watch(parts(self._settings), probe)
        self._status_of = Status(self._watch, self._settings.entry, self._load.state, has_store=self._has_store)
        self._opening = Opening(
            self._watch,
            partial(trial_order.place, self._settings.whodunit_url),
            Terminal(console(), links(self._settings.entry)),
        )
        paging = calling.call(self._pager, self._alerts)
        work = (self._opening.run(), self._housekeeping(), self._mystery.watch(), self._class.watch(), paging)
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self._runs.close)
            await probe.close()

    async def _status(self) -> LabStatus:
        return await self._status_of()

    async def _ready(self) -> bool:
        return await self._opening.is_open()

    async def _missing(self) -> list[str]:
        return await self._watch.away()

    def _alerts(self) -> dict[str, Any]:
        try:
            return as_json(self._telemetry.alerts())
        except TelemetryError as error:
            raise LabError(str(error), "See: whodunit status") from error

    def _audit(self, settle_s: float) -> dict[str, Any]:
        return audit_services(self._settings.services, settle_s)

    async def _housekeeping(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            expire(self._board)


def _forget() -> NoReturn:
    raise WrongUseError("The backends keep their telemetry in Docker's volumes.", "Type on the host: whodunit reset")


def _opens_no_runs() -> NoReturn:
    raise WrongUseError(
        "Inside the stack no recorded run can be opened.", "Type it where Python is: whodunit replay FOLDER"
    )


def _shut_down() -> NoReturn:
    raise WrongUseError("The stack is started and stopped by Docker.", "Type: docker compose down")
