"""Load reports: what they say has to follow from what they counted."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.unit.limit.test_report import found
from whodunit.gradebook.loads import PLAN_FILE, marked
from whodunit.gradebook.row import Row
from whodunit.gradebook.rubric import rubric

RUBRIC = rubric(None).load
PLAN = "".join(f"{field}: what there is to say about it\n" for field in RUBRIC.plan)


@cache
def measured() -> str:
    return json.dumps(found())


def row(folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None, x: float | None = -1.0) -> Row:
    said = json.loads(measured())
    change(said)
    find_again = None if x == -1.0 else lambda _: x
    return marked(folder / "report.json", json.dumps(said), RUBRIC, "digest", find_again)


def points(found_: Row) -> dict[str, float]:
    return {each.name: each.points for each in found_.criteria}


def test_a_whole_report_and_a_plan_earn_it_all(tmp_path: Path) -> None:
    (tmp_path / PLAN_FILE).write_text(PLAN)
    assert row(tmp_path).score == 100


def made_up(said: dict[str, Any]) -> None:
    said["constant"] = {"value": 20.0, "missed": 20.5, "confirmed": True}


def bettered(said: dict[str, Any]) -> None:
    said["trials"][next(n for n, each in enumerate(said["trials"]) if each["verdict"] == "missed")]["verdict"] = "met"


def unconfirmed(said: dict[str, Any]) -> None:
    for each in said["trials"]:
        each["confirms"] = False


WRONG: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an X of which there is no trial": (made_up, "X is said to be 20/s, and no trial at that rate met the targets"),
    "a miss that is called met": (bettered, "and its numbers say missed"),
    "a confirmation that was not made": (unconfirmed, "no trial confirms it"),
}


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_what_does_not_follow_from_the_trials_is_said(
    change: Callable[[dict[str, Any]], None], told: str, tmp_path: Path
) -> None:
    changed = row(tmp_path, change)
    assert any(told in note for note in changed.notes)
    assert (points(changed)["carried"], points(changed)["confirmed"]) == (0, 0)


def test_one_that_was_broken_off_is_not_complete(tmp_path: Path) -> None:
    broken_off = row(tmp_path, lambda said: said.update(ended="The time is up."))
    assert points(broken_off)["complete"] == 0
    assert points(broken_off)["carried"] == RUBRIC.points.carried


MULTIPLYING = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{place}: &a{place} [{', '.join([f'*a{place - 1}'] * 10)}]\n" for place in range(1, 9)
)
"""A thousand million values in 400 characters."""

PLANS = {
    "no plan": (None, 0, "there is no test-plan.yaml"),
    "an empty one": ("", 0, "says nothing"),
    "no YAML": ("question: [\n", 0, "test-plan.yaml:"),
    "a list": ("- question\n", 0, "says nothing"),
    "two fields too short": (PLAN.replace("stop: what there is to say about it", "stop: soon"), 34.3, "stop says too"),
    "one whose aliases multiply": (MULTIPLYING, 0, "test-plan.yaml: its aliases (`*name`) make more than 100,000"),
    "one that contains itself": ("&it\nquestion: *it\n", 0, "its aliases (`*name`) make more than 100,000 values"),
    "one with an alias": (PLAN.replace("risks: what", "risks: *it #").replace("stop: ", "stop: &it "), 40, ""),
    "a misspelt one": (PLAN.replace("risks:", "risk:"), 34.3, "risk is no field of it: did you mean 'risks'?"),
}


@pytest.mark.parametrize(("plan", "earned", "told"), PLANS.values(), ids=PLANS)
def test_a_test_plan_earns_a_share_for_each_field(plan: str | None, earned: float, told: str, tmp_path: Path) -> None:
    if plan is not None:
        (tmp_path / PLAN_FILE).write_text(plan)
    (found_,) = (each for each in row(tmp_path).criteria if each.name == "plan")
    assert found_.points == earned
    assert told in found_.said


@pytest.mark.parametrize(("x", "earned"), [(7.0, 20), (8.5, 20), (9.0, 0), (5.0, 0), (None, 0)])
def test_measured_again_it_is_found_within_the_tolerance(x: float | None, earned: int, tmp_path: Path) -> None:
    assert points(row(tmp_path, x=x))["again"] == earned
