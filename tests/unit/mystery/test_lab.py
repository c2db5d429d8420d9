"""The lab's routes while a mystery runs: what is closed, what is open, and to whom."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.unit.mystery.fakes import FakeLoad, Incident
from whodunit.faults.board import FaultBoard
from whodunit.faults.catalogue import Action
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.lab.api import Lab, create_api
from whodunit.mystery.gate import GuardedFaults, GuardedLoad
from whodunit.mystery.lab import LabMystery
from whodunit.mystery.parts import Parts
from whodunit.replay.routes import RecordedRuns
from whodunit.runner.hosted import RunHost, command
from whodunit.runner.routes import routes as run_routes
from whodunit.topology import BY_NAME, HISTORY

pytestmark = pytest.mark.anyio

TOKEN = "between us"


class Bench:
    """The API of a lab with a mystery in it."""

    def __init__(self, folder: Path) -> None:
        """As after a restart of the lab, where `folder` is another one's."""
        home = Home(folder)
        board, load = FaultBoard(home), FakeLoad()
        case = next(case for case in catalogue.cases() if case.scenario.breaks)
        self.mystery = LabMystery(
            Parts(
                mode="lite",
                home=home,
                board=board,
                load=load,
                telemetry=lambda: Incident(case=case),
                ready=self._ready,
                missing=self._missing,
                forget=self._forget,
                service_token=TOKEN,
            )
        )
        self.forgotten = 0
        lab = Lab(
            mode="lite",
            status=self.mystery.without_ends(self._status),
            ready=self._ready,
            faults=GuardedFaults(board, self.mystery),
            load=GuardedLoad(load, self.mystery),
            alerts=dict,
            audit=lambda _: {},
            forget=self.mystery.unless_sealed(self._forget),
            shutdown=lambda: None,
            more=[
                *self.mystery.routes,
                *run_routes(RunHost(home, partial(command, "lite"), self.mystery.check_open)),
                *RecordedRuns(home, self.mystery.check_open, lambda: None).routes,
            ],
        )
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_api(lab, _nothing)), base_url="http://127.0.0.1:8070"
        )

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.http.request(method, path, json=body, headers=headers)

    async def _status(self) -> Any:
        return {"services": [{"name": "payment", "ready": True, "restarts": 2, "last_exit": "exit code 75"}]}

    async def _ready(self) -> bool:
        return True

    async def _missing(self) -> list[str]:
        return []

    def _forget(self) -> None:
        self.forgotten += 1


@asynccontextmanager
async def _nothing(_app: Starlette) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    async with bench.http:
        yield bench


CLOSED = [
    ("GET", "/faults"),
    ("PUT", "/faults/gateway-slow"),
    ("DELETE", "/faults/gateway-slow"),
    ("DELETE", "/faults"),
    ("GET", "/reports"),
    ("PUT", "/load"),
    ("DELETE", "/load"),
    ("DELETE", "/telemetry"),
    ("GET", "/verification"),
    ("GET", "/runs?case=all-quiet"),
]


async def test_while_it_runs_nothing_is_switched_or_told(bench: Bench) -> None:
    begun = await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})
    assert begun.status_code == 200, begun.text
    for method, path in CLOSED:
        refused = await bench.ask(method, path, {"variant": "off"} if method == "PUT" else None)
        assert refused.status_code in {404, 422}, (method, path)
        assert "A mystery runs" in refused.json()["detail"]
    assert bench.forgotten == 0
    await bench.ask("POST", "/mystery/reveal")
    assert (await bench.ask("GET", "/faults")).status_code == 200
    assert (await bench.ask("GET", "/verification")).json() == {"run": None}
    assert (await bench.ask("DELETE", "/telemetry")).status_code == 204


