"""What a check asks, and what holds."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from tests.unit.runner.fakes import START, FakeTelemetry
from whodunit.incident.evidence import LogCheck, SpanCheck, SpanConditions
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.observation import evaluate
from whodunit.incident.wording import shown
from whodunit.telemetry.questions import EventQuery, MetricQuery, SpanQuery, Statistic

BASE = {"id": "check", "title": "A check"}


def metric(**more: object) -> MetricCheck:
    return MetricCheck.model_validate(BASE | more)


@pytest.mark.parametrize(
    ("bounds", "value", "holds"),
    [
        ({"above": 1}, 1.0, False),
        ({"above": 1}, 1.1, True),
        ({"below": 1}, 1.0, False),
        ({"at_least": 1}, 1.0, True),
        ({"at_most": 0}, 0.0, True),
        ({"at_most": 0}, 1.0, False),
        ({"above": "300ms", "below": "700ms"}, 0.5, True),
        ({"above": "300ms", "below": "700ms"}, 0.8, False),
    ],
)
def test_bounds(bounds: dict[str, object], value: float, holds: bool) -> None:
    assert metric(gauge="g", **bounds).holds(value) is holds


@pytest.mark.parametrize(
    ("check", "query"),
    [
        (metric(histogram="h", p=95, above="10s"), MetricQuery("h", Statistic.PERCENTILE, percentile=95)),
        (metric(histogram="h", take="mean", above=1), MetricQuery("h", Statistic.MEAN)),
        (metric(counter="c", at_least=1, where={"a": 504}), MetricQuery("c", Statistic.INCREASE, where={"a": "504"})),
        (metric(counter="c", take="rate", above=3, service="order"), MetricQuery("c", Statistic.RATE, "order")),
        (metric(gauge="g", at_most=0), MetricQuery("g", Statistic.LAST)),
        (metric(gauge="g", take="rise", above=1), MetricQuery("g", Statistic.RISE)),
    ],
)  # fmt: skip
def test_a_metric_check_asks_for_one_number(check: MetricCheck, query: MetricQuery) -> None:
    assert check.query() == query


def test_a_counter_that_does_not_move_stands_at_zero_but_a_gauge_that_is_not_there_is_unknown() -> None:
    telemetry = FakeTelemetry()
    assert evaluate(telemetry, metric(counter="c", at_most=0), START, None).held
    assert not evaluate(telemetry, metric(gauge="g", at_most=0), START, None).held
    assert not evaluate(telemetry, metric(histogram="h", p=95, below=1), START, None).held


def test_a_metric_is_read_over_its_window_which_begins_with_the_phase() -> None:
    telemetry = FakeTelemetry(numbers={"g": lambda window: window.seconds})
    check = metric(gauge="g", at_least=0, window="20s")
    now = START + timedelta(seconds=60)
    assert evaluate(telemetry, check, now, None).value == 20
    assert evaluate(telemetry, check, now, START).value == 20
    assert evaluate(telemetry, check, now, now - timedelta(seconds=5)).value == 5


def test_a_share_is_a_part_of_a_whole() -> None:
    check = metric(histogram="h", take="count", where={"a": 500}, share_of={}, above=0.1)
    assert check.whole() == MetricQuery("h", Statistic.COUNT)
    assert evaluate(FakeTelemetry(numbers={"h": lambda _: 3}), check, START, None).value == 1
    assert evaluate(FakeTelemetry(), check, START, None).value is None


def test_a_share_is_of_counts() -> None:
    with pytest.raises(ValidationError, match="share_of stands with take"):
        metric(histogram="h", p=95, share_of={}, above=0.1)


def test_spans_are_counted_from_the_start_of_the_phase() -> None:
    check = SpanCheck.model_validate(BASE | {"name": "connect", "at_least": 3})
    telemetry = FakeTelemetry(spans_by_name={"connect": lambda window: window.seconds / 10})
    assert not evaluate(telemetry, check, START + timedelta(seconds=20), START).held
    assert evaluate(telemetry, check, START + timedelta(seconds=30), START).held


def test_without_a_bound_one_record_is_enough() -> None:
    check = LogCheck.model_validate(BASE | {"body": "Late."})
    assert not evaluate(FakeTelemetry(), check, START, None).held
    assert evaluate(FakeTelemetry(logs_by_body={"Late.": lambda _: 1}), check, START, None).held


def test_none_at_all_can_be_asked_for() -> None:
    check = LogCheck.model_validate(BASE | {"body": "Late.", "at_most": 0})
    assert evaluate(FakeTelemetry(), check, START, None).held
    assert not evaluate(FakeTelemetry(logs_by_body={"Late.": lambda _: 1}), check, START, None).held


@pytest.mark.parametrize(
    ("value", "told"), [(0.0123456, "0.01235"), (9_999.0, "9999"), (46_931_968.0, "46,931,968"), (-2e4, "-20,000")]
)
def test_a_large_number_is_told_in_full(value: float, told: str) -> None:
    assert shown(value, in_seconds=False) == told


def test_spans_can_be_asked_for_with_company_in_their_trace() -> None:
    check = SpanCheck.model_validate(BASE | {"name": "reserve", "in_trace_with": [{"name": "pay"}]})
    alone = FakeTelemetry(spans_by_name={"reserve": lambda _: 2})
    together = FakeTelemetry(spans_by_name={"reserve": lambda _: 2, "pay": lambda _: 1})
    assert evaluate(alone, check, START, None).value == 0
    assert evaluate(together, check, START, None).value == 2


def test_ancestors_nest() -> None:
    conditions = SpanConditions.model_validate(
        {"service": "payment", "status": "error", "longer_than": "10s", "under": {"service": "order"}}
    )
    assert conditions.query("t") == SpanQuery(
        service="payment", status="error", longer_than_s=10.0, under=SpanQuery(service="order"), trace_id="t"
    )


def test_the_words_of_a_status_and_an_event_can_be_asked_for() -> None:
    event = {"name": "feature_flag.evaluation", "where": {"feature_flag.result.variant": "on"}}
    check = SpanCheck.model_validate(BASE | {"status_message": "Error: no", "event": event})
    assert check.query() == SpanQuery(
        status_message="Error: no",
        event=EventQuery("feature_flag.evaluation", {"feature_flag.result.variant": "on"}),
    )
