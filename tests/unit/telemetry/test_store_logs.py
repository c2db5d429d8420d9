import pytest

from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.telemetry.questions import LogQuery
from whodunit.telemetry.store.adapter import StoreTelemetry

T1 = "a" * 32


@pytest.fixture
def lines(store: DuckStore) -> DuckStore:
    store.span("POST /orders", "order", 1, 1, trace_id=T1)
    store.log("Payment service timeout, retrying.", "order", 2, "INFO", trace_id=T1, span_id="1" * 16)
    store.log("Order processing delayed due to payment timeout.", "order", 3, "WARN", trace_id="f" * 32)
    store.log("Database connection timeout", "payment", 4, "ERROR", attributes={"shop.order.id": "7"})
    store.log("too early", "payment", -1, "ERROR")
    return store


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        (LogQuery(), [2, 3, 4]),
        (LogQuery(service="order"), [2, 3]),
        (LogQuery(severity="WARN"), [3]),
        (LogQuery(least_severity="WARN"), [3, 4]),
        (LogQuery(body="Database connection timeout"), [4]),
        (LogQuery(body="Database connection"), []),
        (LogQuery(body_contains="PAYMENT"), [2, 3]),
        (LogQuery(body_contains="100%_"), []),
        (LogQuery(where={"shop.order.id": "7"}), [4]),
        (LogQuery(joined_to_trace=True), [2]),
        (LogQuery(trace_id=T1), [2]),
        (LogQuery(trace_id="AAAAAAAA"), [2]),
    ],
)
def test_logs_match_every_condition_newest_last(
    lines: DuckStore, telemetry: StoreTelemetry, query: LogQuery, seconds: list[float]
) -> None:
    found = telemetry.logs(query, MINUTE)
    assert [record.time for record in found.sample] == [at(second) for second in seconds]
    assert found.count == len(lines.sql(found.query).rows) == len(seconds)


def test_the_newest_are_kept_when_there_are_too_many(lines: DuckStore, telemetry: StoreTelemetry) -> None:
    found = telemetry.logs(LogQuery(), MINUTE, limit=2)
    assert (found.count, [record.severity for record in found.sample]) == (3, ["WARN", "ERROR"])
    assert (found.sample[0].trace_id, found.sample[1].trace_id) == ("f" * 32, None)
    assert found.sample[1].attributes == {"shop.order.id": "7"}


def test_the_volume_counts_by_severity_and_step(lines: DuckStore, telemetry: StoreTelemetry) -> None:
    found = telemetry.log_volume(LogQuery(), MINUTE, 30)
    assert {each.attributes["severity"]: each.values for each in found.series} == {
        "INFO": [1, 0],
        "WARN": [1, 0],
        "ERROR": [1, 0],
    }
    assert found.series[0].times == [at(0), at(30)]
    only = telemetry.log_volume(LogQuery(least_severity="ERROR"), MINUTE, 2)
    assert [each.values[:3] for each in only.series] == [[0, 0, 1]]
