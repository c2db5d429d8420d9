"""A long run is exported within the memory that the database has."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from whodunit.store.database import Database
from whodunit.store.export import Exporter, Stretch
from whodunit.store.opening import exports_of
from whodunit.store.schema import SPANS

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
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
