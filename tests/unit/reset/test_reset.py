"""What a reset does, in which order, and when it does not call the shop steady."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from whodunit.errors import LabError
from whodunit.lab.client import LabClient
from whodunit.lab.settings import EntrySettings
from whodunit.lab.target import StackTarget
from whodunit.load.trial_order import TrialOrder
from whodunit.reset import backends
from whodunit.reset.steps import SETTLE_S, Reset
from whodunit.shell import Ran

CONFIG: dict[str, Any] = {
    "services": {
        "prometheus": {"volumes": [{"type": "bind", "source": "/x"}, {"type": "volume", "source": "prometheus"}]},
        "jaeger": {},
        "loki": {"volumes": [{"type": "volume", "source": "loki"}, {"type": "volume", "source": "shared"}]},
        "lab": {"volumes": [{"type": "volume", "source": "shared"}]},
    },
    "volumes": {name: {"name": f"shop_{name}"} for name in ("prometheus", "loki", "shared")},
}


def with_the_store() -> Any:
    """The same where the store keeps the log records."""
    services = {("store" if name == "loki" else name): service for name, service in CONFIG["services"].items()}
    return CONFIG | {"services": services}


class FakeDocker:
    """A Docker that runs the stack, or does not."""

    def __init__(self, config: Any = CONFIG, *, runs: bool = True, refuses: str = "") -> None:
        self.asked: list[str] = []
        self._answers = {"port": "127.0.0.1:8080\n" if runs else "127.0.0.1:9999\n", "config": json.dumps(config)}
        self._refuses = refuses

    def __call__(self, arguments: Sequence[str], within_s: float = 15.0) -> Ran:
        words = arguments[4:] if arguments[1] == "compose" else arguments[1:]
        self.asked.append(" ".join(words))
        if words[0] == self._refuses:
            return Ran(1, "", "volume is in use")
        return Ran(0, self._answers.get(words[0], ""))


class FakeLab:
    """Answers as the lab does, and remembers what it was asked to change."""

    def __init__(self, **audit: Any) -> None:
        self.changed: list[str] = []
        self.settled: list[float] = []
        self._audit = {"held": True, "open": 0, "stuck": 0} | audit
        self.alerts: list[dict[str, str]] = []

    def client(self) -> LabClient:
        return LabClient(httpx.Client(transport=httpx.MockTransport(self._answer), base_url="http://lab"))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.changed.append(f"{request.method} {request.url.path} {request.content.decode()}".strip())
        if request.url.path == "/audit":
            self.settled.append(float(request.url.params["settle"]))
        answers = {"/audit": self._audit, "/alerts": {"alerts": self.alerts}}
        return httpx.Response(200, json=answers.get(request.url.path, {}))


class Bench:
    """A reset of a stack on this machine."""

    def __init__(self, folder: Path, lab: FakeLab, docker: FakeDocker, url: str = "http://127.0.0.1:8080") -> None:
        (folder / "docker-compose.yml").touch()
        self.said: list[str] = []
        target = StackTarget(EntrySettings(url=url))
        self.slept: list[float] = []
        self.reset = Reset(
            target, lab.client(), docker, folder, lambda _: TrialOrder(9, 0.6), self.said.append, self.slept.append
        )


def test_everything_goes_and_the_light_load_comes_back(tmp_path: Path) -> None:
    lab, docker = FakeLab(), FakeDocker()
    bench = Bench(tmp_path, lab, docker)
    assert bench.reset.run()
    assert lab.changed == ["DELETE /faults", "DELETE /load", 'PUT /load {"light":true}']
    assert [asked.split()[0] for asked in docker.asked] == ["port", "config", "kill", "rm", "volume", "up"]
    assert "volume rm shop_prometheus shop_loki" in docker.asked
    assert "Order 9 completed in 0.6 s." in bench.said
    assert bench.slept == [5.0]  # for the last metrics of what was


def test_a_load_that_is_slow_to_stop_leaves_less_time_to_settle(tmp_path: Path) -> None:
    lab = FakeLab()
    reset = replace(Bench(tmp_path, lab, FakeDocker()).reset, started=time.monotonic() - 4)
    assert reset.run()
    assert lab.settled == [pytest.approx(SETTLE_S - 4, abs=1)]


@pytest.mark.parametrize(("config", "name"), [(CONFIG, "loki"), (with_the_store(), "store")])
def test_what_keeps_the_log_records_is_replaced(tmp_path: Path, config: Any, name: str) -> None:
    docker = FakeDocker(config)
    assert Bench(tmp_path, FakeLab(), docker).reset.run()
    assert f"kill prometheus jaeger {name}" in docker.asked


@pytest.mark.parametrize("audit", [{"held": False}, {"open": 2}])
def test_books_that_disagree_or_open_orders_are_not_steady(tmp_path: Path, audit: dict[str, Any]) -> None:
    assert not Bench(tmp_path, FakeLab(**audit), FakeDocker()).reset.run()


def test_an_alert_that_goes_on_firing_is_not_steady(tmp_path: Path) -> None:
    lab = FakeLab()
    lab.alerts = [{"name": "OrdersStuck", "state": "firing"}]
    bench = Bench(tmp_path, lab, FakeDocker())
    assert not bench.reset.run()
    assert "Still firing: OrdersStuck." in bench.said


def test_where_docker_runs_another_stack_the_rest_is_done_and_what_stays_is_said(tmp_path: Path) -> None:
    lab = FakeLab()
    bench = Bench(tmp_path, lab, FakeDocker(runs=False))
    assert not bench.reset.run()
    assert any("does not run in this machine's Docker" in line for line in bench.said)
    assert lab.changed[-1] == 'PUT /load {"light":true}'


def test_another_machines_stack_is_never_emptied_from_here(tmp_path: Path) -> None:
    docker = FakeDocker()
    assert not Bench(tmp_path, FakeLab(), docker, "http://workshop.example.com:8080").reset.run()
    assert docker.asked == []


def test_a_docker_that_refuses_is_told_with_the_way_back(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").touch()
    with pytest.raises(LabError, match="volume is in use") as error:
        backends.at("http://localhost:8080", FakeDocker(refuses="volume"), tmp_path).forget()
    assert "docker compose up" in error.value.hint
