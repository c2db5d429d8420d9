"""A long run is exported within the memory that the database has."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from whodunit.store.database import Database
from whodunit.store.export import Exporter, Stretch
from whodunit.store.opening import exports_of
from whodunit.store.schema import RESOURCES, SPANS

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
COUNT = 100_000
"""Spans of nearly three minutes at ten checkouts a second."""

ATTRIBUTES = ", ".join(f"'http.request.header.{n}': md5((range + {n})::varchar)" for n in range(10))
FILL = f"""insert into spans by name select
    md5((range // 20)::varchar) as trace_id, left(md5(range::varchar), 16) as span_id, 'payment' as service,
    timestamp '2026-11-21 12:00:00' + to_milliseconds(range) as start_time, map {{{ATTRIBUTES}}} as attributes
    from range({COUNT})"""


def test_a_long_run_needs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    source, file = tmp_path / "t.duckdb", tmp_path / "spans.parquet"
    with closing(Database.open(source)) as database:
        with database.transaction() as connection:
            connection.execute(FILL)
        exporter = Exporter(database.cursor, exports_of(source))
        file.write_bytes(exporter.parquet(SPANS, Stretch(NOON, NOON + timedelta(hours=1))))
    with duckdb.connect() as reader:
        found = "select count(*), count(distinct span_id) from read_parquet(?)"
        assert reader.execute(found, [str(file)]).fetchall() == [(COUNT, COUNT)]


def test_resources_are_those_of_the_rows_in_the_stretch(tmp_path: Path) -> None:
    source, file = tmp_path / "t.duckdb", tmp_path / "resources.parquet"
    with closing(Database.open(source)) as database:
        with database.transaction() as connection:
            connection.execute("insert into resources by name select range as resource_id from range(3)")
            connection.execute("insert into spans by name select 1 as resource_id, $1 as start_time", [NAIVE])
            connection.execute(
                "insert into logs by name select 2 as resource_id, $1 as time", [NAIVE - timedelta(minutes=1)]
            )
        exporter = Exporter(database.cursor, exports_of(source))
        file.write_bytes(exporter.parquet(RESOURCES, Stretch(NOON, NOON + timedelta(seconds=1))))
    with duckdb.connect() as reader:
        assert reader.execute("select resource_id from read_parquet(?)", [str(file)]).fetchall() == [(1,)]
