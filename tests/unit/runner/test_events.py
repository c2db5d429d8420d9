"""A run written as events, and put together again from them."""

import json
from pathlib import Path

import pytest

from tests.unit.runner.fakes import FakeClock, FakeLab
from tests.unit.runner.test_runner import Shop
from whodunit.errors import LabError, WrongUseError
from whodunit.incident.loader import load
from whodunit.incident.result import ScenarioResult
from whodunit.runner.events import written
from whodunit.runner.ports import Unobserved
from whodunit.runner.runner import Runner
from whodunit.runner.so_far import SoFar


class Witness(Unobserved):
    """Ignores the end, too."""

    def ended(self, result: ScenarioResult) -> None:
        """Ignored."""


@pytest.fixture
def ran(clock: FakeClock, lab: FakeLab, folder: Path, tmp_path: Path) -> tuple[ScenarioResult, Path]:
    """A run's result, and the file of its events."""
    shop, events = Shop(clock, lab), tmp_path / "run.jsonl"
    with written(events, Witness()) as witness:
        result = Runner(shop.telemetry, lab, clock, witness).run(load(folder))
        witness.ended(result)
    return result, events


def test_what_was_written_tells_all_of_the_result(ran: tuple[ScenarioResult, Path]) -> None:
    result, events = ran
    found = SoFar()
    found.take(events.read_bytes())
    told = {
        phase["phase"]: {c["id"]: (c["passed"], c["message"]) for c in phase["checks"]} for phase in found.run["phases"]
    }
    assert told == {phase.phase: {c.id: (c.passed, c.message) for c in phase.checks} for phase in result.phases}
    assert found.run["outcome"] == {"passed": True, "seconds": round(result.seconds, 1), "stopped": "", "skipped": []}


def test_a_check_has_its_numbers_since_the_phase_began(ran: tuple[ScenarioResult, Path]) -> None:
    found = SoFar()
    found.take(ran[1].read_bytes())
    phases = {phase["phase"]: phase for phase in found.run["phases"]}
    [slow] = [check for check in phases["expect"]["checks"] if check["id"] == "slow"]
    assert [value for _, value in slow["values"]] == [0.5] * (len(slow["values"]) - 1) + [18.0]
    assert slow["values"][0][0] == 0.0
    [quick] = phases["quiet"]["checks"]
    assert len(quick["values"]) >= len(slow["values"]), "it is watched together with the symptoms"


def test_half_a_line_waits_for_the_rest_of_it(ran: tuple[ScenarioResult, Path]) -> None:
    whole, pieces = SoFar(), SoFar()
    text = ran[1].read_bytes()
    whole.take(text)
    for start in range(0, len(text), 97):
        pieces.take(text[start : start + 97])
    assert pieces.run == whole.run


@pytest.mark.parametrize("broken", [b'{"event": "sam', b"[]", b"\xff", b'{"event": "sung"}'])
def test_a_broken_line_is_left_out(ran: tuple[ScenarioResult, Path], broken: bytes) -> None:
    whole, found = SoFar(), SoFar()
    text = ran[1].read_bytes()
    whole.take(text)
    found.take(broken + b"\n" + text)
    assert found.run == whole.run


def test_while_it_goes_on_the_last_phase_is_not_over(ran: tuple[ScenarioResult, Path]) -> None:
    lines = ran[1].read_bytes().splitlines(keepends=True)
    begun = next(place for place, line in enumerate(lines) if json.loads(line).get("phase") == "expect")
    found = SoFar()
    found.take(b"".join(lines[: begun + 3]))
    expect = found.run["phases"][-1]
    assert (expect["phase"], expect["is_over"], found.run["outcome"]) == ("expect", False, None)
    assert {check["id"] for check in expect["checks"]} == {"slow", "waits", "says-so", "gateway-fast"}
    assert not any(check["is_decided"] for check in expect["checks"])


def test_an_error_is_told_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(LabError), written(tmp_path / "run.jsonl", Witness()):
        raise LabError("The shop is gone.", "Open it again.")
    found = SoFar()
    found.take((tmp_path / "run.jsonl").read_bytes())
    assert found.run["failure"] == {"message": "The shop is gone.", "hint": "Open it again."}


def test_a_file_that_cannot_be_written_is_said_before_anything_begins(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="Cannot write"), written(tmp_path / "none" / "run.jsonl", Witness()):
        pytest.fail("it began")
