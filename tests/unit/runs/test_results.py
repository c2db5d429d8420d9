"""What a run leaves behind: JSON for scripts, JUnit for CI, Markdown for people."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.machine import machine
from whodunit.runs.folders import last_result, record

STARTED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def check(name: str, *, passed: bool = True) -> CheckResult:
    return CheckResult(
        name, "metric", "A check", passed, 18.2, "p95 |\x1b 18.2 s", 11.260004, ({"trace_id": "ab"},), "select 1"
    )


def result(*checks: CheckResult, stopped: str = "") -> ScenarioResult:
    phase = PhaseResult("expect", checks, STARTED, 12.0)
    return ScenarioResult("checkout-hangs", "Orders hang", (phase,), STARTED, 90.0, stopped, ("flag=on",))


def test_json_has_the_keys_of_the_contract() -> None:
    document = result(check("slow")).as_json()
    assert {"scenario", "passed", "phases"} <= document.keys()
    assert {"phase", "passed", "checks"} <= document["phases"][0].keys()
    found = document["phases"][0]["checks"][0]
    assert {"id", "signal", "passed", "observed", "seconds", "proof"} <= found.keys()
    assert (found["observed"], found["seconds"], found["proof"]) == (18.2, 11.260004, [{"trace_id": "ab"}])


@pytest.mark.parametrize(
    ("run", "passed"),
    [
        (result(check("a"), check("b")), True),
        (result(check("a"), check("b", passed=False)), False),
        (result(check("a"), stopped="not steady"), False),
        (ScenarioResult("x", "X", (), STARTED, 0.0), False),
    ],
)
def test_a_run_passes_when_it_was_complete_and_every_check_held(run: ScenarioResult, *, passed: bool) -> None:
    assert run.passed is passed


def test_a_recorded_run_is_complete(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ledger = [
        {"time": (STARTED - timedelta(hours=1)).isoformat(), "action": "old"},
        {"time": (STARTED + timedelta(seconds=9)).isoformat(), "action": "set"},
    ]
    home.ledger_file.write_text("".join(json.dumps(line) + "\n" for line in ledger))
    run = result(check("slow"), check("waits", passed=False))
    folder = record(home, run)
    assert folder == home.runs_dir / "20261121T120000Z-checkout-hangs"
    kept = json.loads((folder / "result.json").read_text())
    assert kept == run.as_json() | {"machine": machine()}
    assert [json.loads(line)["action"] for line in (folder / "ledger.jsonl").read_text().splitlines()] == ["set"]
    report = (folder / "report.md").read_text()
    assert "**did not hold**" in report
    assert "| ✗ | A check | p95 \\| 18.2 s | 11 s |" in report
    suite = fromstring((folder / "junit.xml").read_text())[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("checkout-hangs expect", "2", "1")


def test_the_newest_result_is_found(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(LabError, match="No run of checkout-hangs"):
        last_result(home, "checkout-hangs")
    folder = record(home, result(check("slow")))
    assert last_result(home, "checkout-hangs") == folder / "result.json"
