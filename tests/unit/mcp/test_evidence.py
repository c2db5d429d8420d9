"""An evidence id is what the form of a mystery reads, and means the same there."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.mcp.shop import TRACE
from tests.unit.telemetry.duck_store import MINUTE, NOON
from whodunit.errors import WrongUseError
from whodunit.mcp import evidence
from whodunit.mystery.form import parsed
from whodunit.telemetry.citation import MetricCitation
from whodunit.telemetry.questions import MetricQuery, Statistic, Window

RATE = MetricQuery("shop.order.results", Statistic.INCREASE, "order", {"shop.outcome": "failed"})
P99 = MetricQuery("shop.payment.duration", Statistic.PERCENTILE, "payment", percentile=99.5)


@pytest.mark.parametrize("query", [RATE, P99])
def test_a_number_is_read_as_it_was_cited(query: MetricQuery) -> None:
    cited = evidence.of_metric(query, MINUTE)
    assert cited
    assert parsed(["component=order", f"evidence={cited}"]).evidence == [MetricCitation.of(query, MINUTE)]


def test_it_holds_the_date_so_that_it_is_read_alike_elsewhere_and_tomorrow() -> None:
    assert evidence.of_metric(P99, MINUTE) == (
        "metric shop.payment.duration{service=payment} p99.5 2026-11-21T12:00:00Z..2026-11-21T12:01:00Z"
    )


def test_a_window_is_cited_to_whole_seconds_around_it() -> None:
    cited = evidence.of_metric(P99, Window(NOON + timedelta(seconds=0.4), NOON + timedelta(seconds=20.2)))
    assert cited
    assert cited.endswith("12:00:00Z..2026-11-21T12:00:21Z")


def test_too_short_a_window_cannot_be_cited() -> None:
    assert evidence.of_metric(P99, Window(NOON, NOON + timedelta(seconds=5))) is None


def test_a_line_is_cited_by_its_beginning() -> None:
    assert evidence.of_text("  First line\nsecond", TRACE) == f"log {TRACE} First line"
    assert evidence.of_text("x" * 200, TRACE) == f"log {TRACE} {'x' * 80}"
    assert evidence.of_text("First line", None) is None


def test_a_clock_time_gets_its_date() -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    window = Window(start, start + timedelta(minutes=1))
    assert evidence.dated(str(MetricCitation.of(RATE, window))) == evidence.of_metric(RATE, window)
    assert evidence.dated("") is None


@pytest.mark.parametrize("wrong", ["", "payment is slow", "span xyz 12", f"metric x max {NOON:%H:%M}..{NOON:%H:%M}"])
def test_what_is_none_is_told_the_forms(wrong: str) -> None:
    with pytest.raises(WrongUseError) as refused:
        evidence.read(wrong)
    assert "span TRACE SPAN" in refused.value.hint
