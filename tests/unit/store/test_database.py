"""The file is made, found again, and set aside when it is damaged; never thrown away."""

import logging
from pathlib import Path

import duckdb
import pytest

from whodunit.store.database import Database
from whodunit.store.retention import Retention
from whodunit.store.rows import Batch, LogRow, ResourceRow, SpanRow
from whodunit.store.times import now_us

ROW = ResourceRow(1, "order", '{"service.name": "order"}', "{}", 1_790_000_000_000_000)


LOG = LogRow(now_us(), "order", "INFO", 9, "paid", "", None, None, "{}", "{}", "", 1)
REQUEST = Batch("logs", [LOG, LOG._replace(body="sent")], {1: ROW})
SPAN = SpanRow(
    "a" * 32, "b" * 16, None, "order", "work", "server", now_us(), 1.0, "ok", "", "{}", "{}", "[]", "[]", "", 1
)


def rows(database: Database, table: str = "resources") -> int:
    answer = database.cursor().execute(f"select count(*) from {table}").fetchone()
    assert answer
    return int(answer[0])


def filled(path: Path) -> Database:
    database = Database.open(path)
    database.insert([Batch("resources", [ROW])])
    return database


def test_rows_are_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.duckdb"
    filled(path).close()
    database = Database.open(path)
    assert rows(database) == 1
    database.close()


def test_a_known_resource_is_not_stored_again_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    filled(path).close()
    database = Database.open(path)
    database.insert([Batch("spans", [], {1: ROW})])
    database.insert([Batch("spans", [], {2: ROW._replace(resource_id=2)})])
    assert rows(database) == 2
    database.close()


def test_a_failed_insert_leaves_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    with pytest.raises(duckdb.Error):
        database.insert([Batch("resources", [ROW, ROW._replace(resource_id=1 << 70)])])
    database.insert([Batch("resources", [ROW])])
    assert rows(database) == 1
    database.close()


@pytest.mark.parametrize("damage", [b"", b"not a database" * 1000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "t.duckdb"
    filled(path).close()
    path.write_bytes(path.read_bytes()[:5000] + damage)
    with caplog.at_level(logging.ERROR, "whodunit.store"):
        database = Database.open(path)
    assert rows(database) == 0
    assert len(list(tmp_path.glob("t.duckdb.damaged-*"))) == 1
    assert "set aside as t.duckdb.damaged-" in caplog.text
    database.close()


def test_a_log_that_cannot_be_read_does_not_cost_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    filled(path).close()
    (tmp_path / "t.duckdb.wal").write_bytes(b"\x07" * 4000)
    database = Database.open(path)
    database.insert([Batch("resources", [ROW])])
    assert rows(database) == 2
    database.close()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        ("create table somebody_elses (a int)", "damaged"),
        ("create table layout as select 1 as version", "other-version"),
    ],
)
def test_a_file_of_another_layout_is_set_aside(tmp_path: Path, content: str, suffix: str) -> None:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute(content)
    database = Database.open(path)
    assert rows(database) == 0
    assert len(list(tmp_path.glob(f"t.duckdb.{suffix}-*"))) == 1
    database.close()


def test_spans_that_come_again_are_stored_once_in_whatever_company(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    others = [SPAN._replace(span_id="c" * 16), SPAN._replace(trace_id="d" * 32)]
    assert database.insert([Batch("spans", [SPAN, SPAN]), Batch("spans", [SPAN])]) == 1
    assert database.insert([Batch("spans", [*others, SPAN, SPAN._replace(start_time=SPAN.start_time + 1)])]) == 3
    assert rows(database, "spans") == 4
    database.close()


def test_a_request_whose_answer_was_lost_is_stored_once_even_by_the_next_process(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    assert database.insert([REQUEST, REQUEST]) == 2 + 1  # its rows and their resource
    database.close()
    database = Database.open(tmp_path / "t.duckdb")
    assert database.insert([REQUEST]) == 0
    assert database.insert([Batch("logs", [LOG], {1: ROW})]) == 1  # another request may say the same
    assert rows(database, "logs") == 3
    database.close()


def test_a_request_that_was_not_stored_may_come_again(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    with pytest.raises(duckdb.Error):
        database.insert([REQUEST, Batch("spans", [SPAN._replace(resource_id=1 << 70)])])
    assert database.insert([REQUEST]) == 2 + 1
    database.close()


def test_resources_go_with_their_last_row_and_come_again(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    other = ROW._replace(resource_id=2)
    database.insert([REQUEST, Batch("spans", [SPAN._replace(resource_id=2)], {2: other})])
    with database.transaction() as connection:
        connection.execute("delete from spans")
    Retention(max_age_s=3600, max_bytes=1 << 30).enforce(database)
    assert rows(database) == 1
    database.insert([Batch("spans", [SPAN._replace(resource_id=2)], {2: other})])
    assert rows(database) == 2
    database.close()


def test_requests_are_remembered_for_an_hour(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.duckdb")
    database.insert([REQUEST])
    database.prune()
    assert rows(database, "offers") == 1
    with database.transaction() as connection:
        connection.execute("update offers set time = time - interval 61 minute")
    database.prune()
    assert rows(database, "offers") == 0
    assert database.insert([REQUEST]) == 2
    database.close()
