"""Pages that show the proof of a check: in the result, the report and on the terminal; and checks without an answer."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.unit.runner.fakes import START, FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.incident.loader import load
from whodunit.incident.observation import evaluate
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.runner import Runner
from whodunit.runs.artifacts import artifacts
from whodunit.runs.exhibits import Exhibits, telling_trace
from whodunit.runs.report import report
from whodunit.telemetry.answers import Number
from whodunit.telemetry.port import UnanswerableError
from whodunit.telemetry.questions import MetricQuery, Window

PAGE = "http://127.0.0.1:8080/grafana/explore?schemaVersion=1&panes=%7B%7D"


class Linked(FakeTelemetry):
    """Every number has a page."""

    def number(self, query: MetricQuery, window: Window) -> Number:
        return replace(super().number(query, window), query="sum(x)", link=PAGE)


class Unable(FakeTelemetry):
    """Knows no numbers, and never will."""

    def number(self, query: MetricQuery, window: Window) -> Number:
        raise UnanswerableError(f"no {query.statistic} of {query.name}")


def test_a_checks_result_carries_its_page(folder: Path) -> None:
    check = load(folder).scenario.expect.metrics[0]
    result = evaluate(Linked(), check, START, None).result(passed=False, seconds=1)
    assert result.as_json()["link"] == PAGE
    phase = PhaseResult("expect", (result,), START, 1.0)
    page = report(ScenarioResult("payments-slow", "Payments are slow", (phase,), START, 1.0), {})
    assert f"[open it]({PAGE})" in page
    assert "```promql\nsum(x)\n```" in page


def test_the_terminal_shows_where_a_page_is() -> None:
    screen = StringIO()
    Exhibits(Console(file=screen, width=100), FakeTelemetry()).query("sum(x)", PAGE)
    assert screen.getvalue().splitlines()[-1] == "open it: http://127.0.0.1:8080/grafana/explore"


def test_a_check_that_cannot_be_answered_ends_the_run_and_leaves_nothing_behind(
    folder: Path, lab: FakeLab, clock: FakeClock
) -> None:
    with pytest.raises(UnanswerableError, match="no percentile of pay"):
        Runner(Unable(), lab, clock, Recorder()).run(load(folder))
    assert lab.history[-3:] == ["clear all", "load off", "all back"]


def test_without_a_trace_that_tells_the_lines_that_were_looked_for_are_kept(folder: Path) -> None:
    says_so = CheckResult("says-so", "log", "It says so", True, 1, "1 record", 9.0, ({"trace_id": None},))
    run = ScenarioResult(
        "payments-slow", "Payments are slow", (PhaseResult("expect", (says_so,), START, 10.0),), START, 90
    )
    kept = artifacts(FakeTelemetry(logs_by_body={"Too slow.": lambda _: 2}), load(folder).scenario, run)
    assert kept["logs.txt"].count("Too slow.") == 2


def test_a_trace_that_was_forgotten_meanwhile_is_not_kept(folder: Path) -> None:
    waits = CheckResult("waits", "span", "It waits", True, 3, "3 spans", 9.0, ({"trace_id": "b" * 32},))
    phase = PhaseResult("expect", (waits,), START, 10.0)
    run = ScenarioResult("payments-slow", "Payments are slow", (phase,), START, 90.0)
    assert artifacts(FakeTelemetry(), load(folder).scenario, run) == {}


def test_a_log_line_leads_to_the_telling_trace_where_no_span_does() -> None:
    lines = [
        CheckResult(name, "log", "It says so", True, 1, "1 record", 9.0, ({"trace_id": trace},))
        for name, trace in (("first", "a" * 32), ("last", "b" * 32), ("apart", None))
    ]
    assert telling_trace(PhaseResult("expect", tuple(lines), START, 10.0)) == "b" * 32
    waits = CheckResult("waits", "span", "It waits", True, 3, "3 spans", 9.0, ({"trace_id": "c" * 32},))
    assert telling_trace(PhaseResult("expect", (waits, *lines), START, 10.0)) == "c" * 32
