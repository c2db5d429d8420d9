"""Checks that only one target can answer."""

from pathlib import Path

import pytest

from loadgen.chromium import NO_CHROMIUM, NO_PLAYWRIGHT
from tests.unit.incident.files import FACE, SCENARIO, SLOW
from tests.unit.runner.test_outage_run import SCENARIO as OUTAGE
from whodunit.errors import LabError
from whodunit.incident.applicable import applicable, is_proved_on, lacking
from whodunit.incident.loader import load, load_all

MARKED = SCENARIO.replace(
    "    - {id: says-so, title: Payment says so, body: Too slow., within: 20s}\n",
    "    - {id: says-so, title: Payment says so, body: Too slow., within: 20s, only: stack}\n",
).replace(
    "    - {id: gateway-fast,",
    "    - {id: here-alone, title: Lite alone, gauge: here, above: 1, only: lite}\n    - {id: gateway-fast,",
)


def ids(folder: Path, target: str) -> tuple[set[str], list[str]]:
    found = applicable(load(folder).scenario, target)
    kept = [*found.scenario.expect.checks, *found.scenario.quiet.checks]
    return {check.id for check in kept}, [check.id for check in found.skipped]


def test_a_check_for_the_other_target_is_left_out_and_named(folder: Path) -> None:
    (folder / "scenario.yaml").write_text(MARKED)
    assert ids(folder, "lite") == ({"slow", "waits", "gateway-fast", "here-alone"}, ["says-so"])
    assert ids(folder, "stack") == ({"slow", "waits", "says-so", "gateway-fast"}, ["here-alone"])


def test_without_marks_a_scenario_is_the_same_everywhere(folder: Path) -> None:
    scenario = load(folder).scenario
    assert applicable(scenario, "lite").scenario is scenario


def proved(folder: Path, scenario: str) -> list[list[str]]:
    """Where each cause is held against the shop."""
    (folder / "scenario.yaml").write_text(scenario)
    return [[at for at in ("lite", "stack") if is_proved_on(case.scenario, at)] for case in load_all(folder)]


def test_a_scenario_is_proved_wherever_it_can_happen_unless_it_says_where(folder: Path) -> None:
    assert proved(folder, SCENARIO) == [["lite", "stack"]]
    assert proved(folder, OUTAGE) == [["stack"]]
    assert proved(folder, f"{SCENARIO}proved_on: [lite]\n") == [["lite"]]


def test_visitors_with_a_browser_need_what_is_missing_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "scenario.yaml"
    monkeypatch.setenv("PATH", str(folder))
    assert lacking(load(folder).scenario) is None
    path.write_text(SCENARIO.replace("rates: {buy: 5}", "rates: {buy: 5}\n  browsers: 1"))
    assert lacking(load(folder).scenario) in (NO_CHROMIUM, NO_PLAYWRIGHT)


def test_a_cause_may_be_proved_elsewhere_than_its_siblings(by_two: Path) -> None:
    (by_two / "causes" / "slow.yaml").write_text(f"{SLOW}proved_on: []\n")
    assert proved(by_two, f"{FACE}proved_on: [stack]\n") == [["stack"], []]


@pytest.mark.parametrize(
    "mark",
    [
        "histogram: pay, p: 95, above: 10s, only: stack}",  # what a remedy must be seen to heal
        "histogram: pay, p: 95, above: 10s, only: somewhere}",
    ],
)
def test_marks_that_would_leave_nothing_to_prove_are_refused(folder: Path, mark: str) -> None:
    (folder / "scenario.yaml").write_text(SCENARIO.replace("histogram: pay, p: 95, above: 10s}", mark))
    with pytest.raises(LabError):
        load(folder)
