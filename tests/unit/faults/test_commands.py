"""`whodunit fault` and `whodunit load` against the lab's own HTTP API."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.unit.launcher.fakes import FakeLoad, lab_over
from tests.unit.loadgen.serving import serve
from whodunit.errors import LabError, WrongUseError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.lab import fault_commands as faults
from whodunit.launcher.labfile import LabFile
from whodunit.launcher.processes import Identity
from whodunit.load import commands as load

pytestmark = pytest.mark.process

POOL = "payment-pool-exhaustion"
Whodunit = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path))
    return Home.locate()


@pytest.fixture
def wanted() -> FakeLoad:
    return FakeLoad()


@pytest.fixture
def whodunit(home: Home, wanted: FakeLoad) -> Iterator[Whodunit]:
    with serve(lab_over(FaultBoard(home), wanted)) as url:
        LabFile(Identity.of(os.getpid()), url).write(home)
        yield run


def run(*arguments: str) -> str:
    """The output of a command; its LabError, if any, is raised."""
    app = typer.Typer()
    faults.register(app)
    load.register(app)
    result = CliRunner().invoke(app, arguments)
    if result.exception:
        raise result.exception
    return result.output


def test_set_list_clear(whodunit: Whodunit, home: Home) -> None:
    assert "is on for 1m30s" in whodunit("fault", "set", POOL, "on", "--for", "90s")
    assert f"{POOL}: on, 1m" in whodunit("fault", "list")
    listed = {each["key"]: each["variant"] for each in json.loads(whodunit("fault", "list", "--json"))}
    assert listed[POOL] == "on"
    assert POOL in home.flags_file.read_text()
    assert "Every flag is off" in whodunit("fault", "clear")
    assert f"{POOL}: off" in whodunit("fault", "list")


def test_wrong_names_are_answered_with_the_valid_ones(whodunit: Whodunit) -> None:
    with pytest.raises(WrongUseError) as flag:
        whodunit("fault", "set", "pool", "on")
    assert POOL in flag.value.hint
    with pytest.raises(WrongUseError) as variant:
        whodunit("fault", "set", "gateway-slow", "on")
    assert "slow, timeout" in variant.value.hint
    with pytest.raises(WrongUseError, match="not a duration"):
        whodunit("fault", "set", POOL, "on", "--for", "soon")
    with pytest.raises(WrongUseError, match="86400"):
        whodunit("fault", "set", POOL, "on", "--for", "2d")


def test_without_a_lab_the_way_to_start_one(home: Home) -> None:
    with pytest.raises(LabError) as refusal:
        run("fault", "list")
    assert "whodunit up" in refusal.value.hint


def test_load(whodunit: Whodunit, wanted: FakeLoad) -> None:
    assert "whodunit load start" in whodunit("load", "status")
    whodunit("load", "start", "--journey", "buy=2", "--shape", "step:3@30s", "--for", "90s", "--seed", "3")
    assert wanted.spec == {
        "arrival": "open",
        "rates": {"buy": 2.0},
        "shape": {"kind": "step", "factor": 3.0, "at_s": 30.0},
        "seconds": 90,
        "seed": 3,
    }
    assert json.loads(whodunit("load", "status", "--json"))["running"]
    whodunit("load", "stop")
    assert wanted.spec is None
    whodunit("load", "start", "--users", "30")
    assert wanted.spec == {"arrival": "users", "users": 30, "shape": {"kind": "constant"}, "seconds": 600, "seed": 7}
    assert "soak@60s" in whodunit("load", "shapes")


def test_a_load_with_browsers(whodunit: Whodunit, wanted: FakeLoad) -> None:
    whodunit("load", "start", "--browsers", "2")
    assert (wanted.spec or {})["browsers"] == 2


def test_a_rate_and_people_do_not_go_together(whodunit: Whodunit) -> None:
    with pytest.raises(WrongUseError):
        whodunit("load", "start", "--users", "3", "--rate", "2")
