"""An evidence id is what the form of a mystery reads, and means the same there."""

from datetime import timedelta

import pytest

from tests.unit.mcp.shop import TRACE
from tests.unit.telemetry.duck_store import MINUTE, NOON
from whodunit.errors import WrongUseError
from whodunit.mystery.citing import read
from whodunit.mystery.form import parsed
from whodunit.telemetry.citation import MetricCitation, evidence_of_line, evidence_of_number
from whodunit.telemetry.questions import MetricQuery, Statistic, Window

RATE = MetricQuery("shop.order.results", Statistic.INCREASE, "order", {"shop.outcome": "failed"})
ROUTE = MetricQuery(
    "http.server.request.duration",
    Statistic.MEAN,
    "order",
    {"http.route": "/orders/{id}", "shop.said": 'one, two = "three"', "shop.none": ""},
)
P99 = MetricQuery("shop.payment.duration", Statistic.PERCENTILE, "payment", percentile=99.5)


@pytest.mark.parametrize("query", [RATE, ROUTE, P99])
def test_a_number_is_read_as_it_was_cited(query: MetricQuery) -> None:
    cited = evidence_of_number(query, MINUTE)
    assert cited
    assert parsed(["component=order", f"evidence={cited}"]).evidence == [MetricCitation.of(query, MINUTE)]


def test_it_holds_the_date_so_that_it_is_read_alike_elsewhere_and_tomorrow() -> None:
    assert evidence_of_number(P99, MINUTE) == (
        "metric shop.payment.duration{service=payment} p99.5 2026-11-21T12:00:00Z..2026-11-21T12:01:00Z"
    )


def test_a_window_is_cited_to_whole_seconds_around_it() -> None:
    cited = evidence_of_number(P99, Window(NOON + timedelta(seconds=0.4), NOON + timedelta(seconds=20.2)))
    assert cited
    assert cited.endswith("12:00:00Z..2026-11-21T12:00:21Z")


def test_too_short_a_window_cannot_be_cited() -> None:
    assert evidence_of_number(P99, Window(NOON, NOON + timedelta(seconds=5))) is None


def test_a_line_is_cited_by_its_beginning() -> None:
    assert evidence_of_line("  First line\nsecond", TRACE) == f"log {TRACE} First line"
    assert evidence_of_line("x" * 200, TRACE) == f"log {TRACE} {'x' * 80}"
    assert evidence_of_line("First line", None) is None
    assert evidence_of_line("ok", TRACE) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "payment is slow",
        "metric x{a=b,c} max 12:00:00..12:01:00",
        "span xyz 12",
        f"metric x max {NOON:%H:%M}..{NOON:%H:%M}",
    ],
)
def test_what_is_none_is_told_the_forms(wrong: str) -> None:
    with pytest.raises(WrongUseError) as refused:
        read(wrong)
    assert "span TRACE SPAN" in refused.value.hint
