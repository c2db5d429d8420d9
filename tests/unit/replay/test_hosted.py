"""Recorded runs that a lab finds, and opens beside the shop."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.recorded_runs import make
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.replay.hosted import ReplayHost

CASE = "payments-slow"
WITHIN_S = 60.0
OLD, NEW = "20261121T120000Z-payments-slow", "20261122T120000Z-payments-slow"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two runs of a case, one of which kept no telemetry, and one of a case whose name ends alike."""
    found = Home(tmp_path / "home")
    make(found.runs_dir / OLD)
    for name, case in ((NEW, CASE), ("20261123T120000Z-very-payments-slow", "very/payments-slow")):
        result = json.loads((found.runs_dir / OLD / "result.json").read_text())
        (found.runs_dir / name).mkdir()
        (found.runs_dir / name / "result.json").write_text(json.dumps(result | {"scenario": case, "passed": False}))
    return found


@pytest.fixture
def host(home: Home, tmp_path: Path) -> Iterator[ReplayHost]:
    make(tmp_path / "kept" / CASE)
    found = ReplayHost(home, tmp_path / "kept", most=1)
    yield found
    found.close_all()


def test_the_runs_of_a_case_are_told_newest_first_and_the_kept_one_last(host: ReplayHost) -> None:
    found = [(run["run"], run["passed"], run["is_complete"], run["is_kept"]) for run in host.runs(CASE)]
    assert found == [(NEW, False, False, False), (OLD, True, True, False), (CASE, True, True, True)]
    assert host.runs("no-such-case") == []


@pytest.mark.parametrize("name", [NEW, "../runs", "20261123T120000Z-very-payments-slow", ""])
def test_only_a_run_of_the_case_with_its_telemetry_is_opened(host: ReplayHost, name: str) -> None:
    with pytest.raises(WrongUseError, match="There is no run") as error:
        host.open(CASE, name)
    assert error.value.hint == f"There are: {OLD}, {CASE}"


@pytest.mark.process
def test_a_run_is_opened_looked_at_and_closed(host: ReplayHost) -> None:
    host.open(CASE, OLD)
    desk = host.runs(CASE)[1]["desk"]
    assert desk is not None
    assert "stands still at" in httpx.get(desk, trust_env=False, timeout=WITHIN_S).raise_for_status().text
    host.open(CASE, OLD)
    assert host.runs(CASE)[1]["desk"] == desk, "it is open already"
    with pytest.raises(WrongUseError, match="1 recorded run open, as many as may be") as error:
        host.open(CASE, CASE)
    assert error.value.hint == f"Close one: {OLD}"
    host.close(OLD)
    assert host.runs(CASE)[1]["desk"] is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(desk, trust_env=False, timeout=WITHIN_S)
