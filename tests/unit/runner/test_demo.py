"""The page of a run at the desk beside a demonstration."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from tests.unit.runner.acted import Actor
from tests.unit.runner.fakes import FakeClock, FakeLab
from tests.unit.runner.test_runner import Shop
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.incident.loader import load
from whodunit.lab.client import LabClient
from whodunit.runner.demo import Demo, on_the_desk
from whodunit.runner.hosted import RunHost
from whodunit.runner.ports import PhaseStart
from whodunit.runner.session import Session

pytestmark = pytest.mark.process

RUNS = "slow-lists/stampede"


class Hosting:
    """A lab that hosts runs, and the demonstration of a case in its shop."""

    def __init__(self, folder: Path, case: Path, shop: Shop) -> None:
        self.home, self.actor, self.case = Home(folder / "home"), Actor(folder, 1), load(case)
        self.home.create()
        self.host = RunHost(self.home, self.actor.command, lambda: None)
        client = LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(self._answer)))
        status: Any = {"mode": "lite", "desk": "http://lab/"}
        self.session = Session(self.home, client, status, shop.telemetry)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        wanted = json.loads(request.content)
        try:
            self.host.follow(wanted["case"])
        except WrongUseError as error:
            return httpx.Response(422, json={"detail": error.message, "hint": error.hint})
        return httpx.Response(200, json={})

    def shows(self, phase: str) -> None:
        """A demonstration that has come as far as one phase."""
        demo = Demo(Console(file=StringIO()), self.session, self.case, step=False)
        with on_the_desk(self.session, self.case, demo, browser=False) as witness:
            witness.phase_started(PhaseStart(phase, "of the demo", 1.0))


@pytest.fixture
def hosting(clock: FakeClock, lab: FakeLab, folder: Path, tmp_path: Path) -> Hosting:
    return Hosting(tmp_path / "lab", folder, Shop(clock, lab))


def test_the_desk_shows_it_and_nothing_of_a_run_before(hosting: Hosting) -> None:
    hosting.home.hosted_run_file.write_text('{"event": "failed", "message": "Stopped.", "hint": ""}\n')
    hosting.shows("steady")
    run = hosting.host.told()
    assert run is not None
    assert ([phase["phase"] for phase in run["phases"]], run["case"]) == (["steady"], hosting.case.name)
    assert run["failure"] is None


def test_the_events_of_a_run_that_the_lab_has_started_are_left_alone(hosting: Hosting) -> None:
    hosting.host.start(RUNS, remedies=False)
    hosting.home.hosted_run_file.write_text('{"event": "phase_started"}\n')
    with pytest.raises(WrongUseError, match=f"{RUNS} is running"):
        hosting.shows("steady")
    assert hosting.home.hosted_run_file.read_text() == '{"event": "phase_started"}\n'
    hosting.host.close()
