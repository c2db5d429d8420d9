"""What is older or larger than allowed goes, oldest first."""

from pathlib import Path

import pytest

from whodunit.store import schema
from whodunit.store.database import Database
from whodunit.store.retention import Retention
from whodunit.store.rows import Batch, LogRow
from whodunit.store.times import now_us

SECOND = 1_000_000
HOUR_S = 3600


def record(time: int) -> LogRow:
    return LogRow(time, "order", "INFO", 9, "", "", None, None, "{}", "{}", "", 1)


def times(database: Database) -> list[int]:
    answer = database.cursor().execute("select epoch_us(time) from logs order by time").fetchall()
    return [time for (time,) in answer]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "t.duckdb")


def test_old_rows_go(database: Database) -> None:
    now = now_us()
    database.insert([Batch("logs", [record(now - 2 * HOUR_S * SECOND), record(now - SECOND)])])
    Retention(max_age_s=HOUR_S, max_bytes=1 << 30).enforce(database)
    assert times(database) == [now - SECOND]
    database.close()


def test_the_oldest_rows_go_when_the_file_is_too_large(database: Database) -> None:
    fill = """insert into logs by name
        select now() - to_microseconds(400000 - range) as time, uuid()::varchar as body from range(400000)"""
    with database.transaction() as connection:
        connection.execute(fill)
    database.checkpoint()
    written, before = times(database), database.used_bytes()
    bound = before // 2
    for _ in range(6):  # one share each time, while it is too large
        Retention(max_age_s=HOUR_S, max_bytes=bound).enforce(database)
    kept = times(database)
    assert database.used_bytes() <= bound < before
    assert 50_000 < len(kept) < 300_000
    assert kept == written[-len(kept) :]
    database.close()


def test_a_reader_does_not_make_everything_go(database: Database) -> None:
    now = now_us()
    database.insert([Batch("logs", [record(now - i) for i in range(2000)])])
    reader = database.cursor()
    reader.execute("begin transaction read only").execute("select * from logs")
    Retention(max_age_s=HOUR_S, max_bytes=0).enforce(database)
    assert 1000 < len(times(database)) < 2000
    reader.close()
    database.close()


def test_nothing_goes_within_the_bounds(database: Database) -> None:
    now = now_us()
    database.insert([Batch("logs", [record(now)])])
    Retention(max_age_s=HOUR_S, max_bytes=1 << 30).enforce(database)
    assert times(database) == [now]
    assert {table.time for table in schema.SIGNALS} == {"time", "start_time"}
    database.close()
