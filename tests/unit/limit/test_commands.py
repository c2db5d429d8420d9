"""`whodunit load limit` as it is typed."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.unit.launcher.fakes import FakeLoad, lab_over
from tests.unit.limit.fakes import total
from tests.unit.limit.test_report import found
from tests.unit.loadgen.serving import serve
from whodunit.errors import LabError, WrongUseError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.launcher.labfile import LabFile
from whodunit.launcher.processes import Identity
from whodunit.limit import commands, folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WHODUNIT_HOME", str(tmp_path))
    return Home.locate()


def typed(*arguments: str) -> Result:
    """The result of a command; its LabError, if any, is raised."""
    app = typer.Typer()
    commands.register(app)
    result = CliRunner().invoke(app, ["load", "limit", *arguments])
    if isinstance(result.exception, LabError):
        raise result.exception
    return result


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shape", "cube"], "Shapes: constant, step, spike, soak"),
        (["--journey", "buys=3"], "journeys: browse, leaf"),
        (["--journey", "buy=0"], "--journey buy=8"),
        (["--success", "100.1"], "99.99"),
        (["--p95", "fast"], "30s or 10m"),
        (["--p95", "0s"], "--p95 750ms"),
        (["--by", "0"], "--by 0.5"),
        (["--by", "0.1"], "Raise --by"),
        (["--most", "501", "--by", "10"], "Lower --most"),
        (["--base", "100"], "Lower --most or --base"),
        (["--base", "-1"], "--base 4"),
        (["--step", "5s"], "30s"),
        (["--shape", "spike"], "--base 4"),
        (["--shape", "soak", "--base", "4", "--for", "1m"], "--for 20m"),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_would(arguments: list[str], said: str) -> None:
    with pytest.raises(WrongUseError) as refusal:
        typed(*arguments)
    assert said in refusal.value.hint


def test_without_a_shop_the_way_to_open_one() -> None:
    with pytest.raises(LabError) as refusal:
        typed()
    assert "whodunit up" in refusal.value.hint


def test_two_reports_are_compared(home: Home, tmp_path: Path) -> None:
    before, after = (
        folder.write(home, found(capacity) | {"started": started})
        for capacity, started in ((7.0, "2026-11-29T12:00:00+00:00"), (9.0, "2026-11-29T13:00:00+00:00"))
    )
    output = typed("--compare", str(before), str(after / "report.json")).output
    assert "X is 1.3 times what it was." in output
    document: dict[str, Any] = json.loads(typed("--compare", str(before), str(after), "--json").output)
    assert (document["agree"], document["before"]["X"], document["after"]["X"]) == (False, 7.0, 9.0)
    with pytest.raises(WrongUseError, match="holds no measurement"):
        typed("--compare", str(before), str(tmp_path / "none"))


class AtOnce(FakeLoad):
    """A load that is over as soon as it is asked for; the shop bears five journeys a second."""

    def state(self) -> Any:
        if self.spec is None:
            return None
        p95_s = 0.6 if sum(self.spec["rates"].values()) <= 5 else 2.0
        stats = {"started_at": "2026-11-29T12:00:00+00:00", "elapsed_s": 99.0, "total": total(checkout_p95_s=p95_s)}
        return {"running": False, "spec": self.spec, "stats": stats}


@pytest.fixture
def load() -> FakeLoad:
    return AtOnce()


@pytest.fixture
def shop(home: Home, load: FakeLoad) -> Iterator[None]:
    """A lab without a shop, whose store does not answer."""
    nowhere = "http://127.0.0.1:1"
    told = {"services": [{"name": "frontend", "url": nowhere}], "store": {"url": nowhere}}
    with serve(lab_over(FaultBoard(home), load, told)) as url:
        LabFile(Identity.of(os.getpid()), url).write(home)
        yield


@pytest.mark.process
@pytest.mark.usefixtures("shop")
def test_a_search_from_the_command_to_the_report(home: Home, load: FakeLoad) -> None:
    output = typed("--journey", "buy=1", "--shape", "constant", "--most", "8").output
    [kept] = home.limits_dir.iterdir()
    assert "X: 5 journeys/s (confirmed; 5.5 journeys/s misses)." in output
    assert str(kept / "report.html") in output
    assert folder.read(kept)["ended"] == "complete"
    assert load.spec is None


@pytest.mark.process
@pytest.mark.usefixtures("shop")
def test_nothing_is_left_of_a_search_that_made_no_trial(home: Home) -> None:
    with pytest.raises(LabError, match="The time is up"):
        typed("--within", "1s")
    assert not home.limits_dir.exists()


@pytest.mark.process
@pytest.mark.usefixtures("shop")
def test_as_json_there_is_nothing_else_on_standard_output(home: Home) -> None:
    result = typed("--shape", "constant", "--most", "8", "--by", "6", "--json")
    document = json.loads(result.stdout)
    [kept] = home.limits_dir.iterdir()
    assert (result.exit_code, document["constant"]["value"], document["folder"]) == (1, None, str(kept))
