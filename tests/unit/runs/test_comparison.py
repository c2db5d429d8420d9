"""What of an incident's evidence a recorded run shows, looked at over time as the run was."""

import json
from pathlib import Path

import pytest

from tests.unit.incident.files import SCENARIO
from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.incident.loader import load
from whodunit.runs.comparison import Comparison
from whodunit.runs.matrix import Match
from whodunit.runs.parquet import keep
from whodunit.runs.recorded_run import RecordedRun, newest, read

BOUNDS = (1.0, 5.0, 10.0, 20.0)
QUICK, SLOW = (9, 0, 0, 0, 0), (0, 0, 0, 9, 0)


def recorded(
    home: Home, *, slow_at: int, gateway: tuple[int, ...] = QUICK, passed: bool = True, left_alone_s: float = 40.0
) -> Path:
    """A run whose payments are slow for five seconds and well again; nobody looks at it while they are."""
    store = DuckStore()
    for second in range(2, 60, 5):
        store.histogram("pay", "payment", second, SLOW if second == slow_at else QUICK, BOUNDS)
        store.counter("paid", "payment", second, 3)
        store.histogram("gateway", "payment", second, gateway, BOUNDS)
    store.span("pay", "payment", 20, 12)
    store.log("Too slow.", "payment", 33)
    check = {"id": "slow", "seconds": left_alone_s}
    phases = [{"phase": name, "started": at(10).isoformat(), "checks": [check]} for name in ("expect", "recover")]
    result = {"scenario": "payments-slow", "passed": passed, "started": at(0).isoformat(), "seconds": 60.0}
    folder = home.runs_dir / f"20261121T1200{slow_at:02}Z-payments-slow"
    folder.mkdir(parents=True)
    keep(store, at(0), at(60), folder)
    (folder / "result.json").write_text(json.dumps(result | {"phases": phases}))
    return folder


def match(run: RecordedRun, folder: Path) -> Match:
    return Comparison(run).with_case(load(folder))


def test_a_symptom_counts_whenever_it_was_seen(folder: Path, tmp_path: Path) -> None:
    found = match(read(recorded(Home(tmp_path), slow_at=22)), folder)
    assert found == Match(("slow", "waits", "says-so"), (), (), ())
    assert found.is_whole


def test_what_comes_before_the_onset_does_not_count(folder: Path, tmp_path: Path) -> None:
    found = match(read(recorded(Home(tmp_path), slow_at=2)), folder)
    assert (found.missing, found.differences, found.is_whole) == (("slow",), ("slow",), False)


def test_what_is_not_there_yet_is_no_symptom(folder: Path, tmp_path: Path) -> None:
    expect = "expect:\n  within: 40s\n  metrics:\n"
    absence = "    - {id: none-paid, title: Nothing is paid, counter: paid, window: 10s, at_most: 0}\n"
    (folder / "scenario.yaml").write_text(SCENARIO.replace(expect, expect + absence))
    assert match(read(recorded(Home(tmp_path), slow_at=22)), folder).missing == ("none-paid",)


def test_what_must_stay_healthy_breaks(folder: Path, tmp_path: Path) -> None:
    assert match(read(recorded(Home(tmp_path), slow_at=22, gateway=SLOW)), folder).broken == ("gateway-fast",)


def test_a_mark_of_the_cause_that_does_not_show_is_absent(folder: Path, tmp_path: Path) -> None:
    paid, held = (f"{{id: {id_}, title: It is so, counter: {id_}, at_least: 1}}" for id_ in ("paid", "held"))
    (folder / "scenario.yaml").write_text(f"{SCENARIO}tells: {{metrics: [{paid}, {held}]}}\n")
    assert match(read(recorded(Home(tmp_path), slow_at=22)), folder).absent == ("held",)


@pytest.mark.parametrize(("gateway", "broken"), [(QUICK, ()), (SLOW, ("gateway-fast",))])
def test_what_is_as_it_was_before_the_onset_is_unchanged(
    folder: Path, tmp_path: Path, gateway: tuple[int, ...], broken: tuple[str, ...]
) -> None:
    unchanged = "unchanged: {metrics: [{id: as-quick, title: As quick, histogram: gateway, p: 95, measurements: 9}]}\n"
    (folder / "scenario.yaml").write_text(SCENARIO + unchanged)
    assert match(read(recorded(Home(tmp_path), slow_at=22, gateway=gateway)), folder).broken == broken


def test_what_changes_at_the_onset_is_not_unchanged(folder: Path, tmp_path: Path) -> None:
    unchanged = "unchanged: {metrics: [{id: as-quick, title: As quick, histogram: pay, p: 95, measurements: 9}]}\n"
    (folder / "scenario.yaml").write_text(SCENARIO + unchanged)
    assert match(read(recorded(Home(tmp_path), slow_at=22)), folder).broken == ("as-quick",)


def test_a_short_run_tells_what_stayed_healthy(folder: Path, tmp_path: Path) -> None:
    assert match(read(recorded(Home(tmp_path), slow_at=22, left_alone_s=15)), folder).broken == ()


def test_the_newest_run_that_passed_is_taken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    recorded(home, slow_at=7)
    expected = recorded(home, slow_at=12)
    recorded(home, slow_at=22, passed=False)
    assert newest(home, "payments-slow").folder == expected


def test_a_case_without_a_run_says_how_to_record_one(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="No run of payments-slow") as error:
        newest(Home(tmp_path), "payments-slow")
    assert "whodunit scenario verify payments-slow" in error.value.hint


def test_a_folder_that_is_no_run_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="no recorded run"):
        read(tmp_path)


def test_a_run_that_stopped_early_shows_nothing(tmp_path: Path) -> None:
    folder = recorded(Home(tmp_path), slow_at=7)
    result = json.loads((folder / "result.json").read_text())
    (folder / "result.json").write_text(json.dumps(result | {"phases": []}))
    with pytest.raises(WrongUseError, match="stopped before anything could be seen"):
        Comparison(read(folder))
