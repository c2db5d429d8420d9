"""Evidence held against the kept recordings: it counts against those whom it would not convict."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from whodunit.incident import catalogue
from whodunit.mystery.answer import Answer
from whodunit.mystery.cases import HEALTHY, faces
from whodunit.mystery.conviction import SLACK, Clue
from whodunit.mystery.facts import Finding, Pair
from whodunit.mystery.gathering import gather
from whodunit.mystery.trail import Trail, recorded
from whodunit.runs import recordings
from whodunit.telemetry.answers import Span
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Statistic, Window

HELD, LEAKED, CUT = (f"checkout-hangs/{cause}" for cause in ("held", "leaked", "cut"))
CRY = "Database connection timeout during payment gateway authentication."


class Court:
    """Runs that were recorded, and what evidence from them is found to be."""

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened
        self._runs: dict[str, Trail] = {}

    def run(self, name: str) -> Trail:
        if name not in self._runs:
            run = recordings.kept(catalogue.find(name)).run
            self._runs[name] = self._opened.enter_context(recorded(run))
        return self._runs[name]

    def finding(self, name: str, **cited: Any) -> Finding:
        answer = Answer.model_validate({"evidence": [cited]})
        return gather(self.run(name), catalogue.find(name), answer.evidence).evidence[0]

    def metric(self, name: str, metric: str, **more: Any) -> Finding:
        time = self.run(name).trouble
        window = more.pop("window", (time.start, time.end))
        return self.finding(name, metric=metric, service="payment", window=window, **more)

    def slowest(self, name: str, *, early: bool = False) -> Span:
        run = self.run(name)
        query = SpanQuery(service="payment", name="authenticate with gateway")
        healthy = Window(run.health.start, run.trouble.start - SLACK)
        return run.telemetry.spans(query, healthy if early else run.trouble, 1).sample[0]


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    with ExitStack() as opened:
        yield Court(opened)


@pytest.mark.parametrize(
    ("name", "metric", "statistic", "convicted"),
    [
        (HELD, "db.client.connection.use_time", {"statistic": "mean"}, {CUT}),
        (HELD, "db.client.connection.timeouts", {"statistic": "rate"}, {CUT}),
        (HELD, "shop.payment.duration", {"statistic": "p", "p": 95.0}, {LEAKED, CUT}),
        (LEAKED, "db.client.connection.use_time", {"statistic": "mean"}, {HEALTHY}),
        (CUT, "db.client.connection.max", {"statistic": "value"}, set()),
        (HELD, "db.client.connection.max", {"statistic": "value"}, {HEALTHY, LEAKED}),
    ],
)
def test_a_number_convicts_every_run_in_which_it_was_and_became_the_same(
    court: Court, name: str, metric: str, statistic: dict[str, Any], convicted: set[str]
) -> None:
    found = court.metric(name, metric, **statistic)
    assert found.again is not None
    assert found.again.holds
    others = {HELD, LEAKED, CUT, HEALTHY} - {name}
    assert others - found.excludes == convicted & others


def test_a_span_is_looked_for_by_what_it_is_and_takes(court: Court) -> None:
    span = court.slowest(HELD)
    found = court.finding(HELD, trace=span.trace_id[:8], span=span.span_id)
    assert (found.problem, found.here and found.here.before) == ("", 0)
    assert HEALTHY in found.excludes
    early = court.slowest(HELD, early=True)
    assert "did not begin" in court.finding(HELD, trace=early.trace_id, span=early.span_id).problem
    assert "no such span" in court.finding(HELD, trace="ab" * 16, span=span.span_id).problem
    assert "no such span" in court.finding(HELD, trace=early.trace_id, span=span.span_id).problem


def test_a_line_counts_with_the_trace_that_holds_it(court: Court) -> None:
    run = court.run(HELD)
    [record] = run.telemetry.logs(LogQuery(body=CRY), run.trouble, 1).sample
    assert HEALTHY in court.finding(HELD, log=CRY[:30], trace=record.trace_id).excludes
    [elsewhere] = court.run(LEAKED).telemetry.logs(LogQuery(body=CRY), court.run(LEAKED).trouble, 1).sample
    assert "no such line" in court.finding(HELD, log=CRY, trace=elsewhere.trace_id).problem


def test_what_was_written_before_the_onset_is_no_evidence(court: Court) -> None:
    run = court.run(HELD)
    [early] = run.telemetry.logs(LogQuery(service="order", joined_to_trace=True), run.health, 1).sample
    found = court.finding(HELD, log=early.body, trace=early.trace_id)
    assert "before the onset" in found.problem
    assert found.excludes == frozenset()


def test_a_window_lies_between_onset_and_first_mitigation(court: Court) -> None:
    time, minute = court.run(HELD).trouble, timedelta(minutes=1)
    use_time = {"metric": "db.client.connection.use_time", "statistic": "mean"}
    for window in ((time.start - minute, time.end), (time.start, time.end + minute)):
        assert "between the onset" in court.metric(HELD, window=window, **use_time).problem
    assert "no such metric" in court.metric(HELD, "db.client.connection.fun", statistic="mean").problem


@pytest.mark.parametrize(
    ("before", "during", "holds"),
    [
        (0.0022, 2.4, True),
        (0.02, 4.0, True),
        (0.03, 3.1, True),
        (1.5, 2.7, False),
        (0.0022, 9.0, False),
        (0.0022, 0.04, False),
        (None, 2.4, False),
    ],
)
def test_a_busy_machine_is_no_other_cause(court: Court, before: float | None, during: float, holds: bool) -> None:
    run = court.run(HELD)
    query = MetricQuery("db.client.connection.wait_time", Statistic.MEAN, "payment")
    clue = Clue(query, "s", run.trouble)
    assert clue.nearest(Pair(before=before, during=during), run)[1] is holds


def test_where_nothing_breaks_evidence_may_be_of_the_whole_time(court: Court) -> None:
    case = next(case for case, _ in faces(catalogue.cases())["checkout-hangs"] if not case.scenario.breaks)
    run = court.run(HEALTHY)
    window = (run.health.start, run.trouble.end)
    cited = {"metric": "shop.payment.duration", "service": "payment", "statistic": "p", "p": 95, "window": window}
    answer = Answer.model_validate({"evidence": [cited]})
    assert "between the onset" in gather(run, case, answer.evidence).evidence[0].problem
    [finding] = gather(replace(run, breaks=False), case, answer.evidence).evidence
    assert HELD in finding.excludes
