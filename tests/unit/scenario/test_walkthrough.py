"""Figures in walkthroughs come from the recorded run beside them."""

import json
from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.scenario import catalogue
from whodunit.scenario.loader import Case
from whodunit.scenario.walkthrough import BLOCK, adopt, filled, recorded

CASES = catalogue.bundled()
CHECK = {"id": "slow", "title": "It is slow", "says": "p95 18.2 s", "seconds": 20.7, "query": "select 1"}
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
    assert filled(text, recorded(case.folder)) == text


def test_blocks_are_filled_and_the_prose_stays() -> None:
    assert filled(README, RUN) == (
        "# T\n<!-- recorded: run -->\n*Recorded 2026-11-21 12:00 UTC in 91 s on 2 cores.*\n<!-- end -->\nprose\n"
        "<!-- recorded: check slow -->\n> p95 18.2 s; 21 s after the phase began.\n<!-- end -->\n"
    )


def test_filling_twice_changes_nothing() -> None:
    assert filled(filled(README, RUN), RUN) == filled(README, RUN)


def test_a_phase_becomes_a_table() -> None:
    text = filled("<!-- recorded: phase expect -->\n<!-- end -->", RUN)
    assert "| It is slow | p95 18.2 s | 21 s |" in text


@pytest.mark.parametrize("what", ["check fast", "phase remedy", "weather"])
def test_what_was_not_recorded_is_an_error(what: str) -> None:
    with pytest.raises(WrongUseError):
        filled(f"<!-- recorded: {what} -->\n<!-- end -->", RUN)


def test_a_run_is_adopted_with_its_trace(tmp_path: Path) -> None:
    scenario, run = tmp_path / "scenario", tmp_path / "run"
    scenario.mkdir()
    run.mkdir()
    (scenario / "README.md").write_text(README + "<!-- recorded: trace -->\n<!-- end -->\n")
    (run / "result.json").write_text(json.dumps(RUN))
    (run / "trace.txt").write_text("order ████\n")
    adopt(scenario, run)
    assert "```text\norder ████\n```" in (scenario / "README.md").read_text()
    assert "select 1" not in (scenario / "recorded" / "result.json").read_text()


def test_a_run_that_did_not_pass_is_not_adopted(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(RUN | {"passed": False}))
    with pytest.raises(WrongUseError, match="did not pass"):
        adopt(tmp_path, tmp_path)