async def test_while_it_runs_the_lab_does_not_tell_what_was_restarted(bench: Bench) -> None:
    await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})
    told = (await bench.ask("GET", "/status")).json()
    assert told["services"] == [{"name": "payment", "ready": True, "restarts": 0, "last_exit": None}]
    ended, failed = (logging.makeLogRecord({"levelno": level}) for level in (logging.WARNING, logging.ERROR))
    assert not bench.mystery.may_be_logged(ended)
    assert bench.mystery.may_be_logged(failed)
    await bench.ask("POST", "/mystery/reveal")
    assert bench.mystery.may_be_logged(ended)
    assert (await bench.ask("GET", "/status")).json()["services"][0]["restarts"] == 2


async def test_after_a_crash_it_is_sealed_before_it_is_taken_up(bench: Bench, tmp_path: Path) -> None:
    told = (await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})).json()
    next_lab = Bench(tmp_path)
    async with next_lab.http:
        assert next_lab.mystery.is_sealed
        assert (await next_lab.ask("GET", "/faults")).status_code == 422
        assert (await next_lab.ask("POST", "/mystery", {"minutes": 5})).status_code == 404
        assert (await next_lab.ask("GET", "/mystery")).json()["mystery"] == told["mystery"]
        await next_lab.ask("POST", "/mystery/reveal")
        assert (await next_lab.ask("GET", "/faults")).status_code == 200


async def test_the_watch_takes_it_up_by_itself(bench: Bench, tmp_path: Path) -> None:
    told = (await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})).json()
    next_lab = Bench(tmp_path)
    async with next_lab.http:
        watch = asyncio.create_task(next_lab.mystery.watch())
        body, header = {"seal": told["mystery"]}, f"Bearer {TOKEN}"
        for _ in range(1000):
            found = await next_lab.ask("POST", "/reports/key", body, Authorization=header)
            if found.is_success:
                break
            await asyncio.sleep(0.01)
        assert found.is_success
        watch.cancel()


async def test_services_report_all_the_same(bench: Bench) -> None:
    await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})
    body = {"service": "gateway", "flag": "gateway-slow", "variant": "slow", "affected": 2}
    assert (await bench.ask("POST", "/reports", body)).status_code == 204


async def test_the_key_is_for_the_services(bench: Bench) -> None:
    told = (await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5})).json()
    body = {"seal": told["mystery"]}
    assert (await bench.ask("POST", "/reports/key", body)).status_code == 403
    assert (await bench.ask("POST", "/reports/key", body, Authorization="Bearer guess")).status_code == 403
    right = await bench.ask("POST", "/reports/key", body, Authorization=f"Bearer {TOKEN}")
    assert len(bytes.fromhex(right.json()["key"])) == 32
    wrong = await bench.ask("POST", "/reports/key", {"seal": "other"}, Authorization=f"Bearer {TOKEN}")
    assert wrong.status_code == 422


async def test_every_action_is_offered_for_every_service_whatever_the_cause(bench: Bench) -> None:
    found = (await bench.ask("GET", "/mystery/mitigations")).json()
    assert found == {"actions": {action: action.meaning for action in Action}, "services": [*BY_NAME, HISTORY]}


async def test_where_none_runs_it_says_so(bench: Bench) -> None:
    assert (await bench.ask("GET", "/mystery")).json() == {"running": False}
    assert bench.mystery._opened is None
    assert (await bench.ask("POST", "/mystery/hint")).status_code == 404
    assert (await bench.ask("POST", "/mystery", {"minutes": 1})).status_code == 422


async def test_the_whole_way_over_http(bench: Bench) -> None:
    await bench.ask("POST", "/mystery", {"seed": 3, "minutes": 5, "leader": "sesame"})
    assert (await bench.ask("POST", "/mystery/hint")).json()["cost"] == 5
    assert (
        await bench.ask("POST", "/mystery/mitigations", {"action": "restart", "service": "order"})
    ).status_code == 200
    handed_in = await bench.ask("POST", "/mystery/answer", {"component": "order", "onset": "2026-11-21T14:00:00Z"})
    assert handed_in.json()["answer"]["component"] == "order"
    told = (await bench.ask("POST", "/mystery/reveal")).json()
    assert told["verdict"]["score"] < 50
