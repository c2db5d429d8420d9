"""The lab's container without containers: opening, status, faults, load, audit, and who may change something."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.integration.stack_lab import TOKEN, StackLab, stack_lab
from tests.unit.loadgen.serving import wait_for

pytestmark = pytest.mark.lite

OPEN_WITHIN_S = 120.0
FLAG = "payment-larger-pool"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackLab]:
    with stack_lab(tmp_path_factory.mktemp("state")) as lab:
        wait_until_ready(lab)
        yield lab


def wait_until_ready(lab: StackLab) -> None:
    give_up_at = monotonic() + OPEN_WITHIN_S
    while httpx.get(f"{lab.entry_url}/lab/readyz", timeout=10, trust_env=False).status_code != 200:
        assert monotonic() < give_up_at, lab.output.read_text()
        sleep(0.2)


def load(lab: StackLab) -> dict[str, Any]:
    found: dict[str, Any] | None = httpx.get(f"{lab.entry_url}/lab/load", trust_env=False).json()
    return found or {"running": False, "light": False}


def test_the_terminal_shows_how_it_went_and_one_address(lab: StackLab) -> None:
    said = lab.output.read_text()
    assert "ready, waiting for" in said
    assert "order 1 completed in" in said
    assert f"{lab.entry_url}/" in said
    assert "Grafana was left out" in said
    assert "{" not in said


def test_a_stack_is_found_from_its_address_alone(lab: StackLab, tmp_path: Path) -> None:
    status = json.loads(lab.whodunit(tmp_path, "status", "--json").stdout)
    assert status["mode"] == "stack"
    assert all(row["ready"] for row in status["services"])
    assert {row["pid"] for row in status["services"]} == {None}
    page = lab.whodunit(tmp_path, "status").stdout
    assert f"Shop open: {lab.entry_url}" in page
    assert "docker compose logs payment" in page


def test_the_light_load_runs_until_the_leader_stops_it(lab: StackLab, tmp_path: Path) -> None:
    wait_for(lambda: load(lab)["light"], 30)
    refused = lab.whodunit(tmp_path, "load", "stop")
    assert (refused.returncode, "WHODUNIT_TOKEN" in refused.stderr) == (2, True)
    assert lab.whodunit(tmp_path, "load", "stop", token=TOKEN).returncode == 0
    assert not load(lab)["running"]


def test_the_leader_switches_and_services_report_back(lab: StackLab, tmp_path: Path) -> None:
    refused = lab.whodunit(tmp_path, "fault", "set", FLAG, "on")
    assert (refused.returncode, "leader" in refused.stderr) == (2, True)
    assert lab.whodunit(tmp_path, "fault", "set", FLAG, "on", token=TOKEN).returncode == 0
    assert lab.whodunit(tmp_path, "load", "start", "--journey", "buy=4", token=TOKEN).returncode == 0
    wait_for(lambda: httpx.get(f"{lab.entry_url}/lab/reports", trust_env=False).json(), 30)
    reported = httpx.get(f"{lab.entry_url}/lab/reports", trust_env=False).json()
    assert {each["flag"] for each in reported} == {FLAG}
    assert lab.whodunit(tmp_path, "load", "stop", token=TOKEN).returncode == 0
    assert lab.whodunit(tmp_path, "fault", "clear", token=TOKEN).returncode == 0


def test_the_books_are_audited_through_the_lab(lab: StackLab, tmp_path: Path) -> None:
    ended = lab.whodunit(tmp_path, "audit", "--settle", "20s", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["orders"] >= 1


def test_up_and_down_are_dockers(lab: StackLab, tmp_path: Path) -> None:
    for command in ("up", "down"):
        ended = lab.whodunit(tmp_path, command, "--target", "stack")
        assert (ended.returncode, f"docker compose {command}" in ended.stderr) == (2, True)
    assert "docker compose down" in lab.whodunit(tmp_path, "down").stdout


def test_sql_is_for_the_embedded_store(lab: StackLab, tmp_path: Path) -> None:
    ended = lab.whodunit(tmp_path, "sql", "select 1")
    assert (ended.returncode, "--query" in ended.stderr, "Prometheus" in ended.stderr) == (2, True, True)
