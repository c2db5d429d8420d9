"""The file is made, found again, and set aside when it is damaged; never thrown away."""

import logging
from pathlib import Path

import duckdb
import pytest

from whodunit.store.database import Database
from whodunit.store.rows import Batch, ResourceRow

ROW = ResourceRow(1, "order", ["service.name"], ["order"], 1_790_000_000_000_000)


def rows(database: Database) -> int:
    answer = database.cursor().execute("select count(*) from resources").fetchone()
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


def test_a_file_of_another_layout_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute("create table somebody_elses (a int)")
    database = Database.open(path)
    assert rows(database) == 0
    assert len(list(tmp_path.glob("t.duckdb.damaged-*"))) == 1
    database.close()
