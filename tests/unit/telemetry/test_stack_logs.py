"""Log records on the stack, whatever keeps them: which are followed to their trace, and how the question is shown."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.log_volume import Counts
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.jaeger import Jaeger
from whodunit.telemetry.stack.logs import MOST_JOINED, LogLines
from whodunit.telemetry.store.client import StoreClient
from whodunit.telemetry.store.stored_logs import StoredLogs

BEGAN = datetime(2026, 11, 29, 7, tzinfo=UTC)
MINUTE = Window(BEGAN, BEGAN + timedelta(minutes=1))
KNOWN, UNKNOWN = "a" * 32, "b" * 32


def record(second: int, trace_id: str | None) -> LogRecord:
    return LogRecord(BEGAN + timedelta(seconds=second), "order", "INFO", "Said.", trace_id, None, {})


class FakeLogs:
    """Has three records, and knows of more."""

    def __init__(self) -> None:
        self.limits: list[int] = []
        self.older: list[LogRecord] = []

    def newest(self, query: LogQuery, window: Window, limit: int) -> Sequence[LogRecord]:
        self.limits.append(limit)
        return [record(3, KNOWN), record(2, UNKNOWN), record(1, None), *self.older][:limit]

    def count(self, query: LogQuery, window: Window) -> int:
        return 17

    def volume(self, query: LogQuery, window: Window, step_s: float) -> tuple[Counts, str]:
        return {"ERROR": {1: 2}}, "everything by step"

    def question(self, query: LogQuery, window: Window, *notes: str) -> str:
        return "\n".join([*notes, "everything"])

    def page(self, query: LogQuery, window: Window) -> str:
        return "http://page"

    def close(self) -> None:
        """Nothing is open."""


def lines(store: FakeLogs) -> LogLines:
    has = {"data": [{"traceID": KNOWN}]}
    return LogLines(
        store, Jaeger(Program("Jaeger", "http://x", httpx.MockTransport(lambda _: httpx.Response(200, json=has))))
    )


def test_the_newest_come_last_and_all_are_counted() -> None:
    found = lines(FakeLogs()).logs(LogQuery(), MINUTE, 2)
    assert [each.trace_id for each in found.sample] == [UNKNOWN, KNOWN]
    assert (found.count, found.query, found.link) == (17, "everything", "http://page")


def test_the_volume_is_a_series_for_each_severity() -> None:
    found = lines(FakeLogs()).volume(LogQuery(), MINUTE, 20)
    [series] = found.series
    assert (series.attributes, series.values) == ({"severity": "ERROR"}, [0, 2, 0])
    assert (found.query, found.link) == ("everything by step", "http://page")


def test_records_joined_to_a_trace_are_those_whose_trace_jaeger_has() -> None:
    store = FakeLogs()
    found = lines(store).logs(LogQuery(joined_to_trace=True), MINUTE, 5)
    assert ([each.trace_id for each in found.sample], found.count, store.limits) == ([KNOWN], 1, [MOST_JOINED])
    assert found.query == "of the newest 100, those whose trace Jaeger has\neverything"


@pytest.mark.parametrize(("older", "is_lower_bound"), [(MOST_JOINED - 4, False), (MOST_JOINED - 3, True)])
def test_records_joined_to_a_trace_are_more_where_not_all_were_followed(older: int, is_lower_bound: bool) -> None:
    store = FakeLogs()
    store.older = [record(0, KNOWN)] * older
    found = lines(store).logs(LogQuery(joined_to_trace=True), MINUTE, 5)
    assert (found.count, found.is_lower_bound) == (older + 1, is_lower_bound)


def test_trace_ids_are_found_in_log_records() -> None:
    assert lines(FakeLogs()).trace_ids("a", MINUTE) == {KNOWN, UNKNOWN}


def stored(asked: list[str]) -> StoredLogs:
    columns = ["time", "service", "severity", "body", "trace_id", "span_id", "attributes", "release"]
    row = ["2026-11-29T07:00:02Z", "order", "WARN", "Said.", KNOWN, None, {"shop.order.id": "7"}, "0.2.0"]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content)["sql"])
        found = {"columns": ["n"], "rows": [[17]]} if "count(*)" in asked[-1] else {"columns": columns, "rows": [row]}
        return httpx.Response(200, json=found | {"truncated": False})

    return StoredLogs(StoreClient("http://entry/store", httpx.MockTransport(answer)))


def test_the_store_is_asked_in_sql() -> None:
    asked: list[str] = []
    store = stored(asked)
    (found,) = store.newest(LogQuery(service="order"), MINUTE, 5)
    assert (found.time, found.severity, found.attributes) == (
        BEGAN + timedelta(seconds=2),
        "WARN",
        {"shop.order.id": "7"},
    )
    assert store.count(LogQuery(), MINUTE) == 17
    assert all("FROM logs" in sql for sql in asked)


def test_a_question_to_the_store_can_be_asked_again_by_hand() -> None:
    question = stored([]).question(LogQuery(service="order"), MINUTE, "a note")
    assert question.startswith("-- a note\nSELECT ")
    assert "service = 'order'" in question
