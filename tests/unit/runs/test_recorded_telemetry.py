"""A recording is asked like the store it came from, as of any moment."""

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.recorded_runs import make
from tests.unit.telemetry.duck_store import at
from whodunit.errors import WrongUseError
from whodunit.runs.recorded_store import RecordedStore, fill
from whodunit.runs.recorded_telemetry import RecordedTelemetry
from whodunit.store.schema import TABLES
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import MetricQuery, SpanQuery, Statistic, Window

MINUTE = Window(at(0), at(60))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The recording."""
    return make(tmp_path)


def test_what_was_stored_is_answered(folder: Path) -> None:
    telemetry = RecordedTelemetry(folder, MINUTE.start, MINUTE.end).at(MINUTE.end)
    [span] = telemetry.spans(SpanQuery(name="pay"), MINUTE).sample
    assert (span.start, span.duration_s, span.attributes, span.events[0]["name"]) == (
        at(30),
        2.5,
        {"a": "b"},
        "exception",
    )
    query = MetricQuery("shop.order.results", Statistic.INCREASE, where={"shop.outcome": "failed"})
    assert telemetry.number(query, Window(at(30), at(50))).value == 300


def test_alerts_stand_as_they_did(folder: Path) -> None:
    recorded = RecordedTelemetry(folder, MINUTE.start, MINUTE.end)
    firing = {alert.name for alert in recorded.at(at(55)).alerts().alerts if alert.state == "firing"}
    assert recorded.at(at(20)).alerts().alerts == []
    assert "OrdersStuckInProcessing" in firing


def test_alerts_are_judged_when_the_lab_did(folder: Path) -> None:
    recorded = RecordedTelemetry(folder, MINUTE.start, MINUTE.end, evaluated_at=[at(42)])
    [stuck] = [each for each in recorded.at(at(50)).alerts().alerts if each.name == "OrdersStuckInProcessing"]
    assert stuck.since == at(32)


def test_a_busy_lab_judges_them_a_little_later_each_time(folder: Path) -> None:
    recorded = RecordedTelemetry(folder, MINUTE.start, MINUTE.end, evaluated_at=[at(33), at(7)])
    [stuck] = [each for each in recorded.at(at(50)).alerts().alerts if each.name == "OrdersStuckInProcessing"]
    assert stuck.since == at(33)


def test_a_query_that_is_wrong_is_refused(folder: Path) -> None:
    with pytest.raises(RefusedQueryError, match="no_such_table"):
        RecordedStore(folder).sql("select * from no_such_table")


def test_a_recording_from_before_a_column_was_kept_is_read(folder: Path) -> None:
    older = "select * exclude (attribute_types, links) from read_parquet('{0}')"
    file = folder / "spans.parquet"
    duckdb.execute(f"copy ({older.format(file)}) to '{file}.old' (format parquet)")
    file.with_name("spans.parquet.old").rename(file)
    [span] = RecordedTelemetry(folder, MINUTE.start, MINUTE.end).at(MINUTE.end).spans(SpanQuery(), MINUTE).sample
    assert (span.name, span.attributes, span.links) == ("pay", {"a": "b"}, [])


def test_every_time_in_it_can_be_moved(folder: Path) -> None:
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(table.create)
    fill(connection, folder, timedelta(hours=1))
    [(start, events)] = connection.execute("select start_time, events from spans").fetchall()
    assert (start.hour, json.loads(events)[0]["time"]) == (13, "2026-11-21T13:00:31.500000Z")
    assert json.loads(events)[0]["attributes"] == {"exception.type": "Oops"}
    assert connection.execute("select hour(max(time)), hour(min(start_time)) from metrics").fetchall() == [(13, 13)]
    connection.close()


def test_a_folder_without_a_recording_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="holds no recording"):
        RecordedStore(tmp_path)
