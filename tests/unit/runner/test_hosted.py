"""The run that a lab starts: a process of its own, one at a time, told as far as it has come."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.unit.loadgen.serving import wait_for
from tests.unit.runner.acted import Actor
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.lab.run_answers import HostedRun
from whodunit.mystery.gate import Sealed
from whodunit.refusals import HANDLERS
from whodunit.runner.hosted import RunHost
from whodunit.runner.of_terminal import announce
from whodunit.runner.routes import routes

pytestmark = pytest.mark.process

WITHIN_S = 30.0
STEADY = '{"event": "phase_started", "phase": "steady", "about": "well", "within_s": 60}\n'
END = '{"event": "ended", "passed": true, "seconds": 9.0, "stopped": "", "skipped": []}\n'
CASE = "checkout-hangs/held"


class Mystery:
    """Runs when it is told to."""

    is_sealed = False

    def check_open(self) -> None:
        if self.is_sealed:
            raise Sealed("its incident is one of the cases")


@pytest.fixture
def actor(tmp_path: Path) -> Actor:
    return Actor(tmp_path, 2)


@pytest.fixture
def mystery() -> Mystery:
    return Mystery()


@pytest.fixture
def host(tmp_path: Path, actor: Actor, mystery: Mystery) -> Iterator[RunHost]:
    found = RunHost(Home(tmp_path / "home"), actor.command, mystery.check_open)
    yield found
    found.close()


def told(host: RunHost) -> HostedRun:
    run = host.told()
    assert run is not None
    return run


def test_it_is_told_as_far_as_it_has_come(host: RunHost, actor: Actor) -> None:
    assert host.told() is None
    host.start(CASE, remedies=True)
    assert actor.asked == [(CASE, True)]
    run = told(host)
    assert (run["case"], run["remedies"], run["is_running"], run["phases"]) == (CASE, True, True, [])
    actor.goes_on(STEADY)
    wait_for(lambda: told(host)["phases"], WITHIN_S)
    assert told(host)["phases"][0]["phase"] == "steady"
    actor.goes_on(END)
    wait_for(lambda: not told(host)["is_running"], WITHIN_S)
    assert told(host)["outcome"] == {"passed": True, "seconds": 9.0, "stopped": "", "skipped": []}
    assert told(host)["failure"] is None


def test_one_runs_at_a_time(host: RunHost) -> None:
    host.start(CASE, remedies=False)
    with pytest.raises(WrongUseError, match=f"{CASE} is running"):
        host.start("slow-lists/stampede", remedies=False)


def test_it_is_stopped_as_by_ctrl_c_and_tells_so(host: RunHost, actor: Actor) -> None:
    with pytest.raises(WrongUseError, match="No case is running"):
        host.stop()
    host.start(CASE, remedies=False)
    wait_for(lambda: actor.has_begun, WITHIN_S)
    host.stop()
    wait_for(lambda: not told(host)["is_running"], WITHIN_S)
    assert told(host)["failure"] == {"message": "Stopped before the end.", "hint": "Faults are off."}
    assert not told(host)["is_stopping"]
    host.start(CASE, remedies=False)
    assert told(host)["failure"] is None


def test_one_that_ends_without_a_word_has_failed(tmp_path: Path, mystery: Mystery) -> None:
    host = RunHost(Home(tmp_path), lambda *_, **__: ["false"], mystery.check_open)
    host.start(CASE, remedies=False)
    wait_for(lambda: not told(host)["is_running"], WITHIN_S)
    failure = told(host)["failure"]
    assert failure is not None
    assert failure["message"] == "It ended without a result, with exit code 1."
    assert str(tmp_path / "logs" / "run.log") in failure["hint"]


def test_it_ends_with_the_lab(host: RunHost, actor: Actor) -> None:
    host.start(CASE, remedies=False)
    wait_for(lambda: actor.has_begun, WITHIN_S)
    host.close()
    assert not told(host)["is_running"]


def test_while_a_mystery_runs_nothing_is_started_nor_told(host: RunHost, mystery: Mystery, actor: Actor) -> None:
    mystery.is_sealed = True
    with pytest.raises(LabError, match="A mystery runs"):
        host.start(CASE, remedies=False)
    with pytest.raises(LabError, match="A mystery runs"):
        host.told()
    assert actor.asked == []


def test_a_run_of_a_terminal_is_followed_and_outlives_the_lab(host: RunHost, actor: Actor, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    with subprocess.Popen(actor.command(CASE, home.hosted_run_file, remedies=True)) as terminal:
        wait_for(lambda: actor.has_begun, WITHIN_S)
        announce(home, terminal.pid)
        host.follow(CASE)
        actor.goes_on(STEADY)
        wait_for(lambda: told(host)["phases"], WITHIN_S)
        assert (told(host)["case"], told(host)["is_running"]) == (CASE, True)
        with pytest.raises(WrongUseError, match=f"{CASE} is running"):
            host.start(CASE, remedies=False)
        host.close()
        assert told(host)["is_running"]
        host.stop()
        terminal.wait(WITHIN_S)
    failure = told(host)["failure"]
    assert failure == {"message": "Stopped before the end.", "hint": "Faults are off."}


def test_a_run_that_nobody_announced_or_that_is_over_is_not_followed(host: RunHost, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    with pytest.raises(WrongUseError, match="No terminal of this machine runs a case"):
        host.follow(CASE)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as terminal:
        announce(home, terminal.pid)
        terminal.communicate()
    with pytest.raises(WrongUseError, match="No terminal of this machine runs a case"):
        host.follow(CASE)


@pytest.mark.anyio
async def test_no_process_is_taken_from_a_request(host: RunHost) -> None:
    app = Starlette(routes=routes(host), exception_handlers=HANDLERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as http:
        answer = await http.post("/verification", json={"case": CASE, "pid": os.getpid()})
        followed = await http.post("/verification", json={"case": CASE, "follow": True})
    assert (answer.status_code, followed.status_code) == (422, 422)
    assert "pid" in answer.json()["detail"]
    assert host.told() is None
