"""Figures in walkthroughs come from the recorded run beside them."""

import json
from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.runs.walkthrough import BLOCK, adopt, filled, render

CASES = catalogue.bundled()
CHECK = {"id": "slow", "title": "It is slow", "message": "p95 18.2 s", "seconds": 20.7, "query": "select 1"}
RUN = {
    "passed": True,
    "started": "2026-11-21T12:00:09+00:00",
    "seconds": 91.4,
    "machine": "2 cores",
    "phases": [{"phase": "precheck", "checks": [CHECK]}, {"phase": "expect", "checks": [CHECK]}],
}
README = "# T\n<!-- recorded: run -->\nold\n<!-- end -->\nprose\n<!-- recorded: check slow -->\n<!-- end -->\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_every_walkthrough_shows_what_was_recorded(case: Case) -> None:
    text = (case.folder / "README.md").read_text()
    assert BLOCK.search(text)
    assert filled(text, case.folder) == text


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario's folder with a recorded run."""
    folder = tmp_path / "it-is-slow"
    (folder / "recorded" / "leaked").mkdir(parents=True)
    (folder / "recorded" / "result.json").write_text(json.dumps(RUN))
    (folder / "recorded" / "leaked" / "result.json").write_text(json.dumps(RUN | {"seconds": 62.0}))
    (folder / "README.md").write_text(README)
    return folder


def test_blocks_are_filled_and_the_prose_stays(scenario: Path) -> None:
    assert filled(README, scenario) == (
        "# T\n<!-- recorded: run -->\n*Recorded 2026-11-21 12:00 UTC in 91 s on 2 cores.*\n<!-- end -->\nprose\n"
        "<!-- recorded: check slow -->\n> p95 18.2 s; 21 s after the phase began.\n<!-- end -->\n"
    )


def test_another_cause_has_a_run_of_its_own(scenario: Path) -> None:
    assert "in 62 s" in filled("<!-- recorded leaked: run -->\n<!-- end -->", scenario)
    assert "*No run is recorded yet.*" in filled("<!-- recorded cut: run -->\n<!-- end -->", scenario)


def test_filling_twice_changes_nothing(scenario: Path) -> None:
    assert (render(scenario), render(scenario)) == (True, False)


def test_a_phase_becomes_a_table(scenario: Path) -> None:
    text = filled("<!-- recorded: phase expect -->\n<!-- end -->", scenario)
    assert "| It is slow | p95 18.2 s | 21 s |" in text


@pytest.mark.parametrize("what", ["check fast", "phase remedy", "trace", "weather"])
def test_what_was_not_recorded_is_an_error(what: str, scenario: Path) -> None:
    with pytest.raises(WrongUseError):
        filled(f"<!-- recorded: {what} -->\n<!-- end -->", scenario)


@pytest.mark.parametrize(("variant", "where"), [(None, "recorded"), ("held", "recorded"), ("cut", "recorded/cut")])
def test_a_run_is_adopted_with_its_drawings(variant: str | None, where: str, scenario: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "result.json").write_text(json.dumps(RUN))
    (run / "trace.txt").write_text("order ████\n")
    (run / "plot.txt").write_text("1 ┤⠒\n")
    adopt(Case(scenario, CASES[0].scenario, variant, ("held", "cut") if variant else ()), run)
    blocks = "".join(
        f"<!-- recorded{' cut' * (variant == 'cut')}: {what} -->\n<!-- end -->" for what in ("plot", "trace")
    )
    assert "```text\n1 ┤⠒\n```" in filled(blocks, scenario)
    assert "```text\norder ████\n```" in filled(blocks, scenario)
    assert "select 1" not in (scenario / where / "result.json").read_text()


def test_a_run_of_an_older_version_is_to_be_recorded_again(tmp_path: Path) -> None:
    check = {"id": "slow", "title": "It is slow", "says": "p95 18.2 s", "seconds": 21}
    (tmp_path / "result.json").write_text(json.dumps(RUN | {"phases": [{"phase": "expect", "checks": [check]}]}))
    with pytest.raises(WrongUseError, match="was recorded by an older version"):
        adopt(CASES[0], tmp_path)


def test_a_run_that_did_not_pass_is_not_adopted(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(RUN | {"passed": False}))
    with pytest.raises(WrongUseError, match="did not pass"):
        adopt(CASES[0], tmp_path)
