"""A run in which a program of the stack is away: seen while it is, told when it is back, and nobody lost an order."""

from pathlib import Path

import pytest

from tests.unit.runner.fakes import FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.errors import LabError
from whodunit.incident.loader import load
from whodunit.incident.result import ScenarioResult
from whodunit.runner.runner import Runner

SCENARIO = """\
schema_version: 1
title: Nothing is to be seen
story: Somebody says that there is nothing to be seen today.
level: beginner
documented_in: S3
load: {rates: {buy: 5}}
steady:
  sustained: 3s
  metrics:
    - {id: heard, title: Something is heard, gauge: heard, at_least: 1}
trigger: network
faults:
  - {outage: otel-collector, lasts: 30s}
expect:
  within: 20s
  logs:
    - {id: says-so, title: It says so afterwards, body: Away., within: 50s}
quiet:
  visits:
    - {id: shoppers-served, title: Shoppers are served, figure: checkouts_per_s, above: 3}
recover:
  sustained: 3s
  metrics:
    - {id: heard-again, title: Something is heard, gauge: heard, at_least: 1}
"""


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    path = tmp_path / "blind"
    path.mkdir()
    (path / "scenario.yaml").write_text(SCENARIO)
    return path


def run(blind: Path, clock: FakeClock, lab: FakeLab) -> ScenarioResult:
    telemetry = FakeTelemetry(
        numbers={"heard": lambda _: None if lab.is_away else 1.0},
        logs_by_body={"Away.": lambda _: 1 if lab.in_force and not lab.is_away else 0},
    )
    return Runner(telemetry, lab, clock, Recorder()).run(load(blind))


def test_evidence_is_awaited_beyond_the_outages_end(blind: Path, clock: FakeClock, lab: FakeLab) -> None:
    lab.figures = {"checkouts_per_s": 5.0}
    result = run(blind, clock, lab)
    assert result.passed
    assert [phase.phase for phase in result.phases] == [
        "steady", "precheck", "fault", "expect", "quiet", "clear", "recover", "books",
    ]  # fmt: skip
    says_so = result.phases[3].checks[0]
    assert 30 <= says_so.seconds < 33
    assert result.faults == ("otel-collector away",)
    assert lab.history[-1] == "all back"


def test_a_program_may_run_with_another_setting_instead(blind: Path, clock: FakeClock, lab: FakeLab) -> None:
    file = blind / "scenario.yaml"
    file.write_text(SCENARIO.replace("otel-collector,", "otel-collector, setting: LIMIT=8,"))
    lab.figures = {"checkouts_per_s": 5.0}
    result = run(blind, clock, lab)
    assert (result.passed, result.faults) == (True, ("otel-collector with LIMIT=8",))
    assert "otel-collector LIMIT=8" in lab.history


def test_shoppers_who_are_not_served_are_not_quiet(blind: Path, clock: FakeClock, lab: FakeLab) -> None:
    lab.figures = {"checkouts_per_s": 1.0}
    quiet = run(blind, clock, lab).phase("quiet")
    assert quiet is not None
    assert (quiet.passed, quiet.checks[0].message) == (False, "checkouts_per_s of the load generator: 1, expected > 3")


def test_a_lost_order_is_found_in_the_books(blind: Path, clock: FakeClock, lab: FakeLab) -> None:
    lab.figures, lab.lost = {"checkouts_per_s": 5.0}, 2
    books = run(blind, clock, lab).phase("books")
    assert books is not None
    assert (books.passed, books.checks[0].message) == (False, "2 of 9 orders lost, 0 charged twice, stock difference 0")


def test_what_cannot_be_taken_away_ends_the_run_in_order(blind: Path, clock: FakeClock, lab: FakeLab) -> None:
    class Stubborn(FakeLab):
        def take_away(self, program: str, seconds: float, setting: str = "") -> None:
            raise LabError("no", "do")

    stubborn = Stubborn(clock)
    with pytest.raises(LabError):
        run(blind, clock, stubborn)
    assert stubborn.history[-3:] == ["clear all", "load off", "all back"]
