"""The lab of a recorded run: answers reads, and refuses every change."""

import os
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whodunit.alerts.schemas import read_alerts
from whodunit.desk import mount
from whodunit.errors import WrongUseError
from whodunit.faults.flagfile import Schedule
from whodunit.lab.answers import LabStatus, ProgramStatus, StoreStatus
from whodunit.lab.api import Lab
from whodunit.lab.target import Target
from whodunit.launcher.memory import pss_bytes
from whodunit.replay.replayed import Replayed
from whodunit.store.store import Store
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

MODE = "replay"
STORE_PATH = "/store"
ABSENT: Mapping[str, str] = {
    "/pages": "A replay has no pager: whom its alerts called is not recorded.",
    "/mystery": "A replay has no mystery.",
    "/verification": "A replay has no shop in which a case could be run.",
    "/runs": "A replay is one recorded run, and opens no other.",
    "/classroom": "A replay leads no class, and attends none.",
}
"""The answer at paths, and those below, that the lab of a shop has and this one lacks."""

_METHODS = ("GET", "POST", "PUT", "DELETE")
_FOR_A_SHOP = "For a shop: whodunit down; whodunit up"

Json = dict[str, Any]


def lab_of(
    replayed: Replayed, store: Store, url: str, shutdown: Callable[[], None], target: Callable[[], Target]
) -> Lab:
    """The parts behind the lab's routes; `target` leads back to this lab."""

    async def status() -> LabStatus:
        return _status(replayed, store, url)

    async def ready() -> bool:
        return store.ready

    return Lab(
        mode=MODE,
        status=status,
        ready=ready,
        faults=_Frozen(),
        load=_Frozen(),
        alerts=replayed.alerts,
        audit=_refuse,
        forget=_refuse,
        shutdown=shutdown,
        more=[
            *mount.routes(
                lambda: _telemetry(replayed, url), target, Window(replayed.start, replayed.now), _title(replayed)
            ),
            *(Route(path + "{below:path}", _absent(said), methods=_METHODS) for path, said in ABSENT.items()),
        ],
    )


def _telemetry(replayed: Replayed, url: str) -> Telemetry:
    from whodunit.telemetry.store.adapter import StoreTelemetry  # noqa: PLC0415  the pages of the desk alone ask

    return StoreTelemetry.at(url + STORE_PATH, lambda: read_alerts(replayed.alerts))


def _title(replayed: Replayed) -> str:
    return str(replayed.run.result["title"])


def _absent(said: str) -> Callable[[Request], Response]:
    def refuse(_request: Request) -> Response:
        raise WrongUseError(said, _FOR_A_SHOP)

    return refuse


def _status(replayed: Replayed, store: Store, url: str) -> LabStatus:
    pid, pss = os.getpid(), pss_bytes(os.getpid())
    about: ProgramStatus = {
        "name": "store",
        "url": f"{url}{STORE_PATH}",
        "pid": pid,
        "ready": store.ready,
        "pss_bytes": pss,
        "state": "ready",
        "restarts": 0,
        "last_exit": None,
        "log": "",
    }
    return {
        "mode": MODE,
        "run": str(replayed.run.folder),
        "title": _title(replayed),
        "begins": replayed.start.isoformat(),
        "now": replayed.now.isoformat(),
        "services": [],
        "store": cast("StoreStatus", about | store.stats()),
        "load": None,
        "desk": f"{url}/",
        "lab": {"url": url, "pid": pid, "zygote_pid": None, "pss_bytes": pss},
        "pss_bytes": pss,
    }


class _Frozen:
    """Flags and load of a recorded run: there are none, and every change is refused."""

    def state(self) -> NoReturn:
        """Refuses."""
        raise WrongUseError("A replay has no flags to switch, and no load that could run.", _FOR_A_SHOP)

    def reports(self) -> list[Json]:
        """No service reports."""
        return []

    def set(self, _flag: str, _variant: str, _seconds: float, _schedule: Schedule | None = None) -> None:
        _refuse()

    def clear(self, _flag: str | None = None) -> None:
        _refuse()

    def report(self, _service: str, _flag: str, _variant: str, _affected: int) -> None:
        _refuse()

    def start(self, _spec: Json) -> None:
        _refuse()

    def stop(self) -> None:
        _refuse()


def _refuse(_settle_s: float = 0.0) -> NoReturn:
    raise WrongUseError("This is a recording: there is no shop to change.", _FOR_A_SHOP)
