"""The lab's end of the load generator: starts it, knows what it does, ends it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.unit.loadgen.fake_shop import FakeShop, open_shop
from tests.unit.loadgen.serving import wait_for
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.load.runner import LoadRunner

pytestmark = pytest.mark.process


def no_nodes() -> None:
    raise LabError("There is no room for nodes.", "Make some.")


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with open_shop() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def runner(home: Home, shop: FakeShop) -> Iterator[LoadRunner]:
    made = LoadRunner(home, shop.url, shop.url, no_nodes)
    yield made
    made.stop()


def state(runner: LoadRunner) -> Any:
    known = runner.state()
    assert known is not None
    return known


def test_nothing_has_run_yet(runner: LoadRunner) -> None:
    assert runner.state() is None
    runner.stop()


def test_runs_tells_and_stops(runner: LoadRunner, home: Home, shop: FakeShop) -> None:
    runner.start({"rates": {"buy": 10}})
    assert state(runner)["running"]
    wait_for(lambda: state(runner)["stats"], 20)
    assert state(runner)["stats"]["spec"] == state(runner)["spec"]
    runner.stop()
    ended = state(runner)
    assert (ended["running"], ended["pid"], ended["exit_code"]) == (False, None, 0)
    assert ended["stats"]["state"] == "stopped"
    assert ended["stats"]["total"]["checkouts"] == len(shop.requests("/api/checkout", "POST")) > 0
    assert (home.load_dir / "result.json").exists()
    assert shop.services == {"load-generator"}
    assert Path(ended["log"]).read_text() == ""


def test_of_a_sealed_load_nothing_is_told(runner: LoadRunner, home: Home, shop: FakeShop) -> None:
    runner.start({"rates": {"browse": 50}, "seconds": 60, "sealed": True})
    wait_for(lambda: shop.requests("/api/categories"), 20)
    told = state(runner)
    assert (told["spec"], told["stats"]) == ({"sealed": True}, None)
    assert "browse" not in " ".join(psutil.Process(told["pid"]).cmdline())
    runner.stop()
    assert list(home.load_dir.iterdir()) == []


def test_one_at_a_time(runner: LoadRunner, shop: FakeShop) -> None:
    runner.start({"rates": {"search": 5}})
    first = state(runner)["pid"]
    runner.start({"rates": {"browse": 10}})
    assert not psutil.pid_exists(first)
    wait_for(lambda: shop.requests("/api/categories"), 20)


@pytest.mark.parametrize("spec", [{"rates": {"bye": 8}}, {"seconds": 7200}, {"what": 1}])
def test_a_wrong_spec_is_refused(runner: LoadRunner, spec: dict[str, Any]) -> None:
    with pytest.raises(WrongUseError, match="The load is invalid") as refusal:
        runner.start(spec)
    assert next(iter(spec)) in refusal.value.message
    assert runner.state() is None


def test_nodes_are_opened_before_visitors_come_who_look_at_their_histories(home: Home, shop: FakeShop) -> None:
    opened: list[int] = []
    runner = LoadRunner(home, shop.url, shop.url, lambda: opened.append(len(shop.asked)))
    runner.start({"rates": {"browse": 10}})
    runner.renew_nodes()
    assert (opened, runner.needs_nodes) == ([], False)
    runner.stop()
    shop.asked.clear()
    runner.start({"rates": {"history": 10}})
    wait_for(lambda: shop.requests("/api/history"), 20)
    assert (opened, runner.needs_nodes) == ([0], True)
    runner.renew_nodes()
    runner.stop()
    runner.renew_nodes()
    assert (len(opened), runner.needs_nodes) == (2, False)


def test_where_nodes_do_not_start_nobody_comes_to_look_at_a_history(runner: LoadRunner) -> None:
    with pytest.raises(LabError, match="no room"):
        runner.start({"rates": {"history_company": 1}})
    assert runner.state() is None


def test_a_load_generator_that_cannot_start_is_seen(home: Home) -> None:
    runner = LoadRunner(home, "http://shop.example.com", "http://127.0.0.1:1", no_nodes)
    runner.start({})
    wait_for(lambda: not state(runner)["running"], 20)
    known = state(runner)
    assert (known["exit_code"], known["stats"]) == (2, None)
    assert "is not this machine" in Path(known["log"]).read_text()
    runner.stop()


def test_ends_when_the_lab_is_killed(home: Home, shop: FakeShop) -> None:
    program = (
        "import sys, time; from pathlib import Path; from whodunit.home import Home; "
        "from whodunit.load.runner import LoadRunner; "
        f"LoadRunner(Home(Path({str(home.path)!r})), {shop.url!r}, {shop.url!r}, print).start({{}}); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as lab:
        wait_for(lambda: shop.asked, 20)
        lab.kill()
    wait_for((home.load_dir / "result.json").exists, 10)
