"""A symptom that comes back: found in the metric, counted only when it comes as regularly as asked."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.runner.fakes import START, FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.incident.loader import load
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.observation import evaluate
from whodunit.runner.runner import Runner
from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.questions import MetricQuery, Window

CHECK = MetricCheck.model_validate(
    {"id": "period", "title": "It comes back", "gauge": "stuck", "at_least": 1, "window": "6m"}
    | {"recurs": {"times": 3, "every": "60s"}}
)


class Plotted(FakeTelemetry):
    """Every metric over time is `values`, ten seconds apart."""

    values: Sequence[float | None] = ()

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        times = [window.start + timedelta(seconds=10 * number) for number in range(len(self.values))]
        return Plot("", [Series({}, times, self.values)], "select")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([0, 0, 4, 4, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 9, 9], 3),
        ([0, 0, 4, None, 4, 0, None, 0, 3, None, 0, 0, 0, 0, 9, 9], 3),
        ([0, 0, 4, 4, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 9, 9], 2),
        ([0, 4, 0, 4, 0, 4, 0, 4], 1),
        ([4, 4, 4, 4], 0),
        ([], 0),
    ],
)
def test_beginnings_count_as_often_as_they_are_regular(values: list[float | None], found: int) -> None:
    telemetry = Plotted()
    telemetry.values = values
    seen = evaluate(telemetry, CHECK, START, START - timedelta(seconds=300))
    assert (seen.value, seen.held) == (found, found >= 3)


def test_what_was_seen_is_told_with_its_period() -> None:
    telemetry = Plotted()
    telemetry.values = [0, 1, 0, 0, 0, 0, 0, 1]
    seen = evaluate(telemetry, CHECK, START, None)
    assert seen.message == "stuck rose 2 times, 1m00s apart, expected 3 times every 1m00s"
    assert len(seen.proof) == 1


class CameBefore(FakeTelemetry):
    """Three times, a minute apart, and the last time a minute before now."""

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        first = START - timedelta(minutes=4)
        times = [first + timedelta(seconds=5 * number) for number in range(36)]
        values = [float((time - first).total_seconds() % 60 == 15) for time in times]
        return Plot("", [Series({}, times, values)], "select")


@pytest.mark.parametrize(("stuck_now", "may_begin"), [(0.0, True), (1.0, False)])
def test_before_the_fault_it_must_not_be_there_even_once(
    stuck_now: float, may_begin: bool, folder: Path, clock: FakeClock, lab: FakeLab
) -> None:
    line = "{id: period, title: Again and again, gauge: stuck, at_least: 1, window: 6m, recurs: {times: 3, every: 60s}}"
    file = folder / "scenario.yaml"
    file.write_text(file.read_text().replace("  spans:\n", f"    - {line}\n  spans:\n", 1))
    telemetry = CameBefore(numbers={"pay": lambda _: 0.5, "stuck": lambda _: stuck_now})
    assert evaluate(telemetry, CHECK, START, None).held, "an earlier run left it in the telemetry"
    result = Runner(telemetry, lab, clock, Recorder()).run(load(folder))
    precheck = next(phase for phase in result.phases if phase.phase == "precheck")
    assert precheck.passed is may_begin
